import { cleanWord } from '../protocol/clean.ts';
import type { ChatError, ErrorCode } from '../protocol/errors.ts';
import { parseRequest, type Request, type RequestOf } from '../protocol/index.ts';
import { wire } from '../protocol/limits.ts';
import { type MessageEvent, slots } from '../protocol/messages.ts';
import { serverName } from '../protocol/names.ts';
import type { PresenceState, StatusEvent } from '../protocol/presence.ts';
import { ResultLines } from '../protocol/result.ts';
import { type Lang, text } from '../protocol/texts.ts';
import { asciiObject, asciiString } from './ascii.ts';
import type { Dialect, Line } from './dialect.ts';
import { localTimes } from './local-time.ts';
import { relayOf } from './relay.ts';

export interface LegacyOptions {
  /** `/join #dev` typed as content joins (`legacy.join_in_content`). */
  readonly isJoinInContent: boolean;
  /** In which the server speaks to v1 sessions. */
  readonly lang: Lang;
  /** Wall time, for what the server itself says. */
  readonly now: () => number;
}

/** The three words that course servers use for joining a channel. */
const joinWords = new Set(['join', 'join_channel', 'channel_switch']);

/** The upstream errors: exactly two keys, and these texts, for ever. */
const upstreamErrors: Readonly<Partial<Record<ErrorCode, string>>> = {
  already_exists: 'Username already exists.',
  login_failed: 'Login failed.',
};

/** What a person must read is an ordinary message from the reserved name: the only form that every course client shows. */
const notices: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['draining', 'idle_timeout', 'session_expired', 'banned']);

/** The ClassCord course protocol, frozen (protocol.md §2): what is not in its table is ignored in silence. */
export function classcordV1(options: LegacyOptions): Dialect {
  const localTime = localTimes();
  return {
    name: 'v1',
    isSlowedOverRate: true,
    isAnswering: false,
    hasGaps: false,
    isAscii: true,
    isPinged: false,
    fallbackCharset: 'windows-1252',
    decode: (line) => decode(line, options),
    reply(request, answer) {
      if (answer instanceof ResultLines) return null;
      const result = answer;
      switch (request.type) {
        case 'register':
          return `${asciiObject({ type: 'register', status: 'ok' })}\n`;
        case 'login':
          return `${asciiObject({ type: 'login', status: 'ok', username: String(result['username']) })}\n`;
        case 'users':
          return `${asciiObject({ type: 'users', users: result['users'] as readonly string[] })}\n`;
        default:
          return null;
      }
    },
    error(error, about, lang) {
      const upstream = upstreamErrors[error.code];
      if (upstream !== undefined) return `${asciiObject({ type: 'error', message: upstream })}\n`;
      if (isSilent(error, about)) return null;
      const said = error.textIn(lang);
      if (about === null && notices.has(error.code)) return noticeLine(said, localTime(options.now()));
      return `${asciiObject({ type: 'error', message: said, error: said, code: error.code })}\n`;
    },
    event(event) {
      if (event.type === 'message') return messageLine(event, localTime(event.at));
      if (event.type === 'status') return statusLine(event);
      if (event.type === 'notice') return noticeLine(text(options.lang, event.text, event.params).trim(), localTime(options.now()));
      return null;
    },
  };
}

function decode(line: Line, options: LegacyOptions): Request | null {
  const { object } = line;
  const type = typeof object['type'] === 'string' ? object['type'].toLowerCase() : '';
  if (type === 'message') return decodeMessage(line, options);
  if (type === 'status') return decodeStatus(object);
  if (type === 'users' || type === 'userlist') return { type: 'users' };
  if (type === 'register' || type === 'login') return parseRequest(type, { type, ...shownBy(object) });
  if (type === 'hello') return parseRequest(type, { ...object, type });
  if (joinWords.has(type)) return parseRequest('join', { type: 'join', channel: object['channel'] });
  return null;
}

/** A name and a password; a bot that has neither shows its bearer token. */
function shownBy({ username, password, token, totp }: Line['object']): Readonly<Record<string, unknown>> {
  if (username === undefined && password === undefined && typeof token === 'string') return { token };
  return { username, password, ...(typeof totp === 'string' ? { totp } : {}) };
}

