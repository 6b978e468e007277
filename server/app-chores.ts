import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Metrics } from './base/metrics.ts';
import type { Telemetry } from './base/telemetry.ts';
import { Retention } from './domain/retention.ts';
import { keepSnapshots } from './store/snapshots.ts';
import type { Store } from './store/store.ts';

export interface ChoreParts {
  readonly metrics: Metrics;
  readonly store: Store;
  readonly clock: Clock;
  readonly node: string;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/** What the server does by itself from time to time; the returned function ends it. */
export function startChores({ metrics, store, clock, node, log, telemetry }: ChoreParts): () => Promise<void> {
  const stopSnapshots = keepSnapshots({ metrics, store, clock, node });
  const retention = new Retention({
    store: store.retention,
    clock,
    onRemoved: (messages) => log.info('retention.removed', { messages }),
    onJump: () =>
      log.warn('retention.waits', {}, 'The clock moved by more than a day since the last look: no old message is removed for a day.'),
    onError: (error) => telemetry.fault(error, 'retention'),
  });
  return async () => {
    stopSnapshots();
    await retention.stop();
  };
}
