import {
  AggregatorRegistry,
  Gauge,
  type MetricObjectWithValues,
  type MetricValue,
  type Registry,
  type RegistryContentType,
} from 'prom-client';
import { figureInstruments } from '../server/base/figures.ts';
import type { MetricsSnapshot } from '../server/store/store.ts';

export type Metric = MetricObjectWithValues<MetricValue<string>>;

/** What the exporter reads or knows better itself. */
const ownNames = new Set([...Object.keys(figureInstruments), 'classcord_up']);
const startName = 'process_start_time_seconds';

/** The snapshots of all nodes as one registry: counters added up, the rest by the rule of each metric. Throws when one is no snapshot. */
export function merge(snapshots: readonly MetricsSnapshot[]): Registry<RegistryContentType> {
  const nodes = snapshots.map(({ json }) => (JSON.parse(json) as Metric[]).filter(({ name }) => !ownNames.has(name)).map(withNotANumber));
  const registry = AggregatorRegistry.aggregate(nodes);
  // prom-client leaves it out of what it merges.
  const starts = nodes.flatMap((node) => node.find(({ name }) => name === startName)?.values.map(({ value }) => value) ?? []);
  if (starts.length > 0) {
    const help = 'Start time of the process since unix epoch in seconds.';
    new Gauge({ name: startName, help, registers: [registry] }).set(Math.min(...starts));
  }
  return registry;
}

/** JSON has no NaN and writes null, which would be merged as 0: a lie. */
function withNotANumber(metric: Metric): Metric {
  const isWhole = metric.values.every(({ value }) => value !== null);
  return isWhole ? metric : { ...metric, values: metric.values.map((entry) => ({ ...entry, value: entry.value ?? Number.NaN })) };
}
