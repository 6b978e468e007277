import type { ChatEvent, LostEvent } from './events.ts';

/**
 * What one reader has not taken yet. At the bound the newest are dropped, not the oldest, and one `lost` event stands in their place:
 * a reader that catches up knows exactly where something is missing, and `history` has it.
 */
export class EventQueue implements AsyncIterableIterator<ChatEvent> {
  readonly #most: number;
  readonly #onEnd: (queue: EventQueue) => void;
  #events: ChatEvent[] = [];
  #next = 0;
  #lost: { count: number; channels: Record<string, { from_seq: number; to_seq: number }> } | null = null;
  #isOver = false;
  #waiting: ((result: IteratorResult<ChatEvent>) => void)[] = [];

  constructor(most: number, onEnd: (queue: EventQueue) => void) {
    this.#most = most;
    this.#onEnd = onEnd;
  }

  put(event: ChatEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) waiting({ value: event, done: false });
    else if (this.#lost !== null || this.#events.length - this.#next >= this.#most) this.#drop(event);
    else this.#events.push(event);
  }

  /** No more will come; what is there can still be taken. */
  end(): void {
    this.#isOver = true;
    for (const waiting of this.#waiting.splice(0)) waiting({ value: undefined, done: true });
  }

  next(): Promise<IteratorResult<ChatEvent>> {
    const event = this.#take();
    if (event !== null) return Promise.resolve({ value: event, done: false });
    if (this.#isOver) return Promise.resolve({ value: undefined, done: true });
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  return(): Promise<IteratorResult<ChatEvent>> {
    this.#events = [];
    this.#lost = null;
    this.end();
    this.#onEnd(this);
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): ChatEvent | null {
    const event = this.#events[this.#next];
    if (event === undefined) return this.#takeLost();
    this.#next += 1;
    if (this.#next === this.#events.length || this.#next > 1024) {
      this.#events = this.#events.slice(this.#next);
      this.#next = 0;
    }
    return event;
  }

  /** Only when all before it were taken: then there is room again. */
  #takeLost(): LostEvent | null {
    const lost = this.#lost;
    this.#lost = null;
    return lost === null ? null : { type: 'lost', ...lost };
  }

  #drop(event: ChatEvent): void {
    this.#lost ??= { count: 0, channels: {} };
    this.#lost.count += 1;
    if (event.type !== 'message' || event.subtype !== 'global' || event.seq === undefined) return;
    const before = this.#lost.channels[event.channel];
    this.#lost.channels[event.channel] = { from_seq: before?.from_seq ?? event.seq, to_seq: event.seq };
  }
}
