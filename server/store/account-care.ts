import type { AuditDraft } from './moderation.ts';
import type { Account } from './store.ts';

/** An account as an operator sees it. Times are ISO 8601, UTC; null: never. */
export interface AccountFacts extends Account {
  readonly createdAt: string;
  /** When it last logged in from an address that was new to it or is known. */
  readonly lastLoginAt: string | null;
}

export interface NewAccount {
  readonly username: string;
  readonly fold: string;
  readonly passwordHash: string;
  readonly role: Account['role'];
  readonly isOneTime: boolean;
  readonly at: number;
  readonly audit: Omit<AuditDraft, 'subject'>;
}

/** What an operator does to accounts. Each method is one atomic step. */
export interface AccountCareStore {
  /** By name; those deleted are left out. `after`: a fold, to go on from. */
  list(query: { readonly after: string; readonly limit: number }): Promise<readonly AccountFacts[]>;
  /** Null: there is none, or it was deleted. */
  find(fold: string): Promise<AccountFacts | null>;
  /** Whether an account has or had that name. */
  isTaken(fold: string): Promise<boolean>;
  /** Null: the name is or was taken. The row of the audit names the account by its new id. */
  create(made: NewAccount): Promise<Account | null>;
  /** A locked account has no sessions any more. Its reason is kept as long as it is locked. False: it is the last admin that could log in, and stays open. */
  setLocked(change: { readonly id: number; readonly locked: boolean; readonly reason?: string }, audit: AuditDraft): Promise<boolean>;
  /** `isOneTime`: good for choosing another one only. Its sessions and tokens end. */
  setPassword(
    change: { readonly id: number; readonly passwordHash: string; readonly isOneTime: boolean },
    audit: AuditDraft,
  ): Promise<void>;
  /** False: the name is taken. */
  rename(change: { readonly id: number; readonly username: string; readonly fold: string }, audit: AuditDraft): Promise<boolean>;
  /** Memberships, notifications and addresses go; the name and what was said stay. False: the last admin. */
  delete(deletion: { readonly id: number; readonly at: number }, audit: AuditDraft): Promise<boolean>;
}
