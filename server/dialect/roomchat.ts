import type { ChatError } from '../protocol/errors.ts';
import { parseRequest, type Request, type RequestOf, type Result, type ServerEvent } from '../protocol/index.ts';
import type { MessageEvent } from '../protocol/messages.ts';
import { defaultChannel, serverName } from '../protocol/names.ts';
import { JsonText, ResultLines } from '../protocol/result.ts';
import { parseRoomchat, type RoomchatFrame, type RoomchatMessage } from '../protocol/roomchat.ts';
import { type Lang, text } from '../protocol/texts.ts';
import type { Dialect } from './dialect.ts';
import { jsonLine } from './json-line.ts';

/**
 * The WebSocket clients of the second seed (protocol.md §9): rooms for channels, numbers for people, answers in a `data` object.
 * All connections of one language share it.
 */
export function roomchat({ lang, now }: { lang: Lang; now: () => number }): Dialect {
  return {
    name: 'roomchat',
    isSlowedOverRate: false,
    isAnswering: true,
    hasGaps: false,
    isAscii: false,
    isPinged: true,
    fallbackCharset: null,
    decode: ({ object }) => requestOf(parseRoomchat(object)),
    reply: answerOf,
    error: (error) => jsonLine({ type: 'error', data: { message: errorText(error, lang) } }),
    event: (event) => eventOf(event, { lang, now }),
  };
}

function requestOf(frame: RoomchatFrame): Request {
  switch (frame.type) {
    case 'auth':
      return parseRequest('login', { type: 'login', token: frame.token });
    case 'login':
      return parseRequest('login', frame);
    case 'join_room':
      return parseRequest('join', { type: 'join', channel: channelOf(frame.room) });
    case 'room_message':
      return parseRequest('message', { type: 'message', subtype: 'global', channel: channelOf(frame.room), content: frame.content });
    case 'direct_message': {
      const said = parseRequest('message', { type: 'message', subtype: 'private', content: frame.content }) as RequestOf<'message'>;
      return { ...said, toId: frame.to_user_id };
    }
    case 'room_history':
      return parseRequest('history', { type: 'history', channel: channelOf(frame.room), limit: frame.limit });
    case 'dm_history': {
      const asked = parseRequest('history', { type: 'history', limit: frame.limit }) as RequestOf<'history'>;
      return { ...asked, withId: frame.with };
    }
  }
}

/** Only those who ask for something that is not heard anyway are answered. A page longer than a line comes in several frames. */
function answerOf(request: Request, answer: Result | ResultLines): string | null {
  if (request.type === 'login' && !(answer instanceof ResultLines)) {
    if (request.isSilent === true) return null;
    const { id, username, role } = answer;
    return jsonLine({ type: 'auth', data: { user: { id, username, role } } });
  }
  if (request.type !== 'history' || !(answer instanceof ResultLines)) return null;
  return answer.lines.map((page) => historyLine(request, page)).join('');
}

function historyLine({ withId }: RequestOf<'history'>, { channel, messages }: Result): string {
  const read = messages instanceof JsonText ? (JSON.parse(messages.json) as readonly StoredMessage[]) : [];
  const place = withId === undefined ? { room: roomOf(String(channel)) } : { with: withId };
  const told = read.map(({ id, from_id, from, content, timestamp }) => ({ id, fromUser: from_id, username: from, content, timestamp }));
  return jsonLine({ type: withId === undefined ? 'room_history' : 'dm_history', data: { ...place, messages: told } });
}

/** A message of a page that was asked for with the numbers of its authors. */
interface StoredMessage {
  readonly id: number;
  readonly from_id: number;
  readonly from: string;
  readonly content: string;
  readonly timestamp: string;
}

function eventOf(event: ServerEvent, { lang, now }: { lang: Lang; now: () => number }): string | null {
  if (event.type === 'message') return messageLine(event);
  if (event.type !== 'notice') return null;
  // What a person must read comes as a message, the one form that every client shows.
  const said = { id: 0, fromUser: 0, username: serverName, content: text(lang, event.text, event.params).trim() };
  return jsonLine({ type: 'message', data: { ...said, timestamp: isoTime(now()), room: roomOf(defaultChannel) } });
}

function messageLine(event: MessageEvent): string {
  const { id, fromId, from, content, at } = event;
  const said: RoomchatMessage = { id, fromUser: fromId ?? 0, username: from, content, timestamp: isoTime(at) };
  if (event.subtype === 'private') return jsonLine({ type: 'dm', data: { ...said, toUser: event.toId ?? 0 } });
  return jsonLine({ type: 'message', data: { ...said, room: roomOf(event.channel) } });
}

/** The second seed has its own words for the most frequent refusal. */
function errorText(error: ChatError, lang: Lang): string {
  return error.code === 'rate_limited' ? text(lang, 'rate_limit_exceeded') : error.textIn(lang);
}

function channelOf(room: string): string {
  return `#${room}`;
}

function roomOf(channel: string): string {
  return channel.replace(/^#/, '');
}

function isoTime(at: number): string {
  return new Date(at).toISOString();
}
