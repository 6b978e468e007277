import { Gate, type Room } from './gate.ts';

/** The `auth` settings about wrong passwords of one account. */
export interface FailureLimits {
  readonly wrong_per_account_address: number;
  readonly wrong_per_account: number;
  readonly wrong_per_account_hard: number;
}

/** What a restart leaves of a counter; `lastAt` on the monotonic clock. */
export interface Remembered {
  readonly count: number;
  readonly lastAt: number;
}

/** Wrong passwords are forgiven when none followed for so long. */
const forgivenMs = 24 * 3600 * 1000;
const longestDelayMs = 900_000;
const windowMs = 900_000;
const strangerEveryMs = 30_000;

/** Wrong passwords in a row of one account, and the limit on further tries. */
abstract class Failures extends Gate {
  #count: number;
  #lastAt: number;

  constructor(remembered: Remembered | undefined) {
    super();
    this.#count = remembered?.count ?? 0;
    this.#lastAt = remembered?.lastAt ?? Number.NEGATIVE_INFINITY;
  }

  get lastAt(): number {
    return this.#lastAt;
  }

  countAt(now: number): number {
    if (now - this.#lastAt >= forgivenMs) this.#count = 0;
    return this.#count;
  }

  add(now: number): void {
    this.#count = this.countAt(now) + 1;
    this.#lastAt = now;
  }

  /** Takes back `count` of them. */
  forgive(count: number): void {
    this.#count = Math.max(0, this.#count - count);
  }
}

/** Those of one account from one address: some are free, then each further try waits 1, 2, 4 … 900 s after the last. */
export class PairFailures extends Failures {
  readonly #free: number;

  constructor(limits: FailureLimits, remembered?: Remembered) {
    super(remembered);
    this.#free = limits.wrong_per_account_address;
  }

  room(now: number): Room {
    const count = this.countAt(now);
    if (count + this.held < this.#free) return 0;
    if (this.held > 0) return 'held';
    const delayMs = Math.min(longestDelayMs, 1000 * 2 ** (count - this.#free));
    return Math.max(0, this.lastAt + delayMs - now);
  }
}

/**
 * Those of one account from everywhere. The gate is for strangers only, addresses that never logged in to the account, so that
 * nobody locks the owner out: after a number in 15 minutes they have one try in 30 s, after a number in a row none at all.
 */
export class AccountFailures extends Failures {
  readonly #perWindow: number;
  readonly #hard: number;
  /** When the last `#perWindow` came, oldest first. */
  #recent: number[];
  #strangerAt: number;

  /** After a restart all remembered ones count as having come with the last one: it is no amnesty. */
  constructor(limits: FailureLimits, remembered?: Remembered) {
    super(remembered);
    this.#perWindow = limits.wrong_per_account;
    this.#hard = limits.wrong_per_account_hard;
    const recent = Math.min(this.#perWindow, remembered?.count ?? 0);
    this.#recent = new Array<number>(recent).fill(this.lastAt);
    this.#strangerAt = this.lastAt;
  }

  room(now: number): Room {
    const inRow = this.countAt(now);
    if (inRow >= this.#hard) return this.lastAt + forgivenMs - now;
    if (inRow + this.held >= this.#hard) return 'held';
    const recent = this.#recent.filter((at) => now - at < windowMs).length;
    if (recent + this.held < this.#perWindow) return 0;
    if (this.held > 0) return 'held';
    return Math.max(0, this.#strangerAt + strangerEveryMs - now);
  }

  addFrom(isStranger: boolean, now: number): void {
    this.add(now);
    this.#recent.push(now);
    if (this.#recent.length > this.#perWindow) this.#recent.shift();
    if (isStranger) this.#strangerAt = now;
  }
}
