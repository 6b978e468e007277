/** Open descriptors. */
export interface Open {
  /** Listening ones too. */
  readonly sockets: number;
  readonly files: number;
}

/** One look at the server. */
export interface Sample {
  /** Since the start of the load. */
  readonly seconds: number;
  readonly rssMib: number;
  /** What the main thread still held once its garbage was collected, if anybody looked. */
  readonly liveMib?: number;
  readonly open: Open;
  readonly walBytes: number;
}

/** MiB an hour, and how far the truth may be from that. */
export interface Slope {
  readonly slope: number;
  readonly error: number;
}

/** What a run came to. */
export interface Verdict {
  /** By how much what memory falls back to grows in an hour, once it is warm, and how far the truth may be from that. */
  readonly slopeMibPerHour: number;
  readonly slopeErrorMibPerHour: number;
  /** It is surely within the bound, and not only not surely above: an hour of a heap that goes up and down says less than a quiet one of `live`. */
  readonly isSlopeShown: boolean;
  /** The same of what is still held once the garbage is collected; missing: nobody looked. */
  readonly live?: Slope;
  readonly warmMib: number;
  readonly mostMib: number;
  readonly mostSockets: number;
  readonly mostFiles: number;
  readonly mostWalMib: number;
  /** What of it may not be; empty: the server endures. */
  readonly faults: readonly string[];
}

/** A run of less than this says nothing about an hour: only how far memory went is looked at. */
const leastForSlopeS = 1200;
const bounds = { slopeMibPerHour: 1, growthMib: 64, walMib: 64 };

/** Judges a run by its samples; the first third of them is warm-up, in which the server opens what it keeps open. `rest`: without any load. */
export function judge(samples: readonly Sample[], rest: { readonly before: Open; readonly after: Open }): Verdict {
  const warm = samples.slice(Math.floor(samples.length / 3));
  const { slope: slopeMibPerHour, error: slopeErrorMibPerHour } = slopeOf(warm, ({ rssMib }) => rssMib);
  const live = warm.some(({ liveMib }) => liveMib === undefined) ? undefined : slopeOf(warm, ({ liveMib = 0 }) => liveMib);
  const warmMib = median(warm.slice(0, Math.ceil(warm.length / 8)).map(({ rssMib }) => rssMib));
  const most = (of: (sample: Sample) => number) => Math.max(...samples.map(of));
  const mostMib = most(({ rssMib }) => rssMib);
  const mostWalMib = most(({ walBytes }) => walBytes) / 2 ** 20;
  const isLong = (samples.at(-1)?.seconds ?? 0) >= leastForSlopeS;
  const faults: string[] = [];
  if (samples.length < 6) faults.push(`only ${samples.length} samples`);
  if (isLong && slopeMibPerHour - 2 * slopeErrorMibPerHour > bounds.slopeMibPerHour)
    faults.push(`memory grows by ${slopeMibPerHour.toFixed(1)} ± ${slopeErrorMibPerHour.toFixed(1)} MiB an hour`);
  if (isLong && live !== undefined && live.slope - 2 * live.error > bounds.slopeMibPerHour)
    faults.push(`what is held grows by ${live.slope.toFixed(1)} ± ${live.error.toFixed(1)} MiB an hour`);
  if (mostMib - warmMib > bounds.growthMib) faults.push(`memory grew from ${warmMib.toFixed(0)} to ${mostMib.toFixed(0)} MiB`);
  if (rest.after.sockets > rest.before.sockets) faults.push(`${rest.after.sockets} sockets after the load, ${rest.before.sockets} before`);
  const warmFiles = Math.max(...samples.slice(0, -warm.length).map(({ open }) => open.files));
  if (rest.after.files > warmFiles) faults.push(`${rest.after.files} open files after the load, ${warmFiles} when it was warm`);
  if (mostWalMib > bounds.walMib) faults.push(`the WAL grew to ${mostWalMib.toFixed(0)} MiB`);
  const mostSockets = most(({ open }) => open.sockets);
  return {
    slopeMibPerHour,
    slopeErrorMibPerHour,
    isSlopeShown: isLong && slopeMibPerHour + 2 * slopeErrorMibPerHour <= bounds.slopeMibPerHour,
    ...(live === undefined ? {} : { live }),
    warmMib,
    mostMib,
    mostSockets,
    mostFiles: most(({ open }) => open.files),
    mostWalMib,
    faults,
  };
}

const blocks = 8;

/**
 * A straight line through what memory falls back to in each of so many blocks: garbage only ever adds to that, by turns, and a leak raises
 * it as it raises everything. Neighbouring samples are no independent ones, blocks nearly are.
 */
function slopeOf(samples: readonly Sample[], mibOf: (sample: Sample) => number): Slope {
  const size = Math.floor(samples.length / blocks);
  if (size === 0) return { slope: 0, error: Number.POSITIVE_INFINITY };
  const points = Array.from({ length: blocks }, (_, block) => {
    const own = samples.slice(block * size, (block + 1) * size);
    return { hours: mean(own.map(({ seconds }) => seconds)) / 3600, mib: floor(own.map(mibOf)) };
  });
  const hours = mean(points.map((point) => point.hours));
  const mib = mean(points.map((point) => point.mib));
  const spread = points.reduce((sum, point) => sum + (point.hours - hours) ** 2, 0);
  const slope = points.reduce((sum, point) => sum + (point.hours - hours) * (point.mib - mib), 0) / spread;
  const rest = points.reduce((sum, point) => sum + (point.mib - mib - slope * (point.hours - hours)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / (blocks - 2) / spread) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The tenth percentile: the least itself may be a moment of an unusual collection. */
function floor(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 10)] ?? 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
