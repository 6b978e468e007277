import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Gate } from './gate.ts';

/** How many may wait for the outcome of others; past it `server_busy`. */
const capacity = 1024;

/** Where acts wait while their gates cannot say yet whether there is room. */
export class WaitingRoom {
  readonly #clock: Clock;
  #waiting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Holds a place at each gate, in one step, or throws what `refuse` makes of the milliseconds after which to come back. */
  async enter(gates: readonly Gate[], refuse: (retryAfterMs: number) => ChatError): Promise<void> {
    for (;;) {
      const now = this.#clock.monotonic();
      const rooms = gates.map((gate) => ({ gate, room: gate.room(now) }));
      const waitMs = Math.max(0, ...rooms.map(({ room }) => (room === 'held' ? 0 : room)));
      if (waitMs > 0) throw refuse(Math.ceil(waitMs));
      const held = rooms.find(({ room }) => room === 'held');
      if (held === undefined) break;
      await this.#wait(held.gate);
    }
    for (const gate of gates) gate.hold();
  }

  async #wait(gate: Gate): Promise<void> {
    if (this.#waiting >= capacity) throw new ChatError('server_busy', { retryAfterMs: 1000 });
    this.#waiting += 1;
    await gate.nextRelease();
    this.#waiting -= 1;
  }
}
