import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { LoginFailures, Store } from '../store/store.ts';
import { FailureJournal } from './failure-journal.ts';
import { HeldBucket, type RateSetting, rateOf } from './held-bucket.ts';
import { AccountFailures, type FailureLimits, PairFailures, type Remembered } from './login-failures.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface LoginLimits extends FailureLimits {
  readonly wrong_per_address: RateSetting;
}

export interface LoginThrottleOptions {
  readonly limits: LoginLimits;
  readonly logins: Store['logins'];
  readonly clock: Clock;
  /** Secret under which addresses are kept; another key makes every known address a stranger. */
  readonly cloakKey: Buffer;
  /** Counters of each kind in memory; past it those quiet for longest go: an account's come back from the store. */
  readonly capacity: number;
}

export interface LoginTry {
  readonly accountFold: string;
  /** Null: no such account. Its tries are counted all the same, so that nobody can tell. */
  readonly accountId: number | null;
  /** As the limits see it: an IPv6 address by its /64. */
  readonly address: string;
  /** By how much the limit of the address is multiplied (`limits.shared_addresses`). */
  readonly multiple?: number;
}

/** The counters of an account, and of an account and an address. */
interface Counters {
  readonly account: LRUCache<string, AccountFailures>;
  readonly pair: LRUCache<string, PairFailures>;
}

/** All that counts for one try. */
interface Tally {
  readonly login: LoginTry;
  readonly address: string;
  readonly accountKey: string;
  readonly pairKey: string;
  readonly account: AccountFailures;
  readonly pair: PairFailures;
  readonly place: HeldBucket;
  readonly isStranger: boolean;
}

/**
 * Who may try a password now (reliability.md §2.1). Wrong ones are counted per account and address, per account, and per address.
 * An address that logged in to the account before is held back by its own wrong passwords only; right ones and refused tries
 * never cost anything.
 */
export class LoginThrottle {
  readonly #options: LoginThrottleOptions;
  readonly #journal: FailureJournal;
  readonly #room: WaitingRoom;
  readonly #accounts: Counters;
  /** Names without an account have tables of their own: however many are tried, no account's counter is pushed out. */
  readonly #names: Counters;
  readonly #places: LRUCache<string, HeldBucket>;
  /** Accounts with an address that logged in to them lately; the store may not know yet. */
  readonly #known: LRUCache<string, true>;

  constructor(options: LoginThrottleOptions) {
    const max = options.capacity;
    this.#options = options;
    this.#journal = new FailureJournal(options.logins, options.clock);
    this.#room = new WaitingRoom(options.clock);
    this.#accounts = { account: new LRUCache({ max }), pair: new LRUCache({ max }) };
    this.#names = { account: new LRUCache({ max }), pair: new LRUCache({ max }) };
    this.#places = new LRUCache({ max });
    this.#known = new LRUCache({ max });
  }

  /**
   * Asks `verify` if the try is allowed, and counts what it says; what it throws is not counted.
   * Throws `rate_limited` before asking when it is not allowed.
   */
  async attempt(login: LoginTry, verify: () => Promise<boolean>): Promise<boolean> {
    const tally = await this.#tally(login);
    const gates = tally.isStranger ? [tally.pair, tally.account, tally.place] : [tally.pair];
    await this.#room.enter(gates, (retryAfterMs) => new ChatError('rate_limited', { text: 'too_many_wrong', retryAfterMs }));
    try {
      const isRight = await verify();
      if (isRight) this.#succeed(tally);
      else this.#fail(tally);
      return isRight;
    } finally {
      for (const gate of gates) gate.release();
    }
  }

  /** The address is the account's own from now on, as if it had logged in: the account was made from there. */
  know(accountId: number, address: string): void {
    this.#know(accountId, cloak(this.#options.cloakKey, address));
  }

  /** Resolves when every counter is with the store. */
  close(): Promise<void> {
    return this.#journal.close();
  }

