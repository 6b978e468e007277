import { ChatError, errorCodes } from '../protocol/errors.ts';
import { isRef } from '../protocol/fields.ts';
import { parseRequest, type Request, type Result, type ServerEvent } from '../protocol/index.ts';
import type { MessageEvent } from '../protocol/messages.ts';
import { ResultLines } from '../protocol/result.ts';
import type { Dialect } from './dialect.ts';
import { followUpOf } from './follow-ups-v2.ts';
import { jsonLine } from './json-line.ts';

/** v2: compact JSON in raw UTF-8, times in UTC, one answer for every request (protocol.md §3). */
export const classcordV2: Dialect = {
  name: 'v2',
  isSlowedOverRate: false,
  isAnswering: true,
  hasGaps: true,
  isAscii: false,
  isPinged: true,
  fallbackCharset: null,
  decode({ object }) {
    const { type } = object;
    if (typeof type !== 'string') throw new ChatError('invalid_field', { field: 'type' });
    const word = type.toLowerCase();
    const name = word === 'userlist' ? 'users' : word;
    return parseRequest(name, { ...object, type: name });
  },
  reply(request, result) {
    if (request.type === 'pong' || request.type === 'typing') return null;
    if (result instanceof ResultLines) return result.lines.map((one) => answerLine(request, one)).join('');
    return answerLine(request, result);
  },
  error(error, about, lang) {
    return jsonLine({
      type: 'error',
      ref: refOf(about),
      code: error.code,
      message: error.textIn(lang),
      field: error.details.field,
      retry_after_ms: errorCodes[error.code].retryable ? error.details.retryAfterMs : undefined,
      fatal: error.fatal,
    });
  },
  event: (event: ServerEvent) => {
    if (event.type === 'message') return messageLine(event);
    if (event.type === 'status') return jsonLine({ type: 'status', user: event.user, state: event.state, text: event.text });
    if (event.type === 'member') return jsonLine({ type: event.what, channel: event.channel, username: event.username });
    if (event.type === 'channel') return jsonLine({ type: 'channel', channel: event.channel, by: event.by, ...event.changes });
    if (event.type === 'trace') return jsonLine(event);
    if (event.type === 'gap') return jsonLine({ type: 'gap', channel: event.channel, from_seq: event.fromSeq, to_seq: event.toSeq });
    if (event.type === 'ping') return jsonLine({ type: 'ping' });
    const followUp = followUpOf(event);
    return followUp === null ? null : jsonLine(followUp);
  },
};

/** Where a message stands; of a mere hello, who the guest is. */
function placeOf({ id, channel, to, seq, duplicate, at, ...others }: Result): Result {
  return { id, channel, to, seq, duplicate, timestamp: at === undefined ? undefined : new Date(at as number).toISOString(), ...others };
}

function answerLine(request: Request, result: Result): string {
  const ref = refOf(request);
  if (request.type === 'message') return jsonLine({ type: 'ack', ref, ...placeOf(result) });
  return jsonLine({ type: request.type === 'ping' ? 'pong' : request.type, status: 'ok', ref, ...result });
}

function messageLine(event: MessageEvent): string {
  const audience = event.subtype === 'private' ? { to: event.to } : { channel: event.channel };
  return jsonLine({
    type: 'message',
    subtype: event.subtype,
    ...audience,
    from: event.from,
    content: event.content,
    id: event.id,
    seq: event.seq,
    timestamp: new Date(event.at).toISOString(),
    mentions: event.mentions,
    reply_to: event.replyTo,
    tags: event.tags,
  });
}

function refOf(about: Readonly<Record<string, unknown>> | Request | null): string | undefined {
  const ref = about === null ? undefined : (about as Readonly<Record<string, unknown>>)['ref'];
  return isRef(ref) ? ref : undefined;
}
