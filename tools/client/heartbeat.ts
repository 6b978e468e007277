import type { Timers } from './options.ts';
import type { Tongue } from './tongue.ts';

/** Pings a v2 server, to know how long an answer takes, and to notice one that is gone without a word. */
export class Heartbeat {
  readonly #parts: { timers: Timers; everyMs: number; onDead: () => void };
  #cancel: () => void = () => undefined;
  #lagMs: number | null = null;

  constructor(parts: { timers: Timers; everyMs: number; onDead: () => void }) {
    this.#parts = parts;
  }

  /** Null: none has come back on this connection. */
  get lagMs(): number | null {
    return this.#lagMs;
  }

  start(tongue: Tongue): void {
    this.stop();
    if (tongue.generation === 2) this.#ping(tongue);
  }

  stop(): void {
    this.#cancel();
    this.#lagMs = null;
  }

  #ping(tongue: Tongue): void {
    const { timers, everyMs, onDead } = this.#parts;
    const sentAt = timers.monotonic();
    this.#cancel = timers.after(2 * everyMs, onDead);
    tongue.ask({ type: 'ping' }).then(
      () => {
        this.#cancel();
        this.#lagMs = timers.monotonic() - sentAt;
        this.#cancel = timers.after(everyMs, () => this.#ping(tongue));
      },
      () => undefined,
    );
  }
}
