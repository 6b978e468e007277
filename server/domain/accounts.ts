import type { Clock } from '../base/clock.ts';
import type { Asker, Passwords } from '../passwords/passwords.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkName, fold } from '../protocol/names.ts';
import type { Account, Store } from '../store/store.ts';
import { lockedError } from './account-care.ts';
import type { Admittance } from './admittance.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { checkPassword, type PasswordPolicy } from './password-policy.ts';
import type { Caller } from './people.ts';
import type { RegistrationThrottle } from './registration-throttle.ts';
import type { Totp } from './totp.ts';

export interface AccountParts {
  readonly store: Store['accounts'];
  readonly passwords: Passwords;
  readonly clock: Clock;
  readonly logins: LoginThrottle;
  readonly registrations: RegistrationThrottle;
  readonly policy: PasswordPolicy;
  readonly isOpen: boolean;
  readonly admittance: Admittance;
  readonly totp: Pick<Totp, 'check' | 'status'>;
  /** `auth.totp_legacy_suffix` */
  readonly isTotpAppended: boolean;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
  /** Six digits, or a recovery code. */
  readonly totp?: string | undefined;
  /** The six digits may stand behind the password, for clients that have one field. */
  readonly mayAppendTotp?: boolean;
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

  /**
   * Proves who somebody is. Throws `login_failed` for an unknown user and for a wrong password alike, in like time; once the password is
   * right, `totp_required` and `totp_failed` where the account asks for a code, too. A wrong code counts as a wrong password does.
   */
  async login(caller: Caller, credentials: Credentials, signal: AbortSignal): Promise<Account> {
    const { store, passwords, logins, totp } = this.#parts;
    const accountFold = fold(credentials.username);
    const account = await store.find(accountFold);
    const asker = { address: caller.address, signal };
    const tried = { accountFold, accountId: account?.id ?? null, address: caller.address, multiple: caller.multiple };
    const { password, code } = await this.#shown(account, credentials);
    const [given, chosen] = account?.isOneTime ? oneTimeParts(password) : [password, null];
    let wrong: 'login_failed' | 'totp_failed' = 'login_failed';
    const isRight = await logins.attempt(tried, async () => {
      if (!(await passwords.verify(given, account?.passwordHash ?? null, asker)) || account === null) return false;
      if (account.isLocked) return true;
      wrong = 'totp_failed';
      return totp.check(caller, account.id, code);
    });
    if (!isRight || account === null) throw new ChatError(wrong);
    if (account.isLocked) throw lockedError(account);
    if (account.isOneTime) {
      await this.#choose(account, { given, chosen }, asker);
      return account;
    }
    if (passwords.isWeak(account.passwordHash)) this.#rehash(account, given, asker);
    return account;
  }

  /** Course clients have one field for both: where an account asks for a code, the last six digits behind a blank are it. */
  async #shown(account: Account | null, credentials: Credentials): Promise<{ password: string; code: string | undefined }> {
    const { password, totp: code, mayAppendTotp } = credentials;
    const { totp, isTotpAppended } = this.#parts;
    const [, bare, appended] = /^(.*) (\d{6})$/s.exec(password) ?? [];
    const isMeant = mayAppendTotp === true && isTotpAppended && code === undefined && account !== null && account.isOneTime === false;
    if (!isMeant || bare === undefined || !(await totp.status(account.id)).isOn) return { password, code };
    return { password: bare, code: appended };
  }

  /** The name of an account. Throws `not_found`. */
  async nameOf(id: number): Promise<string> {
    const account = await this.#parts.store.byId(id);
    if (account === null) throw new ChatError('not_found');
    return account.username;
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
