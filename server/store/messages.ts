import type { Extras, Notified } from './follow-ups.ts';
import type { AuditDraft } from './moderation.ts';
import type { PersonKey } from './store.ts';

/** Place and time that the store gave to a message: `id` unique over all, `seq` without gaps in its conversation. */
export interface Stamp {
  readonly id: number;
  readonly seq: number;
  /** Milliseconds since 1970; never decreases within a conversation. */
  readonly at: number;
}

/** `isDuplicate`: the same sender had stored this nonce within 24 h; nothing was stored again. */
export interface Appended extends Stamp {
  readonly isDuplicate: boolean;
  /** Whom it mentions, and who is to be told so. */
  readonly mentions?: readonly string[];
  readonly notified?: readonly Notified[];
}

export interface ChannelDraft {
  readonly channelId: number;
  readonly channel: string;
  readonly username: string;
  readonly author: PersonKey;
  readonly content: string;
  readonly at: number;
  readonly nonce?: string | undefined;
  readonly extras?: Extras | undefined;
}

export interface PrivateDraft {
  readonly username: string;
  readonly author: PersonKey;
  readonly to: string;
  readonly recipient: PersonKey;
  readonly content: string;
  readonly at: number;
  readonly nonce?: string | undefined;
  readonly extras?: Extras | undefined;
  /** Nobody is there to take it: it waits for the recipient's next login. */
  readonly isWaiting: boolean;
}

export interface WaitingMessage extends Stamp {
  readonly author: PersonKey;
  readonly recipient: PersonKey;
  readonly from: string;
  readonly to: string;
  readonly content: string;
  readonly replyTo: number | null;
  /** As JSON text. */
  readonly tags: string | null;
}

/** What of somebody's private conversations was missed: all after an id, and of those in `seen` (by the other's key) all after a `seq`. */
export interface MissedQuery {
  readonly person: PersonKey;
  readonly after: number;
  readonly seen: Readonly<Record<PersonKey, number>>;
  /** Of all, the newest so many, of about so many bytes together, but always one; those before them are told as gaps. */
  readonly limit: number;
  readonly pageBytes: number;
}

export interface MissedPrivate {
  /** In the order of their ids. */
  readonly messages: readonly WaitingMessage[];
  readonly gaps: readonly { readonly with: string; readonly fromSeq: number; readonly toSeq: number }[];
}

export interface MessageStore {
  /** Null: it answers no message of its own conversation. The row of the audit names the message by its new id. */
  appendToChannel(draft: ChannelDraft, audit?: Omit<AuditDraft, 'subject'>): Promise<Appended | null>;
  appendPrivate(draft: PrivateDraft): Promise<Appended | null>;
  /** Takes what waits for `recipient`, oldest first, the newest `limit`; none of it waits any longer. */
  takeWaiting(recipient: PersonKey, limit: number): Promise<readonly WaitingMessage[]>;
  /** Lets a message wait after all: its recipient had left before it could be told. */
  keepWaiting(id: number): Promise<void>;
  count(): Promise<number>;
  /** The last id that was given to a message; 0: to none yet. */
  lastId(): Promise<number>;
  /** The private messages, sent and received, that somebody was not given. */
  missed(query: MissedQuery): Promise<MissedPrivate>;
}
