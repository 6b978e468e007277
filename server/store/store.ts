import type { Figures } from '../base/figures.ts';

/** A person of a conversation as the store knows it: `u12` an account, `g<session>` a guest for as long as it is here. */
export type PersonKey = string;

export interface Account {
  readonly id: number;
  /** As registered. */
  readonly username: string;
  readonly fold: string;
  readonly passwordHash: string;
  readonly role: 'admin' | 'moderator' | 'user';
}

export interface Channel {
  readonly id: number;
  /** As displayed, with `#`. */
  readonly name: string;
  readonly fold: string;
  readonly visibility: 'public' | 'private';
}

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
}

export interface ChannelDraft {
  readonly channelId: number;
  readonly channel: string;
  readonly username: string;
  readonly author: PersonKey;
  readonly content: string;
  readonly at: number;
  readonly nonce?: string | undefined;
}

export interface PrivateDraft {
  readonly username: string;
  readonly author: PersonKey;
  readonly to: string;
  readonly recipient: PersonKey;
  readonly content: string;
  readonly at: number;
  readonly nonce?: string | undefined;
  /** Nobody is there to take it: it waits for the recipient's next login. */
  readonly isWaiting: boolean;
}

export interface WaitingMessage extends Stamp {
  readonly from: string;
  readonly to: string;
  readonly content: string;
}

/** What is counted against an attacker, for one account, and survives a restart. Times in ms since 1970. */
export interface LoginFailures {
  readonly key: string;
  readonly count: number;
  readonly lastAt: number;
}

/** What a node's metrics were: the JSON of its registry. `at` in ms since 1970. */
export interface MetricsSnapshot {
  readonly node: string;
  readonly at: number;
  readonly json: string;
}

/**
 * Everything durable. Each method is one atomic step; when its promise resolves, the change is on the disk.
 * Rejects with ChatError `storage_unavailable` (nothing was stored) or `server_busy` (the write queue is full).
 * Writes are carried out, and their promises settled, in the order in which they were asked for.
 */
export interface Store {
  readonly accounts: {
    /** Null: the name is taken (by its fold). */
    create(account: { username: string; fold: string; passwordHash: string; at: number }): Promise<Account | null>;
    find(fold: string): Promise<Account | null>;
    setPassword(id: number, passwordHash: string): Promise<void>;
    count(): Promise<number>;
  };
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
    ensure(channel: {
      name: string;
      fold: string;
      visibility: Channel['visibility'];
      createdBy: PersonKey;
      at: number;
    }): Promise<{ channel: Channel; isNew: boolean }>;
    find(fold: string): Promise<Channel | null>;
  };
  readonly messages: {
    appendToChannel(draft: ChannelDraft): Promise<Appended>;
    appendPrivate(draft: PrivateDraft): Promise<Appended>;
    /** Takes what waits for `recipient`, oldest first, the newest `limit`; none of it waits any longer. */
    takeWaiting(recipient: PersonKey, limit: number): Promise<readonly WaitingMessage[]>;
    /** Lets a message wait after all: its recipient had left before it could be told. */
    keepWaiting(id: number): Promise<void>;
    count(): Promise<number>;
  };
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
