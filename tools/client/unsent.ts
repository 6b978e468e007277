import { ChatError, errorCodes } from '../../server/protocol/errors.ts';
import { fold, foldChannel } from '../../server/protocol/names.ts';
import type { Timers } from './options.ts';
import type { Sent, Stored } from './sent.ts';
import { isChannel } from './tongue.ts';

type Say = (sent: Sent) => Promise<Stored>;
interface Lane {
  readonly waiting: Sent[];
  /** The first one was written, and its answer is not here. */
  isUncertain: boolean;
  isRunning: boolean;
}

/** One message may be refused for the moment so often in a row. */
const mostTries = 20;

/**
 * Messages on their way. Each conversation is a lane in which one follows the other, so that they arrive in the order in which they
 * were said; what the server refuses for the moment is said again, what a cut leaves open is said again with the same nonce.
 * At the bound a message fails at once.
 */
export class Unsent {
  readonly #parts: { most: number; mostWaitMs: number; timers: Timers; onSettled: (sent: Sent) => void };
  readonly #lanes = new Map<string, Lane>();
  #say: Say | null = null;
  /** Counts connections: a lane of an old one stops by itself. */
  #epoch = 0;
  #size = 0;
  #idle: (() => void)[] = [];
  /** Ends the waits of messages that were refused for the moment. */
  readonly #waits = new Set<() => void>();

  constructor(parts: { most: number; mostWaitMs: number; timers: Timers; onSettled: (sent: Sent) => void }) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#size;
  }

  add(sent: Sent): void {
    if (this.#size >= this.#parts.most) {
      const params = { limit: this.#parts.most };
      this.#settle(sent, new ChatError('server_busy', { text: 'unsent_full', params }));
      return;
    }
    const key = laneOf(sent.place);
    const lane = this.#lanes.get(key) ?? { waiting: [], isUncertain: false, isRunning: false };
    this.#lanes.set(key, lane);
    lane.waiting.push(sent);
    this.#size += 1;
    void this.#run(key, lane);
  }

  /** There is a connection with a name: everything that waits goes out. */
  start(say: Say): void {
    this.#say = say;
    this.#epoch += 1;
    for (const [key, lane] of this.#lanes) {
      lane.isRunning = false;
      void this.#run(key, lane);
    }
  }

  /** The connection is gone. */
  stop(): void {
    this.#say = null;
    this.#epoch += 1;
    for (const end of this.#waits) end();
  }

  /** Nothing will be sent any more. */
  fail(error: ChatError): void {
    this.stop();
    const all = [...this.#lanes.values()].flatMap((lane) => lane.waiting);
    this.#lanes.clear();
    this.#size = 0;
    for (const sent of all) this.#settle(sent, error);
    this.#wake();
  }

  /** A message of one's own turned up in the history: if its answer was lost in the cut, this is it. */
  adopt(place: string, content: string, stored: Stored): void {
    const lane = this.#lanes.get(laneOf(place));
    const [first] = lane?.waiting ?? [];
    if (lane === undefined || first === undefined || !lane.isUncertain || first.content !== content) return;
    this.#shift(lane);
    this.#settle(first, stored);
  }

  /** Resolves when nothing waits, or when that takes too long. */
  drained(withinMs: number): Promise<void> {
    if (this.#size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#parts.timers.after(withinMs, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  async #run(key: string, lane: Lane): Promise<void> {
    const epoch = this.#epoch;
    const say = this.#say;
    if (say === null || lane.isRunning) return;
    lane.isRunning = true;
    for (let sent = lane.waiting[0]; sent !== undefined && epoch === this.#epoch; sent = lane.waiting[0]) {
      const outcome = await this.#sayUntilSettled(lane, sent, () => epoch === this.#epoch);
      if (outcome === null || epoch !== this.#epoch) return;
      this.#shift(lane);
      this.#settle(sent, outcome);
    }
    if (epoch !== this.#epoch) return;
    lane.isRunning = false;
    if (lane.waiting.length === 0) this.#lanes.delete(key);
  }

  /** Null: cut off before it was known. */
  async #sayUntilSettled(lane: Lane, sent: Sent, isCurrent: () => boolean): Promise<Stored | ChatError | null> {
    for (let tries = 1; ; tries += 1) {
      try {
        lane.isUncertain = true;
        return await (this.#say as Say)(sent);
      } catch (thrown) {
        const error = ChatError.from(thrown);
        if (error.code === 'unreachable' || !isCurrent()) return null;
        lane.isUncertain = false;
        const { retryAfterMs } = error.details;
        const isMomentary = errorCodes[error.code].retryable && retryAfterMs !== undefined && retryAfterMs <= this.#parts.mostWaitMs;
        if (!isMomentary || tries >= mostTries) return error;
        await this.#wait(retryAfterMs + 1);
        if (!isCurrent()) return null;
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#waits.delete(end);
        resolve();
      };
      const cancel = this.#parts.timers.after(ms, end);
      this.#waits.add(end);
    });
  }

  #shift(lane: Lane): void {
    lane.waiting.shift();
    lane.isUncertain = false;
    this.#size -= 1;
  }

  #settle(sent: Sent, outcome: Stored | ChatError): void {
    if (outcome instanceof ChatError) sent.fail(outcome);
    else sent.succeed(outcome);
    this.#parts.onSettled(sent);
    if (this.#size === 0) this.#wake();
  }

  #wake(): void {
    for (const wake of this.#idle.splice(0)) wake();
  }
}

function laneOf(place: string): string {
  return isChannel(place) ? `#${foldChannel(place)}` : fold(place);
}
