import type { TestContext } from 'node:test';
import type { Clock } from '../../server/base/clock.ts';

interface Timer {
  dueAt: number;
  readonly run: () => void;
  /** Null: once. */
  readonly everyMs: number | null;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #wall: number;
  #monotonic = 0;
  readonly #timers = new Set<Timer>();

  constructor(wall = Date.UTC(2026, 8, 1, 8)) {
    this.#wall = wall;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ dueAt: this.#monotonic + ms, run, everyMs: null });
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ dueAt: this.#monotonic + ms, run, everyMs: Math.max(1, ms) });
  }

  /** Lets `ms` pass; timers that become due run in order, each at its own time. */
  advance(ms: number): void {
    const until = this.#monotonic + ms;
    for (let timer = this.#earliest(until); timer !== undefined; timer = this.#earliest(until)) {
      this.#moveTo(Math.max(this.#monotonic, timer.dueAt));
      if (timer.everyMs === null) this.#timers.delete(timer);
      else timer.dueAt += timer.everyMs;
      timer.run();
    }
    this.#moveTo(until);
  }

  /** Moves wall time alone, as an operator or NTP does. */
  setWall(wall: number): void {
    this.#wall = wall;
  }

  /** Timers that were not cancelled. */
  get timers(): number {
    return this.#timers.size;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  #earliest(until: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= until && (earliest === undefined || timer.dueAt < earliest.dueAt)) earliest = timer;
    }
    return earliest;
  }

  #moveTo(monotonic: number): void {
    this.#wall += monotonic - this.#monotonic;
    this.#monotonic = monotonic;
  }
}

/** A clock that stands still for a test, and runs on when it is over: a server stops only after those whom it holds back. Made before the server. */
export function standingClock(t: TestContext, wall?: number): FakeClock {
  const clock = new FakeClock(wall);
  t.after(() => {
    const running = setInterval(() => {
      if (clock.timers === 0) clearInterval(running);
      clock.advance(1000);
    }, 1);
    running.unref();
  });
  return clock;
}
