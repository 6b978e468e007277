/** Milliseconds until there is room, 0 for now; `held` when that depends on how the tries under way end. */
export type Room = number | 'held';

/**
 * A limit on acts whose outcome decides whether they count. Whoever goes through holds a place until the outcome is known, so
 * that acts side by side never pass a limit that one after the other would have met.
 */
export abstract class Gate {
  #held = 0;
  #waiting: (() => void)[] = [];

  /** Whether one more may go through. Says `held` only while a place is held. */
  abstract room(now: number): Room;

  get held(): number {
    return this.#held;
  }

  hold(): void {
    this.#held += 1;
  }

  /** Gives the place back; what the act cost was noted before. */
  release(): void {
    this.#held -= 1;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const wake of woken) wake();
  }

  /** Resolves when a place is given back. */
  nextRelease(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
