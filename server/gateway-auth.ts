import type { IncomingMessage } from 'node:http';
import type { Accounts } from './domain/accounts.ts';
import type { Caller } from './domain/people.ts';
import type { Tokens } from './domain/tokens.ts';
import type { WebLogin, WebLogins } from './domain/web-logins.ts';
import type { House } from './house.ts';
import { ChatError, errorCodes } from './protocol/errors.ts';
import { parseRequest, type RequestOf } from './protocol/index.ts';
import { type Lang, langOf } from './protocol/texts.ts';
import { bodyOf, type HttpAnswer, HttpRefusal } from './transport/http-answer.ts';
import type { Asked } from './transport/websocket.ts';

/** Accounts as the gateway needs them: proven by password, and then by the token that was given for it. */
export interface WebAccounts {
  readonly accounts: Pick<Accounts, 'register' | 'login'>;
  readonly tokens: Pick<Tokens, 'prove'>;
  readonly webLogins: Pick<WebLogins, 'issue' | 'verify' | 'refresh' | 'revoke'>;
}

interface AuthParts {
  readonly house: House;
  readonly web: WebAccounts;
  readonly isAllowed: (origin: string | undefined, host: string | undefined) => boolean;
}

/** A name, a password and six digits are shorter by far. */
const bodyBytes = 8192;

interface Call {
  readonly caller: Caller;
  readonly asked: Asked;
  readonly body: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

type Endpoint = (call: Call, parts: AuthParts) => Promise<HttpAnswer>;

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/auth/register': async ({ caller, asked, body, signal }, { house, web }) => {
    charge(asked, house, 'register');
    house.admittance.nameless(caller);
    const account = await web.accounts.register(caller, credentialsOf('register', body), signal);
    house.telemetry.registered(asked.peer, account.username);
    return { ...loginAnswer(await web.webLogins.issue(caller, account)), status: 201 };
  },
  '/auth/login': async ({ caller, asked, body, signal }, { house, web }) => {
    charge(asked, house, 'login');
    const credentials = credentialsOf('login', body);
    const account = await web.accounts.login(caller, credentials, signal).catch((error: unknown) => {
      if (!signal.aborted) house.telemetry.loginFailed(asked.peer, credentials.username, ChatError.from(error).code);
      throw error;
    });
    house.admittance.enter(caller, account);
    const login = await web.webLogins.issue(caller, account);
    house.telemetry.loggedIn(asked.peer, { user: account.username, method: 'password' });
    return loginAnswer(login);
  },
  '/auth/refresh': async ({ asked, body }, { house, web }) => {
    charge(asked, house, 'login');
    return loginAnswer(await web.webLogins.refresh(shownIn(asked.request, body)));
  },
  '/auth/logout': async ({ asked, body }, { house, web }) => {
    charge(asked, house, 'logout');
    await web.webLogins.revoke(shownIn(asked.request, body));
    return { status: 200, body: { status: 'ok' } };
  },
};

/** Answers what is asked over HTTP: JSON in, JSON out, under the limits and throttles of the chat port. */
export function authAnswers(parts: AuthParts): (asked: Asked) => Promise<HttpAnswer> {
  const { house, isAllowed } = parts;
  return async (asked) => {
    const { request, url } = asked;
    const { headers, method } = request;
    const lang = langOf(headers['accept-language'], house.lang);
    if (!isAllowed(headers.origin, headers.host)) throw refused(new ChatError('forbidden', { text: 'origin_refused' }), lang);
    const shared = crossOrigin(headers.origin);
    const endpoint = Object.hasOwn(endpoints, url.pathname) ? endpoints[url.pathname] : undefined;
    if (endpoint === undefined) return withHeaders(answerOf(new ChatError('not_found'), lang), shared);
    if (method === 'OPTIONS') return { status: 204, body: null, headers: shared };
    if (method !== 'POST')
      return withHeaders(
        { ...answerOf(new ChatError('unknown_type', { text: 'post_only' }), lang), status: 405 },
        { ...shared, Allow: 'POST' },
      );
    try {
      return withHeaders(await endpoint(await callOf(asked), parts), shared);
    } catch (error) {
      if (error instanceof HttpRefusal) throw error;
      const told = ChatError.from(error);
      house.telemetry.requestRefused(told.code);
      if (told.code === 'internal') house.telemetry.fault(told.cause, `HTTP ${url.pathname}`);
      return withHeaders(answerOf(told, lang), shared);
    }
  };
}

