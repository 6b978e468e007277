import { ChatError } from '../../server/protocol/errors.ts';
import { loginWithKey } from './key-login.ts';
import type { Line, Link } from './link.ts';
import type { ConnectOptions, Identity, Timers } from './options.ts';
import { errorOf, type Question, type Tell, type Tongue } from './tongue.ts';
import { TongueV1 } from './tongue-v1.ts';
import { TongueV2 } from './tongue-v2.ts';

/** Who one is on this connection. */
export interface Me {
  readonly username: string;
  readonly role: string;
  readonly isGuest: boolean;
  /** What takes the session up again after a cut. */
  readonly resumeToken: string | null;
  /** The session was taken up again: the server has replayed its channels. */
  readonly isResumed: boolean;
}

interface Introduced {
  readonly tongue: Tongue;
  /** The answer to `hello`; null: a course server. */
  readonly hello: Line | null;
}

interface HelloParts {
  readonly options: Pick<ConnectOptions, 'caps' | 'clientName' | 'lang'>;
  readonly timers: Timers;
  /** So long `hello` may stay without an answer; 0: it is not said at all. */
  readonly patienceMs: number;
  readonly tell: Tell;
  readonly onEnd: (error: ChatError) => void;
  /** A server that was taken for a course server answers `hello` after all. */
  readonly onLateHello: () => void;
}

/** Finds out which generation the server speaks: v2 when it answers `hello` in time. */
export async function introduce(link: Link, parts: HelloParts): Promise<Introduced> {
  const v1 = new TongueV1(link, { tell: parts.tell, now: parts.timers.now, onLateHello: parts.onLateHello });
  const v2 = new TongueV2(link, parts.tell);
  let tongue: Tongue = parts.patienceMs > 0 ? v2 : v1;
  let isStranger: ((line: Line) => boolean) | null = null;
  let isListed = false;
  link.owner = {
    onLine(line) {
      if (line['ref'] !== undefined || isStranger?.(line) !== true) tongue.hear(line);
    },
    onEnd(error) {
      tongue.end(error);
      parts.onEnd(error);
    },
  };
  if (tongue === v1) return { tongue, hello: null };
  const { caps = [], clientName, lang } = parts.options;
  const client = { ...(clientName === undefined ? {} : { client: clientName }), ...(lang === undefined ? {} : { lang }) };
  const answer = v2.ask({ type: 'hello', version: 2, caps: [...caps], ...client });
  answer.catch(() => undefined);
  const complaint = new Promise<null>((resolve, reject) => {
    isStranger = (line) => {
      if (line['type'] !== 'error') return false;
      // A course server that knows no `hello` may say so; an error with a code is the word of a ClassCord server.
      if (typeof line['code'] === 'string') reject(errorOf(line));
      else resolve(null);
      return true;
    };
  });
  const hello = (await Promise.race([answer, complaint, silence(answer, parts)])) ?? (await lastCall());
  isStranger = hello === null && !isListed ? late : null;
  if (hello !== null) return { tongue, hello };
  tongue = v1;
  return { tongue, hello: null };

  /** The answer to that last call, which comes after all: nobody else asked for it. */
  function late({ type }: Line): boolean {
    if (type === 'users') isStranger = null;
    return type === 'users';
  }

  /** Requests are answered in order: who answers the second and not the first does not know the first, who answers none is slow. */
  function lastCall(): Promise<Line | null> {
    const listed = new Promise<null>((resolve) => {
      isStranger = ({ type }) => {
        isListed ||= type === 'users';
        if (isListed) resolve(null);
        return type === 'users' || type === 'error';
      };
    });
    link.send({ type: 'users' }, true).catch(() => undefined);
    return Promise.race([answer, listed, silence(answer, parts)]);
  }
}

function silence(answer: Promise<Line>, { timers, patienceMs }: HelloParts): Promise<null> {
  return new Promise((resolve) => {
    const cancel = timers.after(patienceMs, () => resolve(null));
    answer.then(cancel, cancel);
  });
}

/** Gives the connection its name. `resume` is tried first, when there is something to take up; `onAnew` is called when there is not. */
export async function identify(
  tongue: Tongue,
  identity: Identity,
  { link, resume, onAnew }: { link: Link; resume: Question | null; onAnew: () => void },
): Promise<Me> {
  if (resume !== null && tongue.generation === 2) {
    try {
      const { username, role, resume_token } = await tongue.ask(resume);
      return {
        username: String(username),
        role: String(role ?? 'user'),
        isGuest: false,
        resumeToken: textOf(resume_token),
        isResumed: true,
      };
    } catch (error) {
      if (ChatError.from(error).code === 'unreachable') throw error;
    }
  }
  onAnew();
  return 'guest' in identity ? enterAsGuest(tongue, identity.guest) : login(tongue, link, identity);
}

async function login(tongue: Tongue, link: Link, identity: Exclude<Identity, { guest: string }>): Promise<Me> {
  return entered('key' in identity ? await loginWithKey(tongue, link, identity) : await loginWithPassword(tongue, identity));
}

function entered(answer: Line): Me {
  const { username, role, resume_token } = answer;
  return {
    username: String(username),
    role: String(role ?? 'user'),
    isGuest: false,
    resumeToken: textOf(resume_token),
    isResumed: false,
  };
}

async function loginWithPassword(tongue: Tongue, identity: Extract<Identity, { password: string }>): Promise<Line> {
  const { user: username, password, isRegistering, totp } = identity;
  if (isRegistering === true) {
    await tongue.ask({ type: 'register', username, password }).catch((error: unknown) => {
      if (ChatError.from(error).code !== 'already_exists') throw error;
    });
  }
  return tongue.ask({ type: 'login', username, password, ...(totp === undefined ? {} : { totp }) });
}

async function enterAsGuest(tongue: Tongue, name: string): Promise<Me> {
  const guest = { role: 'guest', isGuest: true, resumeToken: null, isResumed: false };
  if (tongue instanceof TongueV1) {
    await tongue.enterAsGuest(name);
    return { username: name, ...guest };
  }
  const { username } = await tongue.ask({ type: 'message', from: name, content: '' });
  return { username: String(username ?? name), ...guest };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
