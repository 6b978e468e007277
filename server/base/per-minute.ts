/** Counts how often something happens in the running minute (monotonic milliseconds). */
export class PerMinute {
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Counts once more, and returns how often it was in this minute. */
  add(now: number): number {
    if (now - this.#since >= 60_000) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count;
  }
}
