import type { Figures } from '../base/figures.ts';
import type { AccountCareStore } from './account-care.ts';
import type { ClassStore } from './classes.ts';
import type { CredentialStore } from './credentials.ts';
import type { EditStore, NotificationStore, PinStore, ReactionStore, ReadStore } from './follow-ups.ts';
import type { HistoryPage, HistoryQuery, SearchPage, SearchQuery } from './history.ts';
import type { Membership, MembershipStore } from './memberships.ts';
import type { MessageStore } from './messages.ts';
import type { AuditDraft, AuditStore, BlockStore, ReportStore, SanctionStore, StateStore } from './moderation.ts';

export type * from './account-care.ts';
export type * from './classes.ts';
export type * from './credentials.ts';
export type * from './follow-ups.ts';
export type * from './history.ts';
export type * from './memberships.ts';
export type * from './messages.ts';
export type * from './moderation.ts';

/** A person of a conversation as the store knows it: `u12` an account, `g<session>` a guest for as long as it is here. */
export type PersonKey = string;

export interface Account {
  readonly id: number;
  /** As registered. */
  readonly username: string;
  readonly fold: string;
  readonly passwordHash: string;
  readonly role: 'admin' | 'moderator' | 'user';
  /** An operator shut it: nobody gets in. */
  readonly isLocked: boolean;
  /** Why, while it is locked; null: nobody said. */
  readonly lockReason: string | null;
  /** Its password is one of a slip of paper: it only serves to choose another one. */
  readonly isOneTime: boolean;
  /** Grows whenever whoever proved to be it before has to do so again. */
  readonly epoch: number;
}

export interface Channel {
  readonly id: number;
  /** As displayed, with `#`. */
  readonly name: string;
  readonly fold: string;
  readonly visibility: 'public' | 'private';
  readonly topic: string;
  readonly readOnly: boolean;
  readonly slowModeS: number;
  readonly archived: boolean;
  readonly retentionDays: number;
}

/** The settings of a channel that may be changed; what is missing stays. */
export type ChannelChanges = Partial<Pick<Channel, 'topic' | 'readOnly' | 'slowModeS' | 'archived' | 'retentionDays'>>;

/** A channel as one account sees it in its list; `membership` null: it is not in it. */
export interface ListedChannel {
  readonly channel: Channel;
  readonly members: number;
  readonly lastSeq: number;
  readonly membership: Pick<Membership, 'role' | 'readSeq' | 'notify'> | null;
  /** Unseen mentions of the account. */
  readonly mentions: number;
}

/** What is counted against an attacker, for one account, and survives a restart. Times in ms since 1970. */
export interface LoginFailures {
  readonly key: string;
  readonly count: number;
  readonly lastAt: number;
}

/** A private conversation as one of the two sees it. */
export interface Conversation {
  readonly id: number;
  readonly with: string;
  readonly lastSeq: number;
  readonly unread: number;
  readonly last: string | null;
}

/** What a node's metrics were: the JSON of its registry. `at` in ms since 1970. */
export interface MetricsSnapshot {
  readonly node: string;
  readonly at: number;
  readonly json: string;
}

/**
 * Everything durable. Each method is one atomic step, with its row of the audit where there is one; when its promise resolves, the change is on the disk.
 * Rejects with ChatError `storage_unavailable` (nothing was stored) or `server_busy` (the write queue is full).
 * Writes are carried out, and their promises settled, in the order in which they were asked for.
 */
export interface Store {
  readonly accounts: {
    /** Null: the name is taken (by its fold). */
    create(account: { username: string; fold: string; passwordHash: string; at: number }): Promise<Account | null>;
    find(fold: string): Promise<Account | null>;
    setPassword(id: number, passwordHash: string): Promise<void>;
    /** False: it is the last admin, who stays one; nothing is noted then. */
    setRole(id: number, role: Account['role'], audit?: AuditDraft): Promise<boolean>;
    byId(id: number): Promise<Account | null>;
    count(): Promise<number>;
  };
  readonly accountCare: AccountCareStore;
  readonly classes: ClassStore;
  readonly credentials: CredentialStore;
  readonly logins: {
    /** The failure counters of these keys, as far as there are any. */
    failures(keys: readonly string[]): Promise<readonly LoginFailures[]>;
    setFailures(rows: readonly LoginFailures[]): Promise<void>;
    /** Notes that an account logged in from a (cloaked) address. */
    addKnownAddress(accountId: number, address: string, at: number): Promise<void>;
    isKnownAddress(accountId: number, address: string): Promise<boolean>;
  };
  readonly channels: {
    /** The channel of that fold, made when there is none. `isNew` tells which. */
    ensure(
      channel: { name: string; fold: string; visibility: Channel['visibility']; createdBy: PersonKey; at: number },
      audit?: AuditDraft,
    ): Promise<{ channel: Channel; isNew: boolean }>;
    find(fold: string): Promise<Channel | null>;
    byId(id: number): Promise<Channel | null>;
    /** Makes a channel with its owner in it; null: the name is taken. */
    create(channel: {
      name: string;
      fold: string;
      visibility: Channel['visibility'];
      topic: string;
      owner: number;
      at: number;
    }): Promise<Channel | null>;
    update(id: number, changes: ChannelChanges, audit?: AuditDraft): Promise<Channel>;
    /** Public channels, and the private ones that the account is in or invited to. Null: a guest. */
    listed(accountId: number | null): Promise<readonly ListedChannel[]>;
    /** Every one, for an operator. */
    all(): Promise<readonly ListedChannel[]>;
  };
  readonly memberships: MembershipStore;
  readonly messages: MessageStore;
  readonly history: {
    page(query: HistoryQuery): Promise<HistoryPage>;
    /** The id of the conversation of two people; null: they never spoke. */
    conversation(one: PersonKey, other: PersonKey): Promise<number | null>;
    conversations(accountId: number): Promise<readonly Conversation[]>;
    /** Messages that hold every word; a new one is found within a second, a deleted one never. */
    search(query: SearchQuery): Promise<SearchPage>;
  };
  readonly edits: EditStore;
  readonly reactions: ReactionStore;
  readonly pins: PinStore;
  readonly reads: ReadStore;
  readonly notifications: NotificationStore;
  readonly sanctions: SanctionStore;
  readonly reports: ReportStore;
  readonly blocks: BlockStore;
  readonly audit: AuditStore;
  readonly retention: {
    /** Notes the time of a look for old messages; returns that of the one before, null: there was none. */
    look(now: number): Promise<number | null>;
    /** Removes at most so many messages that are older than their channel keeps them; returns how many. */
    remove(now: number, most: number): Promise<number>;
  };
  readonly state: StateStore;
  readonly metrics: {
    /** Keeps a node's snapshot in place of its former one. */
    save(snapshot: MetricsSnapshot): Promise<void>;
    /** Writes what nobody reads: resolves when the database can be written. */
    probe(node: string, at: number): Promise<void>;
    figures(): Figures;
  };
  /** Whether the last write went through. */
  readonly isWritable: boolean;
  /** Writes asked for that are not on the disk yet. */
  readonly queued: number;
  /** Resolves when everything asked for is on the disk and the files are closed. */
  close(): Promise<void>;
}
