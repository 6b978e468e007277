/** What memory came to: of resident memory much is garbage that goes up and down, what is held after a collection is none. */
export interface Memory {
  /** Resident once a quarter of the lines was through, and the most after that. */
  readonly warmMib: number;
  readonly mostMib: number;
  /** Held by the main thread after a quarter of the lines, and at the end. */
  readonly heldWarmMib: number;
  readonly heldMib: number;
}

/** What may be held more at the end than after a quarter: each new name leaves something in tables with a bound, 3 bytes a line as measured. */
function mostHeldGrowthMib(lines: number): number {
  return Math.min(64, 8 + (4 * lines) / 2 ** 20);
}

/** What is wrong with the memory of a run, in words; null: nothing. */
export function overgrown({ lines, heldWarmMib, heldMib }: Memory & { readonly lines: number }): string | null {
  if (heldMib - heldWarmMib < mostHeldGrowthMib(lines)) return null;
  return `what is held grew from ${heldWarmMib.toFixed(1)} to ${heldMib.toFixed(1)} MiB`;
}
