import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Named } from './people.ts';

export interface ChannelLimits {
  readonly isAutoCreated: boolean;
  readonly perAccountDay: number;
  readonly perGuestDay: number;
  /** Over all guests of one address, so that a new connection is no new allowance. */
  readonly perGuestAddressDay: number;
}

const dayMs = 24 * 3600 * 1000;

/** How many channels somebody may make in a day. */
export class ChannelQuota {
  readonly #limits: ChannelLimits;
  readonly #made: LRUCache<string, number>;

  constructor(limits: ChannelLimits, clock: Clock) {
    this.#limits = limits;
    this.#made = new LRUCache({ max: 65_536, ttl: dayMs, noUpdateTTL: true, perf: { now: () => clock.monotonic() } });
  }

  /** Counts one more, or throws `quota_exceeded`. The returned function takes it back. */
  take(caller: Named): () => void {
    const quotas = this.#quotasOf(caller);
    for (const { key, limit } of quotas) {
      if ((this.#made.get(key) ?? 0) >= limit) throw new ChatError('quota_exceeded', { params: { limit } });
    }
    const add = (by: number) => {
      for (const { key } of quotas) this.#made.set(key, (this.#made.get(key) ?? 0) + by);
    };
    add(1);
    return () => add(-1);
  }

  #quotasOf({ person, address, multiple }: Named): { key: string; limit: number }[] {
    if (person.accountId !== null) return [{ key: person.key, limit: this.#limits.perAccountDay }];
    return [
      { key: person.key, limit: this.#limits.perGuestDay },
      { key: address, limit: this.#limits.perGuestAddressDay * multiple },
    ];
  }
}
