import { statfs } from 'node:fs/promises';
import { Alerts } from './base/alerts.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Metrics } from './base/metrics.ts';
import { Webhook } from './base/webhook.ts';
import type { Config } from './config/schema.ts';

/** Watches for what somebody should look at, and posts it to the webhook where there is one. */
export function startAlerts(
  { alerts, server, storage }: Config,
  { clock, log, metrics }: { clock: Clock; log: Log; metrics: Metrics },
): Pick<Alerts, 'note' | 'close'> {
  const webhook = alerts.webhook === '' ? null : openWebhook(alerts.webhook, { clock, log, metrics });
  const watched = new Alerts({
    clock,
    log,
    raised: metrics.alerts,
    node: server.node,
    thresholds: {
      brute_force: alerts.login_failures_per_minute,
      flood: alerts.flood_per_minute,
      store: alerts.store_errors_per_minute,
      disconnects: alerts.disconnects_per_minute,
    },
    quietMs: alerts.quiet_s * 1000,
    diskFloorBytes: storage.disk_floor_bytes,
    async freeBytes() {
      const { bavail, bsize } = await statfs(server.data);
      return bavail * bsize;
    },
    send: (notice) => webhook?.send(notice),
  });
  metrics.watch('classcord_alert_active', 'Alerts under way, by kind: 1 or 0.', 'kind', () => watched.active());
  return {
    note: (kind, isGrave) => watched.note(kind, isGrave),
    close() {
      watched.close();
      webhook?.close();
    },
  };
}

/** Its address may hold a secret: it is never logged. */
function openWebhook(url: string, { clock, log, metrics }: { clock: Clock; log: Log; metrics: Metrics }): Webhook {
  return new Webhook({
    url,
    clock,
    onOutcome(outcome, error) {
      metrics.webhook.add(outcome);
      if (outcome !== 'sent') log.warn('alert.webhook', { outcome: 'failure', reason: outcome, ...(error === null ? {} : { error }) });
    },
  });
}