/** `Authorization: Bearer …`; null: none. */
export function bearerOf({ headers }: IncomingMessage): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
}

/** A refusal over HTTP: the same object as a v2 error line, with the status of its code. */
export function refused(error: ChatError, lang: Lang): HttpRefusal {
  return new HttpRefusal(answerOf(error, lang));
}

function answerOf(error: ChatError, lang: Lang): HttpAnswer {
  const { field, retryAfterMs } = error.details;
  const { http, retryable } = errorCodes[error.code];
  const wait = retryable ? retryAfterMs : undefined;
  return {
    status: http,
    body: { type: 'error', code: error.code, message: error.textIn(lang), field, retry_after_ms: wait },
    headers: wait === undefined ? {} : { 'Retry-After': String(Math.ceil(wait / 1000)) },
  };
}

async function callOf(asked: Asked): Promise<Call> {
  const { request, peer, entry } = asked;
  const gone = new AbortController();
  request.socket.once('close', () => gone.abort());
  const caller: Caller = {
    sessionId: peer.id,
    address: entry.key,
    multiple: entry.multiple,
    remote: peer.address,
    person: null,
    credential: null,
    client: request.headers['user-agent'] ?? '',
  };
  return { caller, asked, body: await objectIn(request), signal: gone.signal };
}

/** The JSON object that was sent; none at all is an empty one. */
async function objectIn(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await bodyOf(request, bodyBytes);
  if (bytes === null) throw new ChatError('too_large', { params: { limit: bodyBytes } });
  if (bytes.length === 0) return {};
  // A form of some page cannot say so without asking first (CORS).
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new ChatError('bad_json', { text: 'json_only' });
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  } catch {
    // Told below.
  }
  throw new ChatError('bad_json', { text: 'json_only' });
}

function credentialsOf<T extends 'register' | 'login'>(type: T, body: Readonly<Record<string, unknown>>) {
  const request = parseRequest(type, { ...body, type }) as RequestOf<T>;
  const { username, password } = request;
  if (username === undefined || password === undefined) throw new ChatError('invalid_field', { field: 'username' });
  return { ...request, username, password };
}

/** The token that is shown, as a header or in the body. */
function shownIn(request: IncomingMessage, body: Readonly<Record<string, unknown>>): string {
  const shown = body['refresh_token'] ?? body['token'] ?? bearerOf(request);
  if (typeof shown !== 'string') throw new ChatError('invalid_field', { field: 'token' });
  return shown;
}

/** Takes its cost from what its address may ask for. */
export function charge({ entry }: Asked, { table, clock }: House, type: 'register' | 'login' | 'logout'): void {
  const retryAfterMs = entry.messages.take(table[type].cost, clock.monotonic());
  if (retryAfterMs > 0) throw new ChatError('rate_limited', { retryAfterMs });
}

function loginAnswer({ token, expiresInS, refreshToken, account }: WebLogin): HttpAnswer {
  const user = { id: account.id, username: account.username, role: account.role };
  const more = refreshToken === null ? {} : { refresh_token: refreshToken };
  return { status: 200, body: { token, expires_in: expiresInS, user, ...more } };
}

/** What lets a page of another (allowed) origin read the answer. */
function crossOrigin(origin: string | undefined): Readonly<Record<string, string>> {
  if (origin === undefined) return {};
  return {
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Max-Age': '600',
    Vary: 'Origin',
  };
}

function withHeaders(answer: HttpAnswer, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}
