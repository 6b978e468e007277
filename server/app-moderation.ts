import { join } from 'node:path';
import type { Clock } from './base/clock.ts';
import { secretFile } from './base/secret-file.ts';
import type { Telemetry } from './base/telemetry.ts';
import type { ServerFacts } from './commands/session.ts';
import type { Config } from './config/schema.ts';
import { ActiveSanctions } from './domain/active-sanctions.ts';
import { Admittance } from './domain/admittance.ts';
import { Audit } from './domain/audit.ts';
import type { Moderation } from './domain/moderation.ts';
import type { Store } from './store/store.ts';
import { networkSet } from './transport/address.ts';

export interface BaseParts {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  /** Counts and logs; without a server nobody listens. */
  readonly telemetry: Pick<Telemetry, 'audited' | 'sanctioned'>;
}

/** What others lean on before moderation itself can be put together: who is held back, who may come in, the audit. */
export function moderationBase({ config, store, clock, telemetry }: BaseParts) {
  const active = new ActiveSanctions(networkSet);
  const cloakKey = secretFile(join(config.server.data, 'cloak.key'));
  const admittance = new Admittance({ active, clock, cloakKey });
  const audit = new Audit({ store, clock, onAct: telemetry.audited });
  return { active, admittance, audit, networkSet, onSanction: telemetry.sanctioned };
}

/** What a scrape reads of it. */
export function watchModeration(
  { metrics }: Telemetry,
  { moderation, active, clock }: { moderation: Moderation; active: ActiveSanctions; clock: Clock },
): void {
  const { watch } = metrics;
  watch('classcord_sanctions_active', 'Sanctions in force, by kind.', 'action', () => {
    const { warn, ...counts } = active.counts(clock.now());
    return counts;
  });
  watch('classcord_reports_open', 'Reports that nobody has closed.', null, () => ({ all: moderation.reports.openCount }));
  watch('classcord_moderation_level', 'Emergency level: 5 open, 1 staff only.', null, () => ({ all: moderation.emergency.level }));
}

/** What `hello` tells about this server. */
export function serverFacts({ limits, server }: Config, version: string): ServerFacts {
  return {
    server: `classcord/${version}`,
    node: server.node,
    lineBytes: limits.line_bytes,
    contentBytes: limits.content_bytes || limits.line_bytes,
    messagesPerMinute: Math.round(limits.messages.per_second * 60),
    pingSeconds: limits.ping_s,
  };
}
