import { type Rate, TokenBucket } from '../base/token-bucket.ts';
import { Gate, type Room } from './gate.ts';

/** A rate as the settings spell it. */
export interface RateSetting {
  readonly burst: number;
  readonly per_second: number;
}

/** The bucket's rate for an address behind which `multiple` times as many people sit. */
export function rateOf(setting: RateSetting, multiple = 1): Rate {
  return { burst: setting.burst * multiple, perSecond: setting.per_second * multiple };
}

/** A token bucket for acts that only cost a token if they end one way: until then a token is held. */
export class HeldBucket extends Gate {
  readonly #bucket: TokenBucket;
  readonly #burst: number;

  constructor(rate: Rate, now: number) {
    super();
    this.#bucket = new TokenBucket(rate, now);
    this.#burst = rate.burst;
  }

  room(now: number): Room {
    const isFree = this.held + 1 <= this.#burst && this.#bucket.missing(this.held + 1, now) === 0;
    if (isFree) return 0;
    return this.#bucket.missing(1, now) || 'held';
  }

  /** Takes a token, if there is one. */
  spend(now: number): void {
    this.#bucket.take(1, now);
  }
}
