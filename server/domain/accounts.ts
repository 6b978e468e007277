import type { Clock } from '../base/clock.ts';
import type { Asker, Passwords } from '../passwords/passwords.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkName, fold } from '../protocol/names.ts';
import type { Account, Store } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { checkPassword, type PasswordPolicy } from './password-policy.ts';
import type { Caller } from './people.ts';
import type { RegistrationThrottle } from './registration-throttle.ts';

export interface AccountParts {
  readonly store: Store['accounts'];
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly logins: LoginThrottle;
  readonly registrations: RegistrationThrottle;
  readonly policy: PasswordPolicy;
  readonly isOpen: boolean;
  readonly admittance: Admittance;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Accounts: made and proven by password (protocol.md §2 and §7). `signal` tells that the asking connection is gone. */
export class Accounts {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** Makes an account. Throws `invalid_name`, `weak_password`, `already_exists`, `rate_limited`, `server_busy`. */
  async register(caller: Caller, { username, password }: Credentials, signal: AbortSignal): Promise<Account> {
    const { store, passwords, clock, registrations, policy, isOpen, admittance } = this.#parts;
    if (!isOpen) throw new ChatError('forbidden');
    admittance.make(caller.person);
    const account = await registrations.attempt(caller, async () => {
      const name = checkName(username);
      await checkPassword(policy, password, name);
      if ((await store.find(fold(name))) !== null) throw new ChatError('already_exists');
      const passwordHash = await passwords.hash(password, { address: caller.address, signal });
      const made = await store.create({ username: name, fold: fold(name), passwordHash, at: clock.now() });
      if (made === null) throw new ChatError('already_exists');
      return made;
    });
    this.#parts.logins.know(account.id, caller.address);
    return account;
  }

  /** Proves who somebody is. Throws `login_failed` for an unknown user and for a wrong password alike, in like time. */
  async login(caller: Caller, { username, password }: Credentials, signal: AbortSignal): Promise<Account> {
    const { store, passwords, logins } = this.#parts;
    const accountFold = fold(username);
    const account = await store.find(accountFold);
    const asker = { address: caller.address, signal };
    const tried = { accountFold, accountId: account?.id ?? null, address: caller.address, multiple: caller.multiple };
    const [given, chosen] = account?.isOneTime ? oneTimeParts(password) : [password, null];
    const isRight = await logins.attempt(tried, () => passwords.verify(given, account?.passwordHash ?? null, asker));
    if (!isRight || account === null) throw new ChatError('login_failed');
    if (account.isLocked) throw new ChatError('forbidden', { text: 'account_locked' });
    if (account.isOneTime) {
      await this.#choose(account, { given, chosen }, asker);
      return account;
    }
    if (passwords.isWeak(account.passwordHash)) this.#rehash(account, password, asker);
    return account;
  }

  /** The password of a slip opens nothing: it is given up for one that nobody else has read. Course clients have one field, so both stand in it. */
  async #choose(account: Account, { given, chosen }: { given: string; chosen: string | null }, asker: Asker): Promise<void> {
    const { store, passwords, policy } = this.#parts;
    if (chosen === null) throw new ChatError('forbidden', { text: 'choose_password' });
    if (chosen === given) throw new ChatError('weak_password', { text: 'password_same' });
    await checkPassword(policy, chosen, account.username);
    await store.setPassword(account.id, await passwords.hash(chosen, asker));
  }

  /** Brings an old hash up to date, beside the answer; when it fails, the next login tries again. */
  #rehash(account: Account, password: string, asker: Asker): void {
    const { store, passwords } = this.#parts;
    passwords
      .hash(password, asker)
      .then((hash) => store.setPassword(account.id, hash))
      .catch(() => undefined);
  }
}

/** The password of the slip, and the own one behind a blank. */
function oneTimeParts(password: string): readonly [string, string | null] {
  const [given = '', chosen = ''] = password.split(/ (.*)/s, 2);
  return [given, chosen === '' ? null : chosen];
}
