/** New messages are looked for so long after they came: searchable within a second, and many share one piece of the index. */
const lookMs = 250;
/** More writes per millisecond than this are a burst: the disk and the processor are left to it. */
const burstRate = 2;
/** But not for longer than this. */
const mostDelayMs = 10_000;
/** After a failure (a full disk, a lock) it waits so long. */
const retryMs = 5000;

/**
 * Runs the indexing of messages in the pauses of the writer thread: never on the way of an acknowledgement, in steps of a few
 * milliseconds, and at most half of the time, however much there is to catch up with.
 */
export class IdleIndexing {
  readonly #step: () => boolean;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | null = null;
  /** Writes since `#countedFrom`, of which the rate is made. */
  #writes = 0;
  #countedFrom = performance.now();
  #waitingSince = 0;

  /** `step` does a little and tells whether there is more. */
  constructor(step: () => boolean, onError: (error: unknown) => void) {
    this.#step = step;
    this.#onError = onError;
  }

  /** So many writes were carried out. */
  wrote(writes: number): void {
    this.#writes += writes;
    if (this.#timer !== null) return;
    this.#waitingSince = performance.now();
    this.#wait(lookMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  #look(): void {
    const now = performance.now();
    if (this.#isBurst(now)) {
      this.#wait(lookMs);
      return;
    }
    try {
      if (this.#step()) this.#wait(Math.max(1, performance.now() - now));
      else this.#timer = null;
    } catch (error) {
      this.#onError(error);
      this.#wait(retryMs);
    }
  }

  #isBurst(now: number): boolean {
    const elapsed = now - this.#countedFrom;
    if (elapsed < lookMs / 2) return false;
    const rate = this.#writes / elapsed;
    this.#writes = 0;
    this.#countedFrom = now;
    return rate > burstRate && now - this.#waitingSince < mostDelayMs;
  }
}
