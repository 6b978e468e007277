import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Account, Store } from '../store/store.ts';
import type { LoginThrottle } from './login-throttle.ts';
import { checkPassword, type PasswordPolicy } from './password-policy.ts';
import type { Caller } from './people.ts';
import type { Sessions } from './sessions.ts';

export interface OwnPasswordParts {
  readonly store: Pick<Store, 'accounts' | 'credentials'>;
  readonly passwords: Passwords;
  readonly policy: PasswordPolicy;
  readonly clock: Clock;
  readonly logins: LoginThrottle;
  readonly sessions: Pick<Sessions, 'endHere'>;
}

export interface WantedChange {
  readonly old: string;
  readonly new: string;
  readonly keepTokens: boolean;
}

/** So many tries to change a password, then one in two minutes: each costs two hashes. */
const tries = { burst: 5, perSecond: 1 / 120 };
const mostAccounts = 10_000;

/** Somebody proves and changes the own password. */
export class OwnPassword {
  readonly #parts: OwnPasswordParts;
  readonly #tries = new LRUCache<number, TokenBucket>({ max: mostAccounts });

  constructor(parts: OwnPasswordParts) {
    this.#parts = parts;
  }

  /**
   * The account behind a session, proven once more by its password: what a session that was left open shall not be enough for.
   * Wrong ones count as those of logins do. Throws `login_failed`, `rate_limited`.
   */
  async prove(caller: Caller, password: string, signal: AbortSignal): Promise<Account> {
    const { store, passwords, logins, clock } = this.#parts;
    const account = await store.accounts.byId(caller.person?.accountId ?? 0);
    if (account === null) throw new ChatError('not_authenticated');
    const now = clock.monotonic();
    const bucket = this.#tries.get(account.id) ?? new TokenBucket(tries, now);
    this.#tries.set(account.id, bucket);
    const retryAfterMs = bucket.take(1, now);
    if (retryAfterMs > 0) throw new ChatError('rate_limited', { retryAfterMs });
    const tried = { accountFold: account.fold, accountId: account.id, address: caller.address, multiple: caller.multiple };
    const asker = { address: caller.address, signal };
    if (!(await logins.attempt(tried, () => passwords.verify(password, account.passwordHash, asker)))) throw new ChatError('login_failed');
    return account;
  }

  /** The caller stays; whoever else is here on that account is sent away. Throws as `prove`, and `weak_password`. */
  async change(caller: Caller, wanted: WantedChange, signal: AbortSignal): Promise<{ sessions: number; tokens: number }> {
    const { store, passwords, policy, sessions } = this.#parts;
    const account = await this.prove(caller, wanted.old, signal);
    if (wanted.new === wanted.old) throw new ChatError('weak_password', { text: 'password_unchanged' });
    await checkPassword(policy, wanted.new, account.username);
    const passwordHash = await passwords.hash(wanted.new, { address: caller.address, signal });
    const keep = caller.credential?.sid ?? null;
    const ended = await store.credentials.changePassword({ id: account.id, passwordHash, keep, keepTokens: wanted.keepTokens });
    sessions.endHere(
      ({ accountId, sid, tokenId }) => accountId === account.id && sid !== keep && !(wanted.keepTokens && tokenId !== null),
      'password_changed',
    );
    return ended;
  }
}
