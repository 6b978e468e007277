import type { Dialect } from '../dialect/dialect.ts';
import type { Credential } from '../domain/credential.ts';
import type { KeyChallenge } from '../domain/key-logins.ts';
import type { Caller, Person } from '../domain/people.ts';
import type { Capability } from '../protocol/capabilities.ts';
import type { ChatError } from '../protocol/errors.ts';
import type { ServerEvent } from '../protocol/index.ts';
import type { Lang } from '../protocol/texts.ts';
import type { AddressEntry } from '../transport/address-book.ts';
import type { CloseReason, Connection } from '../transport/connection.ts';
import { Lag } from './lag.ts';

const noCaps: ReadonlySet<Capability> = new Set();

/** Ends that no line of the client asked for. */
const unasked: ReadonlySet<CloseReason> = new Set<CloseReason>(['drain', 'first_line', 'slow_line', 'idle']);

/** Who is on a connection, and how it speaks. */
export class Session implements Caller {
  readonly connection: Connection;
  readonly place: AddressEntry;
  readonly connectedAt: number;
  dialect: Dialect;
  lang: Lang;
  caps: ReadonlySet<Capability> = noCaps;
  person: Person | null = null;
  credential: Credential | null = null;
  client = '';
  /** Of a key login, not answered yet. */
  challenge: KeyChallenge | null = null;
  /** Channels that it hears, by id; changed by membership events only. */
  readonly channels = new Set<number>();
  /** It speaks for accounts only: nothing but a login is heard of it before, and without one it ends at this (monotonic) time. Null: a guest may speak. */
  loginBy: number | null = null;
  /** What of its channels it is not simply given. */
  readonly lag = new Lag();
  /** Private messages up to this id were replayed to it: they are not sent again. */
  replayedUpTo = 0;
  /** Ends it at once, with a last word: nothing of it runs any more. Set by whoever serves it. */
  dismiss: ((reason: CloseReason, error: ChatError) => void) | null = null;
  #gone: AbortController | null = null;

  constructor(connection: Connection, place: AddressEntry, options: { dialect: Dialect; lang: Lang; now: number }) {
    this.connection = connection;
    this.place = place;
    this.dialect = options.dialect;
    this.lang = options.lang;
    this.connectedAt = options.now;
  }

  /** It came with a bearer token that may not read: it gets answers, and hears nobody. */
  get isDeaf(): boolean {
    const scopes = this.credential?.scopes ?? null;
    return scopes !== null && !scopes.has('read');
  }

  get sessionId(): string {
    return this.connection.id;
  }

  get address(): string {
    return this.place.key;
  }

  get multiple(): number {
    return this.place.multiple;
  }

  get remote(): string {
    return this.connection.address;
  }

  /** Fires when the connection is gone; work for it may be dropped. */
  get signal(): AbortSignal {
    this.#gone ??= new AbortController();
    return this.#gone.signal;
  }

  /** The connection is gone. */
  end(): void {
    this.#gone?.abort();
  }

  /** Why it ends, in its dialect. A v1 connection without a name hears nothing but answers: its client may read one line and take it for one. */
  lastWord(reason: CloseReason, error: ChatError): string | null {
    if (this.person === null && !this.dialect.isAnswering && unasked.has(reason)) return null;
    return this.dialect.error(error, null, this.lang);
  }

  send(text: string): void {
    this.connection.send(Buffer.from(text));
  }

  /** Something that concerns this session alone, if its dialect has words for it. */
  tell(event: ServerEvent): void {
    const text = this.dialect.event(event);
    if (text !== null) this.send(text);
  }
}
