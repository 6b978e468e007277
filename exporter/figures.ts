import type { Look } from './look.ts';
import type { Metric } from './merge.ts';

/** What the landing page shows. Null: not known now. */
export interface PageFigures {
  readonly connections: number | null;
  readonly connectionsLimit: number | null;
  readonly people: number | null;
  readonly accounts: number | null;
  readonly channels: number | null;
  readonly messages: number | null;
  readonly privateMessages: number | null;
  readonly messagesPerSecond: number | null;
  readonly errors: number | null;
  readonly responseMs: number | null;
  readonly deliveryMs: number | null;
  readonly loopLagMs: number | null;
  readonly memoryBytes: number | null;
  readonly cpuShare: number | null;
  readonly databaseBytes: number | null;
  readonly walBytes: number | null;
  readonly upSeconds: number | null;
  readonly version: string | null;
}

/** Reads them from a look; what changes between it and the one before is told per second. */
export function pageFigures(look: Look, former: Look | null): PageFigures {
  const { metrics, figures, at } = look;
  const bytes = (value: number | undefined) => value ?? null;
  const start = total(metrics, 'classcord_start_time_seconds');
  return {
    connections: total(metrics, 'classcord_connections'),
    connectionsLimit: total(metrics, 'classcord_connections_limit'),
    people: total(metrics, 'classcord_users_present'),
    accounts: figures?.classcord_users_registered['all'] ?? null,
    channels: figures === null ? null : sum(Object.values(figures.classcord_channels)),
    messages: figures?.classcord_messages_stored['channel'] ?? null,
    privateMessages: figures?.classcord_messages_stored['private'] ?? null,
    messagesPerSecond: perSecond(look, former, 'classcord_messages_received_total'),
    errors: total(metrics, 'classcord_request_errors_total'),
    responseMs: quantileMs(metrics, 'classcord_request_duration_seconds', 0.95),
    deliveryMs: quantileMs(metrics, 'classcord_delivery_duration_seconds', 0.95),
    loopLagMs: times(total(metrics, 'classcord_event_loop_lag_seconds'), 1000),
    memoryBytes: total(metrics, 'process_resident_memory_bytes'),
    cpuShare: perSecond(look, former, 'process_cpu_seconds_total'),
    databaseBytes: bytes(figures?.classcord_db_size_bytes['all']),
    walBytes: bytes(figures?.classcord_db_wal_bytes['all']),
    upSeconds: start === null ? null : Math.max(0, at / 1000 - start),
    version: labelOf(metrics, 'classcord_build_info', 'version'),
  };
}

function total(metrics: readonly Metric[], name: string): number | null {
  const metric = metrics.find((one) => one.name === name);
  return metric === undefined ? null : sum(metric.values.map(({ value }) => value));
}

function perSecond(look: Look, former: Look | null, name: string): number | null {
  if (former === null) return null;
  const [now, then] = [total(look.metrics, name), total(former.metrics, name)];
  const seconds = (look.snapshotAt - former.snapshotAt) / 1000;
  // A counter that fell began anew: the server was restarted.
  return now === null || then === null || now < then || !(seconds > 0) ? null : (now - then) / seconds;
}

/** The upper bound of the bucket in which that share of all observations lies, since the start of the server. */
function quantileMs(metrics: readonly Metric[], name: string, share: number): number | null {
  const buckets = metrics
    .find((one) => one.name === name)
    ?.values.filter(({ labels }) => labels['le'] !== undefined)
    .map(({ labels, value }) => ({ most: labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']), count: value }))
    .sort((one, other) => one.most - other.most);
  const all = buckets?.at(-1)?.count ?? 0;
  const bucket = all === 0 ? undefined : buckets?.find(({ count }) => count >= all * share);
  return bucket === undefined ? null : bucket.most * 1000;
}

function labelOf(metrics: readonly Metric[], name: string, label: string): string | null {
  const value = metrics.find((one) => one.name === name)?.values[0]?.labels[label];
  return value === undefined ? null : String(value);
}

function times(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
