import type { z } from 'zod';
import { accountRequests } from './accounts.ts';
import { channelRequests, type MembershipEvent } from './channels.ts';
import { ChatError } from './errors.ts';
import { type LegacyRelay, type MessageEvent, messageRequests } from './messages.ts';
import { presenceRequests, type StatusEvent } from './presence.ts';
import { sessionRequests } from './session.ts';

/** Every request of the wire by its type: the one truth from which validation, `help` and the documentation are made. */
export const requests = { ...sessionRequests, ...accountRequests, ...channelRequests, ...messageRequests, ...presenceRequests };

export type RequestType = keyof typeof requests;
export type RequestOf<T extends RequestType> = z.output<(typeof requests)[T]['schema']> & (T extends 'message' ? { legacy?: LegacyRelay } : unknown);
export type Request = { [T in RequestType]: RequestOf<T> }[RequestType];

/** The server pings a silent v2 session. */
export interface PingEvent {
  readonly type: 'ping';
}
export type ServerEvent = MessageEvent | StatusEvent | MembershipEvent | PingEvent;

/** What a handler gives back; the dialect spells it as the answer. */
export type Result = Readonly<Record<string, unknown>>;

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(requests, type);
}

/** Checks one object against the schema of its type. Throws `unknown_type` or `invalid_field` (with the field named). */
export function parseRequest(type: string, candidate: Readonly<Record<string, unknown>>): Request {
  if (!isRequestType(type)) throw new ChatError('unknown_type', { params: { type: type.slice(0, 64) } });
  const parsed = requests[type].schema.safeParse(candidate);
  if (!parsed.success) throw new ChatError('invalid_field', { field: String(parsed.error.issues[0]?.path[0] ?? 'type') });
  return parsed.data as Request;
}
