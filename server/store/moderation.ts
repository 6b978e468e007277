import type { PersonKey } from './store.ts';

export type SanctionKind = 'warn' | 'mute' | 'kick' | 'ban';

/** Whom a sanction hits: an account, a guest by where it comes from (a keyed hash), a network, or a person together with a network. */
export interface SanctionTarget {
  readonly accountId: number | null;
  readonly guest: string | null;
  /** `ADDRESS/BITS` */
  readonly network: string | null;
}

/** One row of the ledger. Times in ms since 1970. */
export interface Sanction extends SanctionTarget {
  readonly id: number;
  readonly kind: SanctionKind;
  /** The account's name now, or the guest's then; null: a network alone. */
  readonly username: string | null;
  /** Null: on the whole server. */
  readonly channelId: number | null;
  readonly channel: string | null;
  readonly reason: string;
  /** Who imposed it, as shown: an account's name now, or the key of what is no account. */
  readonly by: string;
  readonly at: number;
  /** Null: without end, or of a moment (`warn`, `kick`). */
  readonly until: number | null;
  readonly liftedBy: string | null;
  readonly liftedAt: number | null;
}

export interface SanctionDraft extends SanctionTarget {
  readonly kind: SanctionKind;
  readonly guestName: string | null;
  readonly channelId: number | null;
  /** It ends the membership, too. */
  readonly isExpelled: boolean;
  readonly reason: string;
  readonly by: PersonKey;
  /** As a notification shows it. */
  readonly byName: string;
  readonly at: number;
  readonly until: number | null;
}

export interface SanctionStore {
  /** Stores it with its row of the audit, and for an account its notification; for a channel `isExpelled` ends the membership. */
  impose(draft: SanctionDraft): Promise<{ sanction: Sanction; notification: number | null }>;
  /** Null: there is none of that id that could still be lifted at that time. Its notifications go. */
  lift(lift: { id: number; by: PersonKey; at: number }): Promise<Sanction | null>;
  find(id: number): Promise<Sanction | null>;
  /** Everything that was ever imposed on an account or a guest, the oldest first, the newest `limit`. */
  of(target: { accountId: number } | { guest: string }, limit: number): Promise<readonly Sanction[]>;
  /** What holds at that time or has no end: mutes, bans, and kicks with a duration. The oldest first. */
  open(at: number): Promise<readonly Sanction[]>;
}

/** A message that somebody holds before the moderators. `content` is what it says now; a deleted one says nothing. */
export interface Report {
  readonly id: number;
  readonly messageId: number;
  readonly kind: 'channel' | 'private';
  /** The channel, or to whom it was said. */
  readonly place: string;
  readonly channelId: number | null;
  readonly from: string;
  readonly content: string;
  readonly messageAt: string;
  readonly reportedBy: string;
  readonly reason: string;
  readonly at: number;
}

export interface ReportStore {
  /** `again`: this person reported it before. `full`: it has `most` open reports already. */
  add(report: {
    messageId: number;
    by: PersonKey;
    byName: string;
    reason: string;
    at: number;
    most: number;
  }): Promise<{ readonly id: number } | 'again' | 'full'>;
  /** Closes it; false: there is no open report of that id. Leaves a row in the audit. */
  resolve(resolution: { id: number; by: PersonKey; at: number }): Promise<boolean>;
  /** The open ones, the oldest first. */
  open(limit: number): Promise<readonly Report[]>;
  countOpen(): Promise<number>;
}

/** Whom an account wants to hear nothing from in private. */
export interface Block {
  readonly accountId: number;
  readonly blocked: PersonKey;
  readonly username: string;
}

export interface BlockStore {
  /** False: `most` are blocked already. A second time changes nothing. */
  add(block: { accountId: number; blocked: PersonKey; name: string; at: number; most: number }): Promise<boolean>;
  remove(block: { accountId: number; blocked: PersonKey }): Promise<void>;
  all(): Promise<readonly Block[]>;
}

/** What somebody did that others must be able to look up. `actor` and `subject` are keys (`u12`, `operator:root`, `#dev`), never texts. */
export interface AuditDraft {
  readonly action: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly at: number;
}

/** A row as it is stored; `hash` null: from before the chain. */
export interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly subject: string;
  /** JSON text. */
  readonly detail: string;
  readonly hash: string | null;
}

export interface AuditStore {
  append(draft: AuditDraft): Promise<AuditRow>;
  /** In order, after that id. */
  page(after: number, limit: number): Promise<readonly AuditRow[]>;
  /** The newest first, before that id; names of accounts beside their keys. */
  list(query: {
    readonly actor?: string | undefined;
    readonly action?: string | undefined;
    readonly subject?: string | undefined;
    /** ISO 8601, UTC, ms. */
    readonly since?: string | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly (AuditRow & { readonly actorName: string; readonly subjectName: string })[]>;
}

export interface StateStore {
  get(name: string): Promise<string | null>;
  /** With its row of the audit. */
  set(state: { name: string; value: string; audit: AuditDraft }): Promise<void>;
}