function decodeMessage(line: Line, options: LegacyOptions): Request | null {
  const { content, from, channel } = line.object;
  if (typeof content !== 'string') return null;
  const audience = audienceOf(line.object);
  const join = options.isJoinInContent ? /^\/join\s+(\S+)\s*$/.exec(content)?.[1] : undefined;
  if (join !== undefined) return parseRequest('join', { type: 'join', channel: join });
  const request = parseRequest('message', {
    type: 'message',
    subtype: audience.subtype,
    to: audience.to,
    content,
    from: typeof from === 'string' ? from : undefined,
    channel: audience.subtype === 'private' || isNone(channel) ? undefined : channel,
  }) as RequestOf<'message'>;
  request.legacy = relayOf(line);
  return request;
}

const toAll = { subtype: 'global', to: undefined } as const;

/** Whom a v1 message reaches. It fails closed: what may be meant for one person is for that one alone, or for nobody (`to` empty). */
function audienceOf(object: Line['object']): { readonly subtype: 'global' | 'private'; readonly to: string | undefined } {
  const { subtype, to } = object;
  const word = typeof subtype === 'string' ? subtype.trim().toLowerCase() : (subtype ?? 'global');
  const isToAll = typeof to === 'string' && to.trim().toLowerCase() === 'global';
  if (subtype === 'global' || (word !== 'private' && isToAll) || (word === 'global' && !('to' in object))) return toAll;
  return { subtype: 'private', to: typeof to === 'string' && to.length <= wire.field ? to : '' };
}

function isNone(channel: unknown): boolean {
  return channel === undefined || channel === null || channel === '';
}

function decodeStatus(object: Line['object']): Request | null {
  if (typeof object['state'] !== 'string') return null;
  const word = cleanWord(object['state']);
  if (word === '' || [...word].length > wire.state) return null;
  return { type: 'status', ...stateOf(word), word };
}

/** What a v1 word means to v2 sessions: `invisible` and `offline` hide, a word that v2 does not have is a text. */
function stateOf(word: string): { state: PresenceState; text?: string } {
  if (word === 'online' || word === 'away' || word === 'dnd') return { state: word };
  if (word === 'invisible' || word === 'offline') return { state: 'invisible' };
  return word === 'busy' ? { state: 'dnd' } : { state: 'online', text: word };
}

/** Course clients cannot react to these, and the course server says nothing either. */
function isSilent(error: ChatError, about: Readonly<Record<string, unknown>> | null): boolean {
  const type = typeof about?.['type'] === 'string' ? about['type'].toLowerCase() : '';
  if (error.code === 'unknown_type') return true;
  if (type === 'message') return error.code === 'not_found';
  return type === 'status' && (error.code === 'not_authenticated' || error.code === 'invalid_field');
}

function messageLine(event: MessageEvent, time: string): string {
  const relay = event.legacy ?? plainRelay(event);
  const from = asciiString(event.from);
  const content = asciiString(event.content);
  let line = '';
  let done = 0;
  for (let at = 0; at < relay.length; at += 1) {
    const code = relay.charCodeAt(at);
    if (code > 3) continue;
    line += relay.slice(done, at);
    line += code === 1 ? from : code === 2 ? `"${time}"` : content;
    done = at + 1;
  }
  return `${line}${relay.slice(done)}\n`;
}

/** A message that came from another dialect, as a v1 client would have sent it. */
function plainRelay(event: MessageEvent): string {
  const head =
    event.subtype === 'private'
      ? `"subtype": "private", "to": ${asciiString(event.to)}`
      : `"subtype": "global"${event.isChannelNamed ? `, "channel": ${asciiString(event.channel)}` : ''}`;
  return `{"type": "message", ${head}, "content": ${slots.content}, "from": ${slots.from}, "timestamp": ${slots.timestamp}}`;
}

function noticeLine(text: string, time: string): string {
  return `${asciiObject({ type: 'message', subtype: 'global', content: text, from: serverName, timestamp: time })}\n`;
}

function statusLine(event: StatusEvent): string {
  return `${asciiObject({ type: 'status', user: event.user, state: event.word })}\n`;
}
