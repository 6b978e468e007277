import type { Clock } from '../base/clock.ts';
import type { Keepalive } from './keepalive.ts';

interface Parts {
  readonly clock: Clock;
  readonly keepalive: Pick<Keepalive, 'silentFor'>;
  /** Peers that do not acknowledge what they were sent, by `keyOf`, and how often the kernel tried; null: nobody can tell. */
  readonly read: () => Promise<ReadonlyMap<string, number> | null>;
  readonly keyOf: (address: string, port: number) => string;
}

const lookMs = 5000;
/** An outage of less than `patienceMs` does no harm. A peer that is sent nothing is found by TCP keep-alive instead. */
const silentMs = 30_000;
const patienceMs = 35_000;
const leastTries = 4;

/**
 * Ends connections to peers that are gone without a word while they are being sent something: the kernel would try for a quarter of an hour,
 * and keep-alive rests meanwhile (reliability.md F18).
 */
export class Vanished {
  readonly #parts: Parts;
  readonly #stop: () => void;
  /** Since when, as was seen, and how often by then. */
  #unanswered: ReadonlyMap<string, { readonly since: number; readonly tries: number }> = new Map();
  #isLooking = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(lookMs, () => void this.#look());
  }

  stop(): void {
    this.#stop();
  }

  async #look(): Promise<void> {
    const { clock, keepalive, read } = this.#parts;
    if (this.#isLooking || keepalive.silentFor(silentMs).length === 0) return;
    this.#isLooking = true;
    const tries = await read();
    this.#isLooking = false;
    if (tries === null) this.#stop();
    else this.#compare(tries, clock.monotonic());
  }

  #compare(triesNow: ReadonlyMap<string, number>, now: number): void {
    const before = this.#unanswered;
    const unanswered = new Map<string, { since: number; tries: number }>();
    for (const [key, tries] of triesNow) {
      const known = before.get(key);
      // Fewer than before: it has answered meanwhile.
      unanswered.set(key, { since: known !== undefined && known.tries <= tries ? known.since : now, tries });
    }
    this.#unanswered = unanswered;
    const { keepalive, keyOf } = this.#parts;
    const isGone = (key: string) => {
      const state = unanswered.get(key);
      return state !== undefined && state.tries >= leastTries && now - state.since >= patienceMs;
    };
    if (unanswered.size === 0) return;
    for (const { session } of keepalive.silentFor(silentMs)) {
      const { connection } = session;
      if (connection.transport !== 'ws' && isGone(keyOf(connection.address, connection.port))) connection.destroy('vanished');
    }
  }
}
