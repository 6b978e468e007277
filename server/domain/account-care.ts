import { randomInt } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkName, fold } from '../protocol/names.ts';
import type { TextKey } from '../protocol/texts.ts';
import type { Account, AccountFacts, Store } from '../store/store.ts';
import { checkPassword, type PasswordPolicy } from './password-policy.ts';
import { accountKey } from './people.ts';
import type { Roster } from './presence.ts';

export interface AccountCareParts {
  readonly store: Pick<Store, 'accounts' | 'accountCare'>;
  readonly passwords: Passwords;
  readonly policy: PasswordPolicy;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly bus: Bus;
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
  async create(made: { username: string; passwordHash: string; role: Account['role']; isOneTime: boolean }): Promise<Account> {
    const { store, clock } = this.#parts;
    const { username, passwordHash, role, isOneTime } = made;
    const account = await store.accounts.create({ username, fold: fold(username), passwordHash, at: clock.now() });
    if (account === null) throw new ChatError('already_exists');
    if (isOneTime) await store.accountCare.setPassword({ id: account.id, passwordHash, isOneTime });
    if (role !== account.role) await store.accountCare.setRole({ id: account.id, role });
    return { ...account, role, isOneTime };
  }

  /** Throws `conflict` for the last admin. */
  async setRole(account: Account, role: Account['role']): Promise<void> {
    if (!(await this.#parts.store.accountCare.setRole({ id: account.id, role }))) throw lastAdmin();
    const present = this.#parts.roster.byKey(accountKey(account.id));
    if (present !== undefined) present.person.role = role;
  }

  async setPassword(account: Account, passwordHash: string, isOneTime: boolean): Promise<void> {
    await this.#parts.store.accountCare.setPassword({ id: account.id, passwordHash, isOneTime });
    this.#end(account, 'password_changed');
  }

  /** Throws `already_exists`. */
  async rename(account: Account, username: string): Promise<void> {
    const isRenamed = await this.#parts.store.accountCare.rename({ id: account.id, username, fold: fold(username) });
    if (!isRenamed) throw new ChatError('already_exists');
    this.#end(account, 'account_renamed', { name: username });
  }

  /** Throws `conflict` for the last admin. */
  async setLocked(account: Account, locked: boolean): Promise<void> {
    if (!(await this.#parts.store.accountCare.setLocked({ id: account.id, locked }))) throw lastAdmin();
    if (locked) this.#end(account, 'account_locked');
  }

  /** The name stays taken, and stays on what was said. Throws `conflict` for the last admin. */
  async delete(account: Account): Promise<void> {
    if (!(await this.#parts.store.accountCare.delete({ id: account.id, at: this.#parts.clock.now() }))) throw lastAdmin();
    this.#end(account, 'account_deleted');
  }

  #end(account: Account, text: TextKey, params: Readonly<Record<string, string>> = {}): void {
    const { roster, bus, forgetResumes } = this.#parts;
    forgetResumes(account.fold);
    for (const session of [...(roster.byKey(accountKey(account.id))?.sessions.keys() ?? [])])
      bus.publish({ to: { session }, event: { type: 'end', reason: 'ended', code: 'session_expired', text, params } });
  }
}

/** A password for a slip of paper: 60 bits, in four groups, without letters that look alike. */
export function slipPassword(): string {
  const group = () => Array.from({ length: 3 }, () => slipAlphabet[randomInt(slipAlphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

function lastAdmin(): ChatError {
  return new ChatError('conflict', { text: 'last_admin' });
}
