import { PerMinute } from '../base/per-minute.ts';

export interface PatienceLimits {
  readonly badLinesPerMinute: number;
  readonly refusalsPerMinute: number;
}

/** How long a connection that keeps sending nonsense, or keeps asking too fast, is borne. */
export class Patience {
  readonly #limits: PatienceLimits;
  /** Null: none yet. */
  #badLines: PerMinute | null = null;
  #refusals: PerMinute | null = null;

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** One more bad line; true: it was one too many. */
  badLine(now: number): boolean {
    this.#badLines ??= new PerMinute();
    return this.#badLines.add(now) >= this.#limits.badLinesPerMinute;
  }

  /** One more refusal for its rate; true: it was one too many. */
  refusal(now: number): boolean {
    this.#refusals ??= new PerMinute();
    return this.#refusals.add(now) >= this.#limits.refusalsPerMinute;
  }
}
