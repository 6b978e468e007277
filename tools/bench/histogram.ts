/** Durations in whole µs, each kept to within 2 %, in constant space. */
export class Histogram {
  readonly #buckets = new Uint32Array(buckets);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(micros: number): void {
    const value = Math.max(0, micros);
    const bucket = bucketOf(value);
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
    this.#count += 1;
  }

  /** The duration that the share `q` of all stays within; undefined while there is none. */
  quantile(q: number): number | undefined {
    if (this.#count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(q * this.#count));
    let seen = 0;
    const bucket = this.#buckets.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    return middleOf(bucket);
  }
}

/** The middle value, or the mean of the two middle ones; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  return sorted.length % 2 === 1 || upper === undefined || lower === undefined ? upper : (lower + upper) / 2;
}

// Below 32 each value has its bucket; above, each power of two is cut into 32.
const steps = 32;
const buckets = 28 * steps;

function bucketOf(value: number): number {
  if (value < steps) return value;
  const exponent = 31 - Math.clz32(value);
  return (exponent - 4) * steps + ((value >>> (exponent - 5)) & (steps - 1));
}

function middleOf(bucket: number): number {
  if (bucket < steps) return bucket;
  const width = 2 ** (Math.floor(bucket / steps) - 1);
  return (steps + (bucket % steps)) * width + (width - 1) / 2;
}
