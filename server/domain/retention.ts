import type { Clock } from '../base/clock.ts';
import type { Store } from '../store/store.ts';

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;
/** The first look, after the start's other work. */
const firstMs = 60_000;
/** So many messages go in one write, so that nobody waits long behind it. */
const most = 200;

export interface RetentionParts {
  readonly store: Store['retention'];
  readonly clock: Clock;
  readonly onRemoved: (messages: number) => void;
  /** The clock jumped: nothing is removed for a day. */
  readonly onJump: () => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Removes, once an hour, the messages that are older than their channel keeps them. What it removes does not come back, so it trusts
 * no clock that jumped by more than a day since the last look, be it in an earlier run: then it waits until a day has really passed.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #stops: readonly (() => void)[];
  #last: { readonly wall: number; readonly monotonic: number } | null = null;
  #notBefore = 0;
  #looking: Promise<void> | null = null;
  #isStopped = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#stops = [parts.clock.after(firstMs, () => this.#look()), parts.clock.every(hourMs, () => this.#look())];
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const stop of this.#stops) stop();
    await this.#looking;
  }

  #look(): void {
    this.#looking ??= this.#remove()
      .catch((error: unknown) => this.#parts.onError(error))
      .finally(() => {
        this.#looking = null;
      });
  }

  async #remove(): Promise<void> {
    const { store, clock, onJump, onRemoved } = this.#parts;
    const now = { wall: clock.now(), monotonic: clock.monotonic() };
    const former = await store.look(now.wall);
    const expected = this.#last === null ? former : this.#last.wall + now.monotonic - this.#last.monotonic;
    if (expected !== null && Math.abs(now.wall - expected) > dayMs) {
      this.#notBefore = now.monotonic + dayMs;
      onJump();
    }
    this.#last = now;
    if (now.monotonic < this.#notBefore) return;
    let removed = 0;
    for (let count = most; count === most && !this.#isStopped; removed += count) count = await store.remove(now.wall, most);
    if (removed > 0) onRemoved(removed);
  }
}
