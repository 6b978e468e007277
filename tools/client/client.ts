import type { z } from 'zod';
import type { AnswerOf } from '../../server/protocol/answered.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import type { HeardOf } from '../../server/protocol/heard.ts';
import type { RequestType, requests } from '../../server/protocol/index.ts';
import type { ChatEvent, ClientState } from './events.ts';
import type { ConnectOptions } from './options.ts';
import type { Extras, Place, Sent } from './sent.ts';

/** A request as one writes it: what its schema fills in may be left out, `ref` is the client's own affair. */
export type Asked<T extends RequestType> = Omit<z.input<(typeof requests)[T]['schema']>, 'ref'>;

/** A chat client: requests with their answers, messages that survive a cut, and events to iterate over. */
export class ChatClient implements AsyncIterable<ChatEvent> {
  constructor(_options: ConnectOptions) {}

  /** What the server speaks: 2, or 1 when it is a course server. */
  get generation(): 1 | 2 {
    return 2;
  }

  get state(): ClientState {
    return 'connecting';
  }

  /** Who one is; null before the first login. */
  get me(): { readonly username: string; readonly role: string; readonly isGuest: boolean } | null {
    return null;
  }

  /** What was agreed on with `hello`. */
  get server(): { readonly name: string; readonly caps: readonly string[]; readonly defaultChannel: string } {
    return { name: '', caps: [], defaultChannel: '#general' };
  }

  get isEncrypted(): boolean {
    return false;
  }

  /** The last time that a ping took; null: none has come back yet (v1 has none). */
  get lagMs(): number | null {
    return null;
  }

  /** The channels one is in. */
  get channels(): readonly string[] {
    return [];
  }

  /** Asks, and resolves with the answer's data. Rejects with a ChatError: `unreachable` when not online, `unknown_type` what v1 has no word for. */
  async request<T extends RequestType>(_request: { readonly type: T } & Asked<T>): Promise<AnswerOf<T>> {
    throw new ChatError('unreachable');
  }

  /** Says something in a `#channel` or to a person; while offline it waits. */
  say(_place: Place, _content: string, _extras: Extras = {}): Sent {
    throw new ChatError('unreachable');
  }

  /** Says something where the message stands, as an answer to it. */
  reply(_to: HeardOf<'message'>, _content: string): Sent {
    throw new ChatError('unreachable');
  }

  /** Sends a request that has no answer (`typing`); dropped while offline. */
  tell(_request: { readonly type: 'typing' } & Asked<'typing'>): void {}

  /** Calls `hear` for every event from now on, at once; the returned function ends that. */
  listen(_hear: (event: ChatEvent) => void): () => void {
    return () => undefined;
  }

  /** Events from now on, for one reader: bounded, `limits.events`; ends when the client is closed. */
  events(): AsyncIterableIterator<ChatEvent> {
    throw new ChatError('unreachable');
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent> {
    return this.events();
  }

  /** Tries at once instead of waiting. */
  retryNow(): void {}

  /** Sends what waits if the connection is there, says goodbye, and ends. Resolves when the socket is closed. */
  async close(): Promise<void> {}
}

/** Connects and resolves when one has a name. */
export async function connect(options: ConnectOptions): Promise<ChatClient> {
  return new ChatClient(options);
}
