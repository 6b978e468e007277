import type { Figures } from '../server/base/figures.ts';
import type { MetricsSnapshot } from '../server/store/store.ts';
import { type Metric, merge } from './merge.ts';
import type { Reading } from './reading.ts';

/** Why `classcord_up` is 0. */
export const downReasons = ['missing', 'stopped', 'owner', 'unreadable', 'slow', 'none', 'stale'] as const;
export type DownReason = (typeof downReasons)[number];

/** What was seen at one moment: the server's metrics if it is up, else why it is not; and the figures of the database if it can be read. */
export interface Look {
  readonly at: number;
  readonly down: { readonly reason: DownReason; readonly detail: string } | null;
  /** Age of the newest snapshot; NaN when there is none. */
  readonly ageSeconds: number;
  /** When the newest snapshot was made. */
  readonly snapshotAt: number;
  readonly figures: Figures | null;
  /** Of the nodes that are up, as one. */
  readonly metrics: readonly Metric[];
  /** The same in Prometheus' words. */
  readonly text: string;
}

const nothing = { ageSeconds: Number.NaN, snapshotAt: Number.NaN, figures: null, metrics: [], text: '' };

/** Makes sense of a reading. Never throws: what cannot be understood is a server that is not up. */
export async function lookAt(reading: Reading, { now, staleMs }: { now: number; staleMs: number }): Promise<Look> {
  if ('problem' in reading) return { ...nothing, at: now, down: { reason: reading.problem, detail: reading.detail } };
  const { snapshots, figures } = reading;
  const newest = newestOf(snapshots);
  if (newest === null) return { ...nothing, at: now, figures, down: { reason: 'none', detail: '' } };
  const ageMs = now - newest.at;
  const seen = { at: now, figures, ageSeconds: ageMs / 1000, snapshotAt: newest.at };
  // A clock that was set back makes snapshots of the future, until the next one.
  const fresh = snapshots.filter(({ at }) => Math.abs(now - at) <= staleMs);
  if (fresh.length === 0) return { ...nothing, ...seen, down: { reason: 'stale', detail: `${(ageMs / 1000).toFixed(1)} s` } };
  try {
    const registry = merge(fresh);
    return { ...seen, down: null, metrics: (await registry.getMetricsAsJSON()) as Metric[], text: await registry.metrics() };
  } catch (error) {
    return { ...nothing, ...seen, down: { reason: 'unreadable', detail: error instanceof Error ? error.message : String(error) } };
  }
}

function newestOf(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot | null {
  return snapshots.reduce<MetricsSnapshot | null>((best, one) => (best === null || one.at > best.at ? one : best), null);
}
