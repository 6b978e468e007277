import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Channel } from '../store/store.ts';
import type { Person } from './people.ts';

/** Slow mode: in such a channel everybody but its keepers waits between two messages. Known in memory only: a restart forgives. */
export class SlowMode {
  readonly #clock: Clock;
  /** When somebody spoke last, by channel and person. */
  readonly #spokeAt = new LRUCache<string, number>({ max: 50_000 });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes that the person speaks now; the returned function takes it back. Throws `slow_mode` when it is too early. */
  take(channel: Channel, person: Person): () => void {
    const key = `${channel.id}:${person.key}`;
    const now = this.#clock.monotonic();
    const last = this.#spokeAt.get(key);
    const retryAfterMs = last === undefined ? 0 : Math.ceil(last + channel.slowModeS * 1000 - now);
    if (retryAfterMs > 0) throw new ChatError('slow_mode', { retryAfterMs });
    this.#spokeAt.set(key, now);
    return () => {
      if (last === undefined) this.#spokeAt.delete(key);
      else this.#spokeAt.set(key, last);
    };
  }
}
