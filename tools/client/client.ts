import type { z } from 'zod';
import type { AnswerOf } from '../../server/protocol/answered.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import type { HeardOf } from '../../server/protocol/heard.ts';
import type { RequestType, requests } from '../../server/protocol/index.ts';
import { EventQueue } from './event-queue.ts';
import type { ChatEvent, ClientState } from './events.ts';
import type { Me } from './greeting.ts';
import { type ClientLimits, type ConnectOptions, shippedLimits } from './options.ts';
import { type Extras, type Place, Sent } from './sent.ts';
import type { ServerFacts } from './server-facts.ts';
import { ClientSession } from './session.ts';
import type { Question } from './tongue.ts';

/** A request as one writes it: what its schema fills in may be left out, `ref` is the client's own affair. */
export type Asked<T extends RequestType> = Omit<z.input<(typeof requests)[T]['schema']>, 'ref'>;

/** A chat client: requests with their answers, messages that survive a cut, and events to iterate over. */
export class ChatClient implements AsyncIterable<ChatEvent> {
  readonly #limits: ClientLimits;
  readonly #session: ClientSession;
  readonly #listeners = new Set<(event: ChatEvent) => void>();
  readonly #queues = new Set<EventQueue>();
  /** What is heard before anybody reads, for the first reader. */
  #early: EventQueue | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: ConnectOptions) {
    this.#limits = { ...shippedLimits, ...options.limits };
    if (options.onEvent !== undefined) this.#listeners.add(options.onEvent);
    else this.#early = this.#queue();
    this.#session = new ClientSession(options, this.#limits, (event) => this.#emit(event));
  }

  /** What the server speaks: 2, or 1 when it is a course server. */
  get generation(): 1 | 2 {
    return this.#session.online?.tongue.generation ?? 2;
  }

  get state(): ClientState {
    return this.#session.state;
  }

  /** Who one is; null before the first login. */
  get me(): Pick<Me, 'username' | 'role' | 'isGuest'> | null {
    return this.#session.me;
  }

  get server(): ServerFacts {
    return this.#session.server;
  }

  get isEncrypted(): boolean {
    return this.#session.online?.link.isEncrypted ?? false;
  }

  /** The last time that a ping took; null: none has come back yet (v1 has none). */
  get lagMs(): number | null {
    return this.#session.lagMs;
  }

  /** The channels one is in. */
  get channels(): readonly string[] {
    return this.#session.channels;
  }

  /** Messages that are not stored yet. */
  get unsent(): number {
    return this.#session.unsent;
  }

  /** Whether that is oneself. */
  isMe(name: string): boolean {
    return this.#session.isMe(name);
  }

  /** Connects; resolves when one is online and in one's channels. Once. */
  start(): Promise<this> {
    return new Promise((resolve, reject) => {
      const unlisten = this.listen((event) => {
        if (event.type !== 'state' || event.state !== 'online') return;
        unlisten();
        resolve(this);
      });
      this.#ended = this.#session.run().then((error) => {
        for (const queue of this.#queues) queue.end();
        this.#queues.clear();
        reject(error ?? new ChatError('unreachable'));
      }, reject);
    });
  }

  /** Asks, and resolves with the answer's data. Rejects with a ChatError: `unreachable` when not online, `unknown_type` what v1 has no word for. */
  async request<T extends RequestType>(request: { readonly type: T } & Asked<T>): Promise<AnswerOf<T>> {
    return (await this.#session.ask(request as unknown as Question)) as AnswerOf<T>;
  }

  /** Says something in a `#channel` or to a person; while offline it waits. */
  say(place: Place, content: string, extras: Extras = {}): Sent {
    const sent = new Sent({ nonce: crypto.randomUUID(), place, content, extras });
    const error = this.#refusalOf(content);
    if (error === null) this.#session.say(sent);
    else {
      sent.fail(error);
      this.#emit({ type: 'sent', sent });
    }
    return sent;
  }

  /** Says something where the message stands, as an answer to it. */
  reply(to: HeardOf<'message'>, content: string): Sent {
    const place = to.subtype === 'global' ? to.channel : this.isMe(to.from) ? to.to : to.from;
    return this.say(place, content, to.id === undefined ? {} : { reply_to: to.id });
  }

  /** Sends a request that has no answer (`typing`); dropped while offline. */
  tell(request: { readonly type: 'typing' } & Asked<'typing'>): void {
    this.#session.online?.tongue.tell(request);
  }

  /** Calls `hear` for every event from now on, at once; the returned function ends that. */
  listen(hear: (event: ChatEvent) => void): () => void {
    this.#listeners.add(hear);
    return () => this.#listeners.delete(hear);
  }

  /**
   * Events for one reader: bounded, `limits.events`; ends when the client is closed. The first reader gets what was heard since the
   * connection began (unless `onEvent` has heard it), the others what comes from now on.
   */
  events(): AsyncIterableIterator<ChatEvent> {
    const queue = this.#early ?? this.#queue();
    this.#early = null;
    if (this.state === 'closed') queue.end();
    return queue;
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent> {
    return this.events();
  }

  /** Tries at once instead of waiting. */
  retryNow(): void {
    this.#session.retryNow();
  }

  /** Sends what waits if the connection is there, and ends. Resolves when the socket is closed. */
  async close(): Promise<void> {
    await this.#session.close();
    await this.#ended;
  }

  /** What will not be taken is not even tried. */
  #refusalOf(content: string): ChatError | null {
    const limit = this.server.contentBytes;
    if (this.state === 'closed') return new ChatError('unreachable');
    if (content === '') return new ChatError('invalid_field', { field: 'content' });
    return limit !== null && Buffer.byteLength(content) > limit ? new ChatError('too_large', { params: { limit } }) : null;
  }

  #queue(): EventQueue {
    const queue = new EventQueue(this.#limits.events, (ended) => this.#queues.delete(ended));
    this.#queues.add(queue);
    return queue;
  }

  #emit(event: ChatEvent): void {
    for (const hear of this.#listeners) hear(event);
    for (const queue of this.#queues) queue.put(event);
  }
}

/** Connects and resolves when one has a name, and is in the channels asked for. */
export function connect(options: ConnectOptions): Promise<ChatClient> {
  return new ChatClient(options).start();
}
