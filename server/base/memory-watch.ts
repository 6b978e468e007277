import type { Clock } from './clock.ts';

interface Parts {
  readonly clock: Clock;
  /** The share of the memory in use, 0 to 1; garbage may be in it. */
  readonly read: () => number;
  /** Collects the garbage; everything stands still meanwhile. */
  readonly collect: () => void;
  /** From this share on memory is short, and from that on it is spent. */
  readonly shortFrom: number;
  readonly spentFrom: number;
  /** At every look while memory is short. */
  readonly onShort: (share: number) => void;
  /** Memory is no longer short. */
  readonly onRelief: () => void;
  /** Once: only an end and a new start help. */
  readonly onSpent: (share: number) => void;
}

const lookMs = 250;
/** The least of so many looks counts: while much comes and goes, V8 collects it by itself. */
const looks = 4;
/** So much time lies between two collections that are asked for. */
const shortPauseMs = 10_000;
const spentPauseMs = 1000;

/** Watches how much memory is left (reliability.md F11). */
export class MemoryWatch {
  readonly #parts: Parts;
  readonly #stop: () => void;
  readonly #last: number[] = [];
  #isShort = false;
  #collectedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#stop = parts.clock.every(lookMs, () => this.#look());
  }

  /** The share that is surely in use, as of the last look. */
  get share(): number {
    return this.#last.length === 0 ? 0 : Math.min(...this.#last);
  }

  stop(): void {
    this.#stop();
  }

  #look(): void {
    const { shortFrom, spentFrom, onShort, onRelief, onSpent } = this.#parts;
    this.#read();
    if (this.#last.length < looks) return;
    this.#collect();
    const { share } = this;
    if (share >= spentFrom) {
      this.#stop();
      onSpent(share);
    } else if (share >= shortFrom) {
      this.#isShort = true;
      onShort(share);
    } else if (this.#isShort) {
      this.#isShort = false;
      onRelief();
    }
  }

  #read(): void {
    this.#last.push(this.#parts.read());
    if (this.#last.length > looks) this.#last.shift();
  }

  /** Before anybody is refused, and now and then meanwhile: without newcomers V8 might keep its garbage for ever. */
  #collect(): void {
    const { clock, collect, shortFrom, spentFrom } = this.#parts;
    const pauseMs = this.share >= spentFrom ? spentPauseMs : shortPauseMs;
    if (this.share < shortFrom || clock.monotonic() - this.#collectedAt < pauseMs) return;
    collect();
    this.#collectedAt = clock.monotonic();
    this.#read();
  }
}