  async #tally(login: LoginTry): Promise<Tally> {
    const address = cloak(this.#options.cloakKey, login.address);
    const accountKey = login.accountId === null ? cloak(this.#options.cloakKey, `name ${login.accountFold}`) : `u${login.accountId}`;
    const pairKey = `${accountKey}@${address}`;
    const isStranger = !(await this.#isKnown(login.accountId, address));
    const remembered = login.accountId === null ? new Map<string, LoginFailures>() : await this.#remembered(accountKey, pairKey);
    // From here to the end without a pause: of two tries at once the second finds the counters of the first.
    const { limits } = this.#options;
    const counters = this.#countersOf(login);
    const account = counters.account.get(accountKey) ?? new AccountFailures(limits, this.#recall(remembered.get(accountKey)));
    const pair = counters.pair.get(pairKey) ?? new PairFailures(limits, this.#recall(remembered.get(pairKey)));
    const place = this.#places.get(address) ?? new HeldBucket(rateOf(limits.wrong_per_address, login.multiple), this.#now());
    const tally = { login, address, accountKey, pairKey, account, pair, place, isStranger };
    this.#keep(tally);
    return tally;
  }

  /** What the store has of counters that are not in memory. */
  async #remembered(accountKey: string, pairKey: string): Promise<ReadonlyMap<string, LoginFailures>> {
    const missing = [];
    if (!this.#accounts.account.has(accountKey)) missing.push(accountKey);
    if (!this.#accounts.pair.has(pairKey)) missing.push(pairKey);
    return missing.length === 0 ? new Map() : this.#journal.load(missing);
  }

  /** Wall time becomes monotonic time; a time to come, after the clock was set back, counts as now. */
  #recall(row: LoginFailures | undefined): Remembered | undefined {
    return row && { count: row.count, lastAt: this.#now() - Math.max(0, this.#options.clock.now() - row.lastAt) };
  }

  #keep({ login, address, accountKey, pairKey, account, pair, place }: Tally): void {
    const counters = this.#countersOf(login);
    counters.account.set(accountKey, account);
    counters.pair.set(pairKey, pair);
    this.#places.set(address, place);
  }

  #fail(tally: Tally): void {
    const now = this.#now();
    tally.pair.add(now);
    tally.account.addFrom(tally.isStranger, now);
    tally.place.spend(now);
    this.#keep(tally);
    this.#save(tally);
  }

  /** Clears what this address did to this account, and nothing else; from now on the account knows the address. */
  #succeed(tally: Tally): void {
    const { login, address, account, pair } = tally;
    const count = pair.countAt(this.#now());
    if (count > 0) {
      account.forgive(count);
      pair.forgive(count);
      this.#save(tally);
    }
    if (login.accountId !== null) this.#know(login.accountId, address);
  }

  #know(accountId: number, address: string): void {
    this.#known.set(`${accountId}@${address}`, true);
    // A refused write costs the owner no more than being a stranger again after a restart; the store reports it.
    this.#options.logins.addKnownAddress(accountId, address, this.#options.clock.now()).catch(() => undefined);
  }

  async #isKnown(accountId: number | null, address: string): Promise<boolean> {
    if (accountId === null) return false;
    return this.#known.has(`${accountId}@${address}`) || this.#options.logins.isKnownAddress(accountId, address);
  }

  #save({ login, accountKey, pairKey, account, pair }: Tally): void {
    if (login.accountId === null) return;
    for (const [key, failures] of [[accountKey, account] as const, [pairKey, pair] as const]) {
      const ageMs = this.#now() - failures.lastAt;
      this.#journal.save({ key, count: failures.countAt(this.#now()), lastAt: Math.round(this.#options.clock.now() - ageMs) });
    }
  }

  #countersOf(login: LoginTry): Counters {
    return login.accountId === null ? this.#names : this.#accounts;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}

/** What is kept instead of an address: a keyed hash of 64 bits. Whoever has the data without the key cannot tell the address. */
export function cloak(key: Buffer, address: string): string {
  return createHmac('sha256', key).update(address).digest('hex').slice(0, 16);
}
