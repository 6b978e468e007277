import type { Clock } from './base/clock.ts';
import type { Served } from './house.ts';
import { goodbye } from './serve-lines.ts';

/** The part of a stop that is left for goodbyes to arrive, and for the disk. */
const goodbyeMs = 1000;
const diskMs = 1500;
const lookMs = 20;

interface Parts {
  /** What new connections come through. */
  readonly servers: readonly { close(): void }[];
  readonly served: ReadonlySet<Served>;
  readonly clock: Clock;
  /** Longest stop, disk included. */
  readonly mostMs: number;
}

/** Ends the connections of a stopping server: no new ones, what was received is finished, everybody is told, then closed. */
export class Stopping {
  readonly #parts: Parts;
  #isHurried = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Finishes nothing more. */
  hurry(): void {
    this.#isHurried = true;
  }

  async connections(): Promise<void> {
    const { servers, served, mostMs } = this.#parts;
    for (const server of servers) server.close();
    for (const lines of [...served]) lines.drain();
    await this.#until(() => [...served].every((lines) => lines.isEnded), mostMs - goodbyeMs - diskMs);
    for (const lines of [...served]) lines.end('drain', goodbye());
    await this.#until(() => served.size === 0, goodbyeMs);
    for (const { session } of [...served]) session.connection.destroy('drain');
  }

  async #until(isDone: () => boolean, mostMs: number): Promise<void> {
    const { clock } = this.#parts;
    const deadline = clock.monotonic() + mostMs;
    while (!isDone() && !this.#isHurried && clock.monotonic() < deadline) await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
