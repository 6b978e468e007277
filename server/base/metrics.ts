import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { alertKinds } from './alerts.ts';
import { loopLag } from './loop-lag.ts';
import { fromZero, processMetrics } from './process-metrics.ts';
import { webhookOutcomes } from './webhook.ts';

/** A counter that costs an addition; the text form is made when somebody asks. Every series exists from the start, at 0. */
export interface Tally<L extends string> {
  add(label: L, by?: number): void;
}

function tally<L extends string>(registry: Registry, name: string, help: string, label: string | null, values: readonly L[]): Tally<L> {
  const counts = new Map<L, number>(values.map((value) => [value, 0]));
  const counter = new Counter({
    name,
    help,
    labelNames: label === null ? [] : [label],
    registers: [registry],
    collect() {
      counter.reset();
      for (const [value, count] of counts) counter.inc(label === null ? {} : { [label]: value }, count);
    },
  });
  return { add: (value, by = 1) => counts.set(value, (counts.get(value) ?? 0) + by) };
}

/** A gauge whose value is asked for when somebody scrapes. */
function watch(registry: Registry, name: string, help: string, label: string | null, read: () => Readonly<Record<string, number>>): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames: label === null ? [] : [label],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [value, number] of Object.entries(read())) gauge.set(label === null ? {} : { [label]: value }, number);
    },
  });
}

/** A counter over two small closed sets; every series from the start. */
function table<A extends string, B extends string>(
  { registry, name, help }: { registry: Registry; name: string; help: string },
  [first, firsts]: readonly [A, readonly string[]],
  [second, seconds]: readonly [B, readonly string[]],
): Counter<A | B> {
  const counter = new Counter({ name, help, labelNames: [first, second], registers: [registry] });
  for (const one of firsts) {
    for (const other of seconds) counter.inc({ [first]: one, [second]: other } as Record<A | B, string>, 0);
  }
  return counter;
}

const sanctionKinds = ['warn', 'mute', 'kick', 'ban'];

/** How clients are connected. */
export const transports = ['tcp', 'tls', 'ws'] as const;
export type Transport = (typeof transports)[number];

export interface MetricLabels {
  readonly closeReasons: readonly string[];
  readonly errorCodes: readonly string[];
  readonly requests: readonly string[];
  readonly auditActions?: readonly string[];
}

