import type { ReconnectPolicy } from './options.ts';

/** How long to wait before each attempt: twice as long each time, and jittered, so that a class does not come back in one moment. */
export class BackOff {
  readonly #policy: Required<Omit<ReconnectPolicy, 'tries'>> & { readonly tries: number };
  readonly #random: () => number;
  #attempts = 0;

  constructor(policy: ReconnectPolicy, random: () => number) {
    this.#policy = { firstMs: policy.firstMs ?? 500, mostMs: policy.mostMs ?? 30_000, tries: policy.tries ?? Number.POSITIVE_INFINITY };
    this.#random = random;
  }

  /** Null: enough. `atLeastMs` is what the server asked for. */
  next(atLeastMs = 0): number | null {
    if (this.#attempts >= this.#policy.tries) return null;
    const full = Math.min(this.#policy.mostMs, this.#policy.firstMs * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return Math.max(atLeastMs, Math.round(full * (0.5 + this.#random() / 2)));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
