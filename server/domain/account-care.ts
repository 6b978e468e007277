import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkName, fold } from '../protocol/names.ts';
import type { TextKey, TextParams } from '../protocol/texts.ts';
import type { Account, AccountFacts, AuditDraft, Store } from '../store/store.ts';
import { afterSentence } from './admittance.ts';
import type { Audit, AuditAbout, AuditAction } from './audit.ts';
import { checkPassword, type PasswordPolicy } from './password-policy.ts';
import { type Actor, accountKey } from './people.ts';
import type { Roster } from './presence.ts';

export interface AccountCareParts {
  readonly store: Pick<Store, 'accounts' | 'accountCare'>;
  readonly passwords: Passwords;
  readonly policy: PasswordPolicy;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly bus: Bus;
  readonly audit: Audit;
  /** Voids what a cut session of that name could be taken up with. */
  readonly forgetResumes: (fold: string) => void;
}

/** Hashes that nobody on a socket asked for: they queue with each other, and are never given up. */
const operator = { address: 'operator', signal: new AbortController().signal };

/** Letters and digits that nobody confuses on paper. */
const slipAlphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** What an operator does to accounts. Whoever is concerned and here is told, and logs in anew. */
export class AccountCare {
  readonly #parts: AccountCareParts;

  constructor(parts: AccountCareParts) {
    this.#parts = parts;
  }

  list(after: string, limit: number): Promise<readonly AccountFacts[]> {
    return this.#parts.store.accountCare.list({ after, limit });
  }

  /** Throws `not_found`. */
  async find(username: string): Promise<AccountFacts> {
    const account = await this.#parts.store.accountCare.find(fold(username));
    if (account === null) throw new ChatError('not_found');
    return account;
  }

  /** How many sessions somebody has here. */
  sessions(account: Account): number {
    return this.#parts.roster.byKey(accountKey(account.id))?.sessions.size ?? 0;
  }

  /** The name as it would be stored. Throws `invalid_name`, `already_exists`. */
  async free(username: string): Promise<string> {
    const name = checkName(username);
    if (await this.#parts.store.accountCare.isTaken(fold(name))) throw new ChatError('already_exists');
    return name;
  }

  /** Throws `weak_password`. */
  checkPassword(password: string, username: string): Promise<void> {
    return checkPassword(this.#parts.policy, password, username);
  }

  /** The hash of a password that was checked, or of one for a slip. */
  hash(password: string): Promise<string> {
    return this.#parts.passwords.hash(password, operator);
  }

  /** Makes an account; registrations being closed is no matter here. Throws `already_exists`. */
  async create(
    by: Actor,
    { username, password, role, isOneTime }: { username: string; password: string; role: Account['role']; isOneTime: boolean },
  ): Promise<Account> {
    const { store, clock, audit } = this.#parts;
    const passwordHash = await this.hash(password);
    const { subject, ...draft } = audit.draft(by, { action: 'account.create', subject: '', detail: { role, one_time: isOneTime } });
    const made = { username, fold: fold(username), passwordHash, role, isOneTime, at: clock.now(), audit: draft };
    const account = await store.accountCare.create(made);
    if (account === null) throw new ChatError('already_exists');
    audit.done(by, 'account.create');
    return account;
  }

  async setPassword(by: Actor, account: Account, { password, isOneTime }: { password: string; isOneTime: boolean }): Promise<void> {
    const passwordHash = await this.hash(password);
    const draft = this.#draft(by, account, { action: 'account.password', detail: { one_time: isOneTime } });
    await this.#parts.store.accountCare.setPassword({ id: account.id, passwordHash, isOneTime }, draft);
    this.#done(by, account, { action: 'account.password', text: 'password_changed' });
  }

  /** Throws `already_exists`. */
  async rename(by: Actor, account: Account, username: string): Promise<void> {
    const draft = this.#draft(by, account, { action: 'account.rename' });
    const isRenamed = await this.#parts.store.accountCare.rename({ id: account.id, username, fold: fold(username) }, draft);
    if (!isRenamed) throw new ChatError('already_exists');
    this.#done(by, account, { action: 'account.rename', text: 'account_renamed', params: { name: username } });
  }

  /** Throws `conflict` for the last admin. */
  async setLocked(by: Actor, account: Account, { locked, reason }: { locked: boolean; reason?: string | undefined }): Promise<void> {
    const action = locked ? 'account.lock' : 'account.unlock';
    const why = cleanLine(reason ?? '');
    const draft = this.#draft(by, account, { action });
    if (!(await this.#parts.store.accountCare.setLocked({ id: account.id, locked, reason: why }, draft))) throw lastAdmin();
    if (locked) this.#done(by, account, { action, text: 'account_locked', params: { reason: afterSentence(why) } });
    else this.#parts.audit.done(by, action);
  }

  /** The name stays taken, and stays on what was said. Throws `conflict` for the last admin. */
  async delete(by: Actor, account: Account): Promise<void> {
    const { store, clock } = this.#parts;
    const draft = this.#draft(by, account, { action: 'account.delete' });
    if (!(await store.accountCare.delete({ id: account.id, at: clock.now() }, draft))) throw lastAdmin();
    this.#done(by, account, { action: 'account.delete', text: 'account_deleted' });
  }

  #draft(by: Actor, account: Account, about: Omit<AuditAbout, 'subject'>): AuditDraft {
    return this.#parts.audit.draft(by, { ...about, subject: accountKey(account.id) });
  }

  /** It is stored: whoever is here on that account is told, and logs in anew. */
  #done(by: Actor, account: Account, { action, text, params = {} }: { action: AuditAction; text: TextKey; params?: TextParams }): void {
    const { roster, bus, forgetResumes, audit } = this.#parts;
    audit.done(by, action);
    forgetResumes(account.fold);
    for (const session of [...(roster.byKey(accountKey(account.id))?.sessions.keys() ?? [])])
      bus.publish({ to: { session }, event: { type: 'end', reason: 'ended', code: 'session_expired', text, params } });
  }
}

/** What who proved to be a locked account is told. */
export function lockedError({ lockReason }: Account): ChatError {
  return new ChatError('forbidden', { text: 'account_locked', params: { reason: afterSentence(lockReason ?? '') } });
}

/** A password for a slip of paper: 60 bits, in four groups, without letters that look alike. */
export function slipPassword(): string {
  const group = () => Array.from({ length: 3 }, () => slipAlphabet[randomInt(slipAlphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

function lastAdmin(): ChatError {
  return new ChatError('conflict', { text: 'last_admin' });
}
