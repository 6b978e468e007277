import type { z } from 'zod';
import { accountRequests } from './accounts.ts';
import { type ChannelEvent, channelRequests, type GapEvent, type MemberEvent, type MembershipEvent } from './channels.ts';
import { cleanText } from './clean.ts';
import { credentialRequests } from './credentials.ts';
import { type DeletedEvent, type EditedEvent, editRequests } from './edits.ts';
import { ChatError, type ErrorCode } from './errors.ts';
import { historyRequests } from './history.ts';
import { type LegacyRelay, type MessageEvent, messageRequests } from './messages.ts';
import { type LevelEvent, type LiftedEvent, moderationRequests, type NoticeEvent, type ReportedEvent } from './moderation.ts';
import { type NotificationEvent, notificationRequests } from './notifications.ts';
import { type PinnedEvent, pinRequests } from './pins.ts';
import { presenceRequests, type StatusEvent } from './presence.ts';
import { type ReactionEvent, reactionRequests } from './reactions.ts';
import { type ReadEvent, readRequests, type TypingEvent } from './reads.ts';
import { sessionRequests, type TraceEvent } from './session.ts';
import type { TextKey, TextParams } from './texts.ts';

/** Every request of the wire by its type: the one truth from which validation, `help` and the documentation are made. */
export const requests = {
  ...sessionRequests,
  ...accountRequests,
  ...credentialRequests,
  ...channelRequests,
  ...messageRequests,
  ...editRequests,
  ...reactionRequests,
  ...pinRequests,
  ...readRequests,
  ...notificationRequests,
  ...historyRequests,
  ...presenceRequests,
  ...moderationRequests,
};

export type RequestType = keyof typeof requests;
/**
 * What a dialect adds to a request and no client can send: v1 a line as v1 sessions get it, and a status word verbatim; roomchat
 * the numbers of accounts in place of their names.
 */
interface DialectParts {
  readonly message: { legacy?: LegacyRelay; toId?: number };
  readonly history: { withId?: number };
  /** The connection was opened with its token: nobody waits for an answer. */
  readonly login: { isSilent?: boolean };
  readonly status: { word?: string };
}
export type RequestOf<T extends RequestType> = z.output<(typeof requests)[T]['schema']> &
  (T extends keyof DialectParts ? DialectParts[T] : unknown);
export type Request = { [T in RequestType]: RequestOf<T> }[RequestType];

/** The server pings a silent v2 session. */
export interface PingEvent {
  readonly type: 'ping';
}
/** A connection got a (new) name: it hears everybody's status from now on, and no channel of a former name any more. */
export interface EnteredEvent {
  readonly type: 'entered';
  readonly username: string;
  /** Private messages up to this id it was given already, when it took itself up. */
  readonly heardUpTo?: number | undefined;
}
/** A connection gave up its name (`logout`): it hears nobody any more. */
export interface ExitedEvent {
  readonly type: 'exited';
}
/** A session is told why, and closed. */
export interface EndEvent {
  readonly type: 'end';
  readonly reason: 'replaced' | 'drain' | 'sanction' | 'ended';
  readonly code: ErrorCode;
  readonly text?: TextKey;
  readonly params?: TextParams;
}
/** What becomes of a message after it was said, and who is to know. */
export type FollowUpEvent = EditedEvent | DeletedEvent | ReactionEvent | PinnedEvent | TypingEvent | ReadEvent | NotificationEvent;
export type ServerEvent =
  | FollowUpEvent
  | MessageEvent
  | StatusEvent
  | MembershipEvent
  | MemberEvent
  | ChannelEvent
  | GapEvent
  | EnteredEvent
  | ExitedEvent
  | EndEvent
  | TraceEvent
  | NoticeEvent
  | LiftedEvent
  | LevelEvent
  | ReportedEvent
  | PingEvent;

export type { Result } from './result.ts';

export function isRequestType(type: string): type is RequestType {
  return Object.hasOwn(requests, type);
}

/** Checks one object against the schema of its type. Throws `unknown_type` or `invalid_field` (with the field named). */
export function parseRequest(type: string, candidate: Readonly<Record<string, unknown>>): Request {
  if (!isRequestType(type)) throw new ChatError('unknown_type', { params: { type: cleanText(type.slice(0, 64)) } });
  const parsed = requests[type].schema.safeParse(candidate);
  if (!parsed.success) throw new ChatError('invalid_field', { field: String(parsed.error.issues[0]?.path[0] ?? 'type') });
  return parsed.data as Request;
}
