import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Asker } from './passwords.ts';

export interface FairQueueLimits {
  /** Tasks at once. */
  readonly workers: number;
  /** Tasks waiting in all; past it the address with the longest line gives up its newest, or the newcomer is refused. */
  readonly waiting: number;
  readonly waitingPerAddress: number;
  /** Longest wait. */
  readonly waitMs: number;
}

/** One task before its turn; both calls take it out of the queue. */
interface Waiter {
  start(): void;
  refuse(error: Error): void;
}

type Line = Set<Waiter>;

/** What a task is thought to take before the first one was measured. */
const guessedTaskMs = 40;

/**
 * A bounded queue in front of costly work. Addresses take turns, one task each, so that whoever asks much waits behind his own
 * tasks only; within an address the order is kept. A task whose asker is gone, or that waited too long, is never begun.
 */
export class FairQueue {
  readonly #limits: FairQueueLimits;
  readonly #clock: Clock;
  /** Who waits, by address; the address whose turn is next stands first. No line is empty. */
  readonly #lines = new Map<string, Line>();
  #waiting = 0;
  #running = 0;
  #taskMs = guessedTaskMs;
  #isClosed = false;
  #whenIdle: (() => void) | null = null;

  constructor(limits: FairQueueLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Runs `task` when it is the asker's turn. Rejects with `server_busy` (queue full, waited too long), `draining` (closed), or
   * AbortError when the asker is gone: before its turn the task is dropped, after that only its result is.
   */
  async run<T>(asker: Asker, task: () => Promise<T>): Promise<T> {
    await this.#turn(asker);
    const startedAt = this.#clock.monotonic();
    try {
      const result = await task();
      if (asker.signal.aborted) throw abortError();
      return result;
    } finally {
      this.#running -= 1;
      this.#taskMs += (this.#clock.monotonic() - startedAt - this.#taskMs) / 8;
      this.#startNext();
      if (this.#running === 0) this.#whenIdle?.();
    }
  }

  /** Refuses what waits and what comes, and resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const line of [...this.#lines.values()]) {
      for (const waiter of [...line]) waiter.refuse(new ChatError('draining'));
    }
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve));
  }

  /** Resolves when a worker is taken for the asker. */
  async #turn({ address, signal }: Asker): Promise<void> {
    if (this.#isClosed) throw new ChatError('draining');
    if (signal.aborted) throw abortError();
    if (this.#running < this.#limits.workers) {
      this.#running += 1;
      return;
    }
    this.#makeRoom(address);
    await new Promise<void>((resolve, reject) => this.#enqueue({ address, signal }, { resolve, reject }));
  }

  /** Refuses the newcomer when his line is full, or when all are and nobody else's is longer than his would be. */
  #makeRoom(address: string): void {
    const own = this.#lines.get(address)?.size ?? 0;
    if (own >= this.#limits.waitingPerAddress) throw this.#busy();
    if (this.#waiting < this.#limits.waiting) return;
    let longest: Line = new Set();
    for (const line of this.#lines.values()) if (line.size > longest.size) longest = line;
    if (longest.size <= own + 1) throw this.#busy();
    [...longest].at(-1)?.refuse(this.#busy());
  }

  #enqueue({ address, signal }: Asker, turn: { resolve: () => void; reject: (error: Error) => void }): void {
    const line = this.#lines.get(address) ?? new Set();
    const leave = () => {
      line.delete(waiter);
      if (line.size === 0) this.#lines.delete(address);
      this.#waiting -= 1;
      cancelDeadline();
      signal.removeEventListener('abort', onAbort);
    };
    const waiter: Waiter = {
      start: () => {
        leave();
        this.#running += 1;
        turn.resolve();
      },
      refuse: (error) => {
        leave();
        turn.reject(error);
      },
    };
    const onAbort = () => waiter.refuse(abortError());
    const cancelDeadline = this.#clock.after(this.#limits.waitMs, () => waiter.refuse(this.#busy()));
    signal.addEventListener('abort', onAbort);
    line.add(waiter);
    this.#lines.set(address, line);
    this.#waiting += 1;
  }

  /** Gives free workers to the addresses in turn; an address that was served goes to the end. */
  #startNext(): void {
    while (this.#running < this.#limits.workers) {
      const first = this.#lines.entries().next().value;
      if (first === undefined) return;
      const [address, line] = first;
      this.#lines.delete(address);
      this.#lines.set(address, line);
      const [waiter] = line;
      waiter?.start();
    }
  }

  /** Come back when what waits now is done. */
  #busy(): ChatError {
    const drainedMs = Math.ceil((this.#waiting * this.#taskMs) / this.#limits.workers);
    return new ChatError('server_busy', { retryAfterMs: Math.max(1000, drainedMs) });
  }
}

function abortError(): Error {
  return new DOMException('The asker is gone', 'AbortError');
}
