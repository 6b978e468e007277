/** How much may happen: `burst` at once, then `perSecond`. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A token bucket on the monotonic clock. It starts full. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes `cost` tokens and returns 0, or takes nothing and returns the milliseconds until they are there. */
  take(cost: number, now: number): number {
    const missing = this.missing(cost, now);
    if (missing === 0) this.#tokens -= cost;
    return missing;
  }

  /** Milliseconds until `cost` tokens are there; takes nothing. A cost above the burst counts as the burst. */
  missing(cost: number, now: number): number {
    const { burst, perSecond } = this.#rate;
    if (now > this.#at) {
      this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) * perSecond) / 1000);
      this.#at = now;
    }
    const lacking = Math.min(cost, burst) - this.#tokens;
    return lacking <= 0 ? 0 : Math.max(1, Math.ceil((lacking / perSecond) * 1000));
  }

  /** Nothing was taken for so long that a new bucket would be the same. */
  isFull(now: number): boolean {
    return this.missing(this.#rate.burst, now) === 0;
  }
}
