import type { ChatError } from '../../server/protocol/errors.ts';
import type { Heard } from '../../server/protocol/heard.ts';
import type { Sent } from './sent.ts';

/** `online`: one has a name and may talk. `waiting`: cut off, it will try again. `closed`: it will not. */
export type ClientState = 'connecting' | 'online' | 'waiting' | 'closed';

/** The connection changed. `retryInMs` while waiting; `error` when something was the reason. */
export interface StateEvent {
  readonly type: 'state';
  readonly state: ClientState;
  readonly retryInMs?: number;
  readonly error?: ChatError;
}

/** A message of `say` is no longer on its way: it was sent, or it failed. */
export interface SentEvent {
  readonly type: 'sent';
  readonly sent: Sent;
}

/** The server told an error that answers no request. */
export interface RefusedEvent {
  readonly type: 'refused';
  readonly error: ChatError;
}

/** This reader was too slow: so many events were dropped here. `channels`: which messages, for `history`. */
export interface LostEvent {
  readonly type: 'lost';
  readonly count: number;
  readonly channels: Readonly<Record<string, { readonly from_seq: number; readonly to_seq: number }>>;
}

/** A line of a type that this client does not know (yet). */
export interface OtherEvent {
  readonly type: 'other';
  readonly line: Readonly<Record<string, unknown>>;
}

/** What a client hears: lines of the server with the keys of the wire, and what the client tells about itself. */
export type ChatEvent = Heard | StateEvent | SentEvent | RefusedEvent | LostEvent | OtherEvent;
export type EventOf<T extends ChatEvent['type']> = Extract<ChatEvent, { type: T }>;
