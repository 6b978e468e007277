import type { ChatError } from '../../server/protocol/errors.ts';
import type { Tags } from '../../server/protocol/messages.ts';

/** Where to say something: `#dev` is a channel, every other text a person. */
export type Place = string;

/** What may go with a message. */
export interface Extras {
  readonly reply_to?: number;
  readonly tags?: Tags;
}

/** What the server says about a message that it has stored; a v1 server says nothing. */
export interface Stored {
  readonly id?: number | undefined;
  readonly seq?: number | undefined;
  /** The channel as the server spells it. */
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  readonly timestamp?: string | undefined;
}

/** A message that was said: `pending` until the server has stored it (v1: until it is written to the socket). */
export class Sent {
  readonly nonce: string;
  readonly place: Place;
  readonly content: string;
  readonly extras: Extras;
  /** Resolves when it is stored, rejects with a ChatError when it is refused. Nobody has to wait for it. */
  readonly done: Promise<Stored>;
  #status: 'pending' | 'sent' | 'failed' = 'pending';
  #stored: Stored = {};
  #error: ChatError | null = null;
  #settle: { resolve(stored: Stored): void; reject(error: ChatError): void };

  constructor(draft: { nonce: string; place: Place; content: string; extras: Extras }) {
    this.nonce = draft.nonce;
    this.place = draft.place;
    this.content = draft.content;
    this.extras = draft.extras;
    let settle: { resolve(stored: Stored): void; reject(error: ChatError): void } | undefined;
    this.done = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#settle = settle as NonNullable<typeof settle>;
    this.done.catch(() => undefined);
  }

  get status(): 'pending' | 'sent' | 'failed' {
    return this.#status;
  }

  /** Empty until it is sent. */
  get stored(): Stored {
    return this.#stored;
  }

  get error(): ChatError | null {
    return this.#error;
  }

  /** For the client only. */
  succeed(stored: Stored): void {
    this.#status = 'sent';
    this.#stored = stored;
    this.#settle.resolve(stored);
  }

  /** For the client only. */
  fail(error: ChatError): void {
    this.#status = 'failed';
    this.#error = error;
    this.#settle.reject(error);
  }
}
