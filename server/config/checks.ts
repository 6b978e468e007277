import type { TextParams } from '../protocol/texts.ts';
import { databaseProblem, isBrokenIPv4, isNetwork, parseHostPort } from './addresses.ts';
import { ConfigProblem, type ProblemName } from './problems.ts';
import type { Config } from './schema.ts';
import { shownValue } from './settings.ts';

/** Where each setting got its value. */
export type Origins = ReadonlyMap<string, string>;

/** The origin of values that nobody has set. */
export const defaultOrigin = 'default';

/** Checks what the form of a single setting cannot say. Throws ConfigProblem with the first that is wrong. */
export function checkConfig(config: Config, origins: Origins): void {
  for (const { key, problem, value, more } of findings(config)) {
    throw new ConfigProblem(origins.get(key) ?? key, problem, { key, value: shownValue(key, value), ...more });
  }
  checkOrder(config.limits, ['line_bytes_unnamed', 'line_bytes'], origins);
  checkOrder(config.limits, ['outbox_pause_bytes', 'outbox_soft_bytes', 'outbox_bytes', 'outbox_total_bytes'], origins);
}

interface Finding {
  readonly key: string;
  readonly problem: ProblemName;
  readonly value: unknown;
  readonly more?: TextParams;
}

function* findings({ server, tls, gateway, storage, metrics, limits, alerts }: Config): Iterable<Finding> {
  if (server.data === '') yield { key: 'server.data', problem: 'no_folder', value: '' };
  if (server.listen.length === 0) yield { key: 'server.listen', problem: 'nowhere', value: [] };
  yield* addressFindings('server.listen', server.listen);
  yield* addressFindings('server.tls_listen', server.tls_listen);
  yield* certificateFindings(server, tls);
  if (server.health_listen !== '') yield* addressFindings('server.health_listen', [server.health_listen]);
  if (gateway.listen !== '') yield* addressFindings('gateway.listen', [gateway.listen]);
  yield* networkFindings('gateway.trusted_proxies', gateway.trusted_proxies);

  const bytes = Buffer.byteLength(gateway.jwt_secret);
  if (bytes > 0 && bytes < 32) yield { key: 'gateway.jwt_secret', problem: 'secret_short', value: '', more: { bytes } };
  const problem = databaseProblem(storage.url);
  if (problem !== null) yield { key: 'storage.url', problem, value: storage.url };

  const isWeb = URL.canParse(alerts.webhook) && /^https?:/i.test(alerts.webhook);
  if (alerts.webhook !== '' && !isWeb) yield { key: 'alerts.webhook', problem: 'web_address', value: '' };
  yield* networkFindings('metrics.allow', metrics.allow);
  yield* networkFindings('limits.shared_addresses', Object.keys(limits.shared_addresses));
}

/** A certificate has two files, and whoever wants encryption has a certificate. */
function* certificateFindings(server: Config['server'], { cert, key }: Config['tls']): Iterable<Finding> {
  if (cert !== '' && key === '') yield { key: 'tls.cert', problem: 'other_missing', value: cert, more: { other: 'tls.key' } };
  if (key !== '' && cert === '') yield { key: 'tls.key', problem: 'other_missing', value: key, more: { other: 'tls.cert' } };
  if (cert !== '') return;
  if (server.tls_listen.length > 0) yield { key: 'server.tls_listen', problem: 'no_certificate', value: server.tls_listen };
  if (server.require_tls) yield { key: 'server.require_tls', problem: 'no_certificate', value: true };
}

function addressFindings(key: string, addresses: readonly string[]): Finding[] {
  return addresses.flatMap((value): Finding[] => {
    const place = parseHostPort(value);
    if (place === null) return [{ key, problem: 'host_port', value }];
    return isBrokenIPv4(place) ? [{ key, problem: 'no_ipv4', value, more: { host: place.host } }] : [];
  });
}

function networkFindings(key: string, networks: readonly string[]): Finding[] {
  return networks.filter((text) => !isNetwork(text)).map((value) => ({ key, problem: 'network', value }));
}

type Limit = 'line_bytes_unnamed' | 'line_bytes' | 'outbox_pause_bytes' | 'outbox_soft_bytes' | 'outbox_bytes' | 'outbox_total_bytes';

/** Each of these limits is at most the next one. Blames the one that somebody has set. */
function checkOrder(limits: Readonly<Record<Limit, number>>, names: readonly Limit[], origins: Origins): void {
  for (const [index, upper] of names.slice(1).entries()) {
    const lower = names[index] ?? upper;
    if (limits[lower] <= limits[upper]) continue;
    const isLowerToBlame = origins.get(`limits.${lower}`) !== defaultOrigin;
    const [blamed, other] = isLowerToBlame ? [lower, upper] : [upper, lower];
    throw new ConfigProblem(origins.get(`limits.${blamed}`) ?? blamed, isLowerToBlame ? 'above' : 'below', {
      key: `limits.${blamed}`,
      value: limits[blamed],
      other: `limits.${other}`,
      otherValue: limits[other],
      otherOrigin: origins.get(`limits.${other}`) ?? '',
    });
  }
}
