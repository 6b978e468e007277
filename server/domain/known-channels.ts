import { LRUCache } from 'lru-cache';
import type { Channel } from '../store/store.ts';

const least = 256;

/** Channels in memory, by fold and by how people spelled them: they change rarely, and every message needs one. */
export class KnownChannels {
  readonly #byFold: LRUCache<string, Channel>;
  readonly #folds: LRUCache<string, string>;

  constructor(max: number) {
    this.#byFold = new LRUCache({ max });
    this.#folds = new LRUCache({ max });
  }

  get(name: string): Channel | undefined {
    const fold = this.#folds.get(name);
    return fold === undefined ? undefined : this.#byFold.get(fold);
  }

  /** Keeps a channel as it is now, and that somebody called it `name`. */
  set(channel: Channel, name?: string): void {
    this.#byFold.set(channel.fold, channel);
    if (name !== undefined) this.#folds.set(name, channel.fold);
  }

  /** Forgets what was unused for longest, down to the half. What somebody is just asking for stays. */
  shrink(): void {
    for (const cache of [this.#byFold, this.#folds]) {
      const keep = Math.max(least, cache.size / 2);
      while (cache.size > keep) cache.pop();
    }
  }
}