/** Every instrument of the server, once. Labels are small closed sets; never a user, a channel or an address. */
export function createMetrics(labels: MetricLabels, version: string) {
  const registry = new Registry();
  processMetrics(registry);
  const build = { version, node: process.version };
  const fixed = { registers: [registry], aggregator: 'min' as const };
  new Gauge({ name: 'classcord_up', help: 'Whether the server runs.', ...fixed }).set(1);
  new Gauge({
    name: 'classcord_build_info',
    help: 'Version of the server and of Node.js.',
    labelNames: Object.keys(build),
    ...fixed,
  }).set(build, 1);
  new Gauge({ name: 'classcord_start_time_seconds', help: 'When the server started, Unix time.', ...fixed }).set(Date.now() / 1000);
  const lag = loopLag();
  new Gauge({
    name: 'classcord_event_loop_lag_seconds',
    help: 'How late the event loop is, at the 99th percentile since the last look.',
    registers: [registry],
    aggregator: 'max',
    collect() {
      this.set(lag());
    },
  });
  const bySeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
  const one = <L extends string>(name: string, help: string, only: L) => tally(registry, name, help, null, [only]);
  const many = <L extends string>(name: string, help: string, label: string, values: readonly L[]) =>
    tally(registry, name, help, label, values);
  return {
    registry,
    watch: (name: string, help: string, label: string | null, read: () => Readonly<Record<string, number>>) =>
      watch(registry, name, help, label, read),
    opened: many('classcord_connections_opened_total', 'Connections accepted.', 'transport', transports),
    closed: many('classcord_connections_closed_total', 'Connections ended, by reason.', 'reason', labels.closeReasons),
    rejected: many('classcord_connections_rejected_total', 'Connections refused at the door.', 'reason', [
      'full',
      'address',
      'rate',
      'memory',
      'unnamed',
    ]),
    handshakes: many('classcord_tls_handshakes_total', 'TLS handshakes, by how they ended.', 'outcome', [
      'ok',
      'failed',
      'late',
      'crowded',
    ]),
    certificateLoads: many(
      'classcord_tls_certificate_loads_total',
      'Looks at the files of the certificate, by what came of them.',
      'outcome',
      ['loaded', 'refused'],
    ),
    plaintextRefused: one('classcord_plaintext_refused_total', 'Connections refused because they did not encrypt.', 'all'),
    requests: many('classcord_requests_total', 'Requests handled, by type.', 'request', labels.requests),
    errors: many('classcord_request_errors_total', 'Requests refused, by code.', 'code', labels.errorCodes),
    badLines: many('classcord_protocol_errors_total', 'Lines that are no request, by code.', 'code', [
      'bad_json',
      'invalid_utf8',
      'line_too_long',
    ]),
    received: many('classcord_messages_received_total', 'Messages stored, by kind.', 'kind', ['channel', 'private']),
    rejectedMessages: many('classcord_messages_rejected_total', 'Messages refused, by code.', 'reason', labels.errorCodes),
    messageBytes: one('classcord_message_bytes_total', 'Characters of message content stored.', 'all'),
    delivered: many('classcord_messages_delivered_total', 'Copies of messages handed to connections.', 'transport', transports),
    receivedBytes: many('classcord_received_bytes_total', 'Bytes read from clients.', 'transport', transports),
    sentBytes: many('classcord_sent_bytes_total', 'Bytes written to clients.', 'transport', transports),
    logins: many('classcord_logins_total', 'Logins that succeeded, by how.', 'method', ['password', 'token', 'jwt', 'key']),
    loginFailures: many('classcord_login_failures_total', 'Logins that failed, by reason.', 'reason', [
      'login_failed',
      'rate_limited',
      'server_busy',
      'other',
    ]),
    codesAsked: one('classcord_mfa_challenges_total', 'Logins with the right password that were asked for six digits, too.', 'all'),
    codesWrong: one('classcord_mfa_failures_total', 'Six digits that were wrong.', 'all'),
    gaps: one('classcord_slow_consumer_gaps_total', 'Gaps told to sessions that read too slowly for what their channels say.', 'all'),
    resumes: one('classcord_resumes_total', 'Sessions taken up again after a cut.', 'all'),
    resumeFailures: one('classcord_resume_failures_total', 'Sessions that could not be taken up again.', 'all'),
    registrations: one('classcord_registrations_total', 'Accounts made.', 'all'),
    rateLimited: many('classcord_rate_limited_total', 'Requests slowed or refused for their rate.', 'scope', ['session', 'address']),
    cacheRequests: many('classcord_cache_requests_total', 'Look-ups in a cache of rows of the database.', 'cache', ['channels', 'roles']),
    cacheHits: many('classcord_cache_hits_total', 'Look-ups that a cache answered.', 'cache', ['channels', 'roles']),
    automodActions: table(
      { registry, name: 'classcord_automod_actions_total', help: 'What automatic moderation did, by rule.' },
      ['rule_class', ['flood', 'repetition', 'capitals', 'links', 'words']],
      ['action', sanctionKinds],
    ),
    sanctions: table(
      { registry, name: 'classcord_sanctions_total', help: 'Sanctions imposed, by kind and by whom: people (manual) or rules (auto).' },
      ['action', sanctionKinds],
      ['origin', ['manual', 'auto']],
    ),
    auditEvents: many('classcord_audit_events_total', 'Privileged acts, by the word in the audit.', 'action', labels.auditActions ?? []),
    storageErrors: one('classcord_db_errors_total', 'Batches that the database refused.', 'all'),
    alerts: many('classcord_alerts_total', 'Alerts that were raised, by kind.', 'kind', alertKinds),
    webhook: many('classcord_webhook_notices_total', 'Notices for the webhook, by what became of them.', 'outcome', webhookOutcomes),
    busy: one('classcord_db_busy_total', 'Batches that found the database held by another program.', 'all'),
    snapshots: one('classcord_metrics_snapshots_total', 'Snapshots of these figures that were stored for the exporter.', 'all'),
    snapshotFailures: one('classcord_metrics_snapshot_failures_total', 'Snapshots that the database refused.', 'all'),
    snapshotsSkipped: one('classcord_metrics_snapshots_skipped_total', 'Snapshots left out because other writes were waiting.', 'all'),
    requestDuration: fromZero(
      new Histogram({
        name: 'classcord_request_duration_seconds',
        help: 'From a message read to its answer; one in sixteen is measured.',
        labelNames: ['request'],
        buckets: bySeconds,
        registers: [registry],
      }),
      [{ request: 'message' }],
    ),
    deliveryDuration: new Histogram({
      name: 'classcord_delivery_duration_seconds',
      help: 'From a message read to its last write; one in sixteen is measured.',
      buckets: bySeconds,
      registers: [registry],
    }),
    commitDuration: fromZero(
      new Histogram({
        name: 'classcord_db_operation_duration_seconds',
        help: 'A batch of writes, from post to durable.',
        labelNames: ['operation'],
        buckets: bySeconds,
        registers: [registry],
      }),
      [{ operation: 'batch' }],
    ),
    batchSize: new Histogram({
      name: 'classcord_db_batch_writes',
      help: 'Writes per batch.',
      buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
      registers: [registry],
    }),
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
