/** The client library, published as `classcord/client`: `docs/client-library.md`. */
export type { AnswerOf, StoredMessage } from '../../server/protocol/answered.ts';
export type { Capability } from '../../server/protocol/capabilities.ts';
export { ChatError, type ErrorCode, errorCodes } from '../../server/protocol/errors.ts';
export type { Heard, HeardOf } from '../../server/protocol/heard.ts';
export { fold, foldChannel } from '../../server/protocol/names.ts';
export { type Asked, ChatClient, connect } from './client.ts';
export type { ChatEvent, ClientState, EventOf, LostEvent, OtherEvent, RefusedEvent, SentEvent, StateEvent } from './events.ts';
export type { ClientLimits, ConnectOptions, Identity, LoginKey, Peer, ReconnectPolicy, ServerKey, Timers, TlsChoice } from './options.ts';
export type { Extras, Place, Sent, Stored } from './sent.ts';
export type { ServerFacts } from './server-facts.ts';
