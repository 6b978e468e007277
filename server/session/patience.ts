import { PerMinute } from '../base/per-minute.ts';

export interface PatienceLimits {
  readonly badLinesPerMinute: number;
  readonly refusalsPerMinute: number;
}

/** How long a connection that keeps sending nonsense, or keeps asking too fast, is borne. */
export class Patience {
  readonly #limits: PatienceLimits;
  readonly #badLines = new PerMinute();
  readonly #refusals = new PerMinute();

  constructor(limits: PatienceLimits) {
    this.#limits = limits;
  }

  /** One more bad line; true: it was one too many. */
  badLine(now: number): boolean {
    return this.#badLines.add(now) >= this.#limits.badLinesPerMinute;
  }

  /** One more refusal for its rate; true: it was one too many. */
  refusal(now: number): boolean {
    return this.#refusals.add(now) >= this.#limits.refusalsPerMinute;
  }
}
