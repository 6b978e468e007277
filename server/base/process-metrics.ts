import { collectDefaultMetrics, Gauge, Histogram, type Registry } from 'prom-client';
import { openFiles } from './open-files.ts';

/**
 * What prom-client measures of a process, `process_*` and `nodejs_*`, all of it there from the start. Left out are a minimum that is
 * 292 years when nothing was measured, and what lists every open socket at each look: it costs most when there is most to do.
 */
export function processMetrics(registry: Registry, prefix = ''): void {
  collectDefaultMetrics({ register: registry, prefix });
  for (const listed of ['active_handles', 'active_requests', 'active_resources']) {
    registry.removeSingleMetric(`${prefix}nodejs_${listed}`);
    registry.removeSingleMetric(`${prefix}nodejs_${listed}_total`);
  }
  registry.removeSingleMetric(`${prefix}nodejs_eventloop_lag_min_seconds`);
  countOpenFiles(registry, `${prefix}process_open_fds`);
  const pauses = registry.getSingleMetric(`${prefix}nodejs_gc_duration_seconds`);
  if (pauses instanceof Histogram) fromZero(pauses, [{ kind: 'major' }, { kind: 'minor' }, { kind: 'incremental' }, { kind: 'weakcb' }]);
}

/** A histogram with labels has its series from the start, too. */
export function fromZero<L extends string>(histogram: Histogram<L>, labels: readonly Partial<Record<L, string>>[]): Histogram<L> {
  for (const label of labels) histogram.zero(label);
  return histogram;
}

/** Under the name that everybody knows, counted in our way: prom-client lists them all, 10 ms for ten thousand. */
function countOpenFiles(registry: Registry, name: string): void {
  const count = openFiles();
  registry.removeSingleMetric(name);
  if (count() === null) return;
  new Gauge({
    name,
    help: 'Number of open file descriptors.',
    registers: [registry],
    collect() {
      this.set(count() ?? 0);
    },
  });
}
