import type { Clock } from '../base/clock.ts';
import type { Metrics } from '../base/metrics.ts';
import type { Store } from './store.ts';

const everyMs = 2000;
/** So many writes waiting are reason enough to leave a snapshot out … */
const busyWrites = 1000;
/** … but not for so long that the exporter takes the server for dead. */
const longestGapMs = 6000;

interface Parts {
  readonly metrics: Metrics;
  readonly store: Pick<Store, 'metrics' | 'queued'>;
  readonly clock: Clock;
  readonly node: string;
}

/**
 * Keeps the metrics of this node in the database, where the exporter finds them: the whole registry as JSON, every 2 s, as one more write
 * behind those of the chat. Never a failure of anything: one that is refused is counted. Returns how to stop it.
 */
export function keepSnapshots({ metrics, store, clock, node }: Parts): () => void {
  let isUnderWay = false;
  let isStopped = false;
  let savedAt = clock.monotonic() - longestGapMs;

  const save = async (): Promise<void> => {
    const json = JSON.stringify(await metrics.registry.getMetricsAsJSON());
    if (isStopped) return;
    await store.metrics.save({ node, at: clock.now(), json });
    savedAt = clock.monotonic();
    metrics.snapshots.add('all');
  };
  const look = () => {
    if (isUnderWay || (store.queued > busyWrites && clock.monotonic() - savedAt < longestGapMs)) {
      metrics.snapshotsSkipped.add('all');
      return;
    }
    isUnderWay = true;
    save()
      .catch(() => metrics.snapshotFailures.add('all'))
      .finally(() => {
        isUnderWay = false;
      });
  };

  look();
  const stop = clock.every(everyMs, look);
  return () => {
    isStopped = true;
    stop();
  };
}
