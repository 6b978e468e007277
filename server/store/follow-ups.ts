import type { AuditDraft, SanctionKind } from './moderation.ts';
import type { PersonKey } from './store.ts';

/** A name that an `@` in a message may stand for; `guest`: the guest present who wears it. */
export interface MentionCandidate {
  readonly fold: string;
  readonly guest?: string | undefined;
}

/** Whom a message may mention; the store decides who of them exists and may read it. */
export interface Mentions {
  /** For each `@` the names that may be meant, the longest first. */
  readonly names: readonly (readonly MentionCandidate[])[];
  /** `@all`, by somebody who may say so: every member. */
  readonly isAll: boolean;
  /** Only members can read it. */
  readonly isPrivate: boolean;
}

/** What few messages have; the others do not pay for it. */
export interface Extras {
  /** The `id` of a message of the same conversation. */
  readonly replyTo?: number | undefined;
  /** As JSON text. */
  readonly tags?: string | undefined;
  readonly mentions?: Mentions | undefined;
}

/** A notification that was stored for an account that wants to be told. */
export interface Notified {
  readonly id: number;
  readonly accountId: number;
}

/** A stored message, as far as something can be done with it. */
export type StoredMessage = {
  readonly id: number;
  readonly seq: number;
  readonly author: PersonKey;
  readonly username: string;
  readonly isDeleted: boolean;
} & (
  | { readonly kind: 'channel'; readonly channelId: number; readonly channel: string }
  | { readonly kind: 'private'; readonly recipient: PersonKey; readonly to: string }
);

/** What a message said before it was changed. */
export interface Revision {
  readonly revision: number;
  readonly content: string;
  /** Who replaced it, and when. */
  readonly changedBy: string;
  readonly reason: string | null;
  readonly timestamp: string;
}

export interface EditStore {
  find(id: number): Promise<StoredMessage | null>;
  /** Null: it is deleted. */
  edit(edit: {
    message: StoredMessage;
    content: string;
    by: string;
    at: number;
    mentions?: Mentions | undefined;
  }): Promise<{ revision: number; mentions?: readonly string[] | undefined } | null>;
  /** The place stays; content, tags, mentions, reactions, pin and notifications go. False: it was deleted before. */
  delete(deletion: { message: StoredMessage; by: string; reason?: string | undefined; at: number }, audit?: AuditDraft): Promise<boolean>;
  /** The oldest first, without what it says now. */
  revisions(id: number): Promise<readonly Revision[]>;
}

export interface ReactionStore {
  /**
   * How many people have that emoji on the message now; a second time changes nothing (`isNew` false). Null: `most` other emoji are
   * on it already.
   */
  add(reaction: {
    id: number;
    emoji: string;
    person: PersonKey;
    username: string;
    at: number;
    most: number;
  }): Promise<{ count: number; isNew: boolean } | null>;
  remove(reaction: { id: number; emoji: string; person: PersonKey }): Promise<{ count: number; isNew: boolean }>;
}

/** A pinned message. */
export interface Pin {
  readonly id: number;
  readonly seq: number;
  readonly from: string;
  readonly content: string;
  readonly timestamp: string;
  readonly pinnedBy: string;
}

export interface PinStore {
  /** False: it was pinned before. Null: `most` are pinned already. */
  add(pin: { channelId: number; id: number; by: string; at: number; most: number }, audit?: AuditDraft): Promise<boolean | null>;
  /** False: it was not pinned. */
  remove(pin: { channelId: number; id: number }, audit?: AuditDraft): Promise<boolean>;
  /** In the order of `seq`. */
  in(channelId: number): Promise<readonly Pin[]>;
}

export interface ReadStore {
  /** Marks as read up to `seq`, never further than the last message, never back; mentions so far are seen. Returns the position. */
  channel(read: { accountId: number; channelId: number; seq: number }): Promise<number>;
  conversation(read: { accountId: number; conversationId: number; seq: number }): Promise<number>;
}

export interface Notification {
  readonly id: number;
  readonly kind: 'mention' | 'invitation' | 'sanction';
  /** Null: a sanction on the whole server. */
  readonly channel: string | null;
  readonly messageId: number | null;
  readonly seq: number | null;
  readonly by: string;
  readonly timestamp: string;
  /** Of a sanction; else null. */
  readonly sanction: { readonly id: number; readonly kind: SanctionKind; readonly reason: string; readonly until: number | null } | null;
}

export interface NotificationStore {
  /** What the account has not seen, the oldest first, the newest `limit`; not of channels of which it wants none. */
  unseen(accountId: number, limit: number): Promise<readonly Notification[]>;
  /** Channels of which the account wants to be told everything, and what is unread in them. */
  unreadChannels(accountId: number): Promise<readonly { readonly channel: string; readonly unread: number }[]>;
  /** Everything up to that notification was seen. */
  seen(accountId: number, id: number): Promise<void>;
  /** The sanctions that the account has not seen, the oldest first; from now on they are seen. */
  takeSanctions(accountId: number): Promise<readonly Notification[]>;
}
