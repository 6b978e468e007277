import { type Rate, TokenBucket } from '../base/token-bucket.ts';
import type { Session } from './session.ts';

export interface RateLimits {
  readonly account: Rate;
  readonly guest: Rate;
}

export interface Wait {
  readonly ms: number;
  readonly scope: 'session' | 'address';
}

/** What a session, and all sessions of its address, may ask for. */
export class Rates {
  readonly #limits: RateLimits;
  #bucket: TokenBucket | null = null;
  #isAccount = false;

  constructor(limits: RateLimits) {
    this.#limits = limits;
  }

  /** Takes `cost`, or takes nothing and tells how long until it is there; null: go. */
  take(session: Session, cost: number, now: number): Wait | null {
    if (cost === 0) return null;
    const isAccount = session.person !== null && session.person.accountId !== null;
    if (this.#bucket === null || isAccount !== this.#isAccount) {
      this.#bucket = new TokenBucket(isAccount ? this.#limits.account : this.#limits.guest, now);
      this.#isAccount = isAccount;
    }
    const own = this.#bucket.missing(cost, now);
    if (own > 0) return { ms: own, scope: 'session' };
    const shared = session.place.messages.take(cost, now);
    if (shared > 0) return { ms: shared, scope: 'address' };
    this.#bucket.take(cost, now);
    return null;
  }
}
