import { lookup } from 'node:dns/promises';
import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { type AddressInfo, isIP, type Server } from 'node:net';
import { rateOf } from './app-limits.ts';
import type { Clock } from './base/clock.ts';
import { CommandError } from './base/exit-codes.ts';
import { type FigureName, figureInstruments } from './base/figures.ts';
import type { Log } from './base/log.ts';
import { makeFolder, TakesNoFolders } from './base/make-folder.ts';
import type { Telemetry } from './base/telemetry.ts';
import { databasePath, parseHostPort } from './config/addresses.ts';
import type { Config } from './config/schema.ts';
import type { Presence } from './domain/presence.ts';
import type { Served } from './house.ts';
import { type Lang, text } from './protocol/texts.ts';
import type { Keepalive } from './session/keepalive.ts';
import type { MemoryRoster } from './session/roster.ts';
import type { Health } from './store/health.ts';
import { openStore } from './store/open.ts';
import type { Channel, Store } from './store/store.ts';
import { AddressBook } from './transport/address-book.ts';
import { Admission } from './transport/admission.ts';
import { listenOps, type OpsHttp } from './transport/ops-http.ts';
import { listenTcp, type TcpOptions } from './transport/tcp.ts';

/** What an app is made of. */
export interface AppParts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly lang: Lang;
  readonly version: string;
  /** The store is lost for good; the process must end (exit 70). */
  readonly onLost: (error: Error) => void;
  /** Memory is spent; the process must end (exit 75). */
  readonly onSpent: () => void;
}

/** The store that the settings name, its events counted and logged. */
export function openAppStore(
  { config, lang, onLost }: { config: Config; lang: Lang; onLost: (error: Error) => void },
  telemetry: Telemetry,
): Promise<Store> {
  const { limits, storage } = config;
  const options = {
    file: databasePath(config),
    synchronous: storage.synchronous,
    busyTimeoutMs: storage.busy_timeout_s * 1000,
    queue: { writes: limits.write_queue, bytes: limits.write_queue_bytes },
    lang,
  };
  return openStore(options, {
    onBatch: telemetry.batchStored,
    onStorageError: telemetry.storageRefused,
    onBusy: telemetry.databaseBusy,
    onChoreError: (chore, error) => telemetry.fault(error, chore),
    onWriteError: (name, error) => telemetry.fault(error, `write ${name}`),
    onLost,
  });
}

/** The channel where everybody is. */
export async function homeOf(store: Store, lang: Lang): Promise<Channel> {
  const home = await store.channels.find('general');
  if (home === null) throw new CommandError('damaged', text(lang, 'no_default_channel'));
  return home;
}

/** Looks names of hosts up before anything is opened or made: one that does not exist is a wrong setting (exit 78). */
export async function checkHosts(addresses: readonly string[], lang: Lang): Promise<void> {
  for (const address of addresses) {
    const host = parseHostPort(address)?.host ?? '';
    try {
      if (isIP(host) === 0) await lookup(host);
    } catch (cause) {
      const { code: why = String(cause) } = cause as NodeJS.ErrnoException;
      throw new CommandError('config', text(lang, 'host_unknown', { address, host, why }), { cause });
    }
  }
}

/** Listens on every address. A missing IPv6 is a warning as long as another address works; anything else is exit 77. */
export async function listenAll(
  addresses: readonly string[],
  { log, lang }: { log: Log; lang: Lang },
  options: TcpOptions,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const address of addresses) {
    const place = parseHostPort(address);
    if (place === null) throw new CommandError('config', `“${address}” is not HOST:PORT.`);
    try {
      servers.push(await listenTcp(place, options));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? '';
      if (['EAFNOSUPPORT', 'EADDRNOTAVAIL'].includes(code) && place.host.includes(':') && servers.length > 0) {
        log.warn('server.no_ipv6', { address, code });
        continue;
      }
      for (const server of servers) server.close();
      const reason = text(lang, code === 'EADDRINUSE' ? 'port_taken' : 'port_refused', { address, why: code });
      throw new CommandError('port', reason, { cause: error });
    }
  }
  return servers;
}

/** Listens for questions of health, if the settings want it. A server that talks matters more than its probe: no address is a warning. */
export async function listenHealth(address: string, health: Health, { log, lang }: { log: Log; lang: Lang }): Promise<OpsHttp | null> {
  const place = parseHostPort(address);
  if (place === null) return null;
  try {
    const http = await listenOps(place, () => health.report());
    log.info('health.listen', { address: http.address });
    return http;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    log.warn('health.unavailable', { address, code }, text(lang, 'health_unavailable', { address, why: code }));
    return null;
  }
}

export function addressOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}

export const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** What the process opens for itself: threads, database, log, a check or a scrape under way. */
const ownDescriptors = 64;

/** Connections that the process may open: the application's own bound must bite before the kernel's. At most four fifths of what there is. */
export function descriptorLimit(): number {
  try {
    const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.POSITIVE_INFINITY);
    return Math.max(1, Math.min(Math.floor(limit * 0.8), limit - ownDescriptors));
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** Who is let in at the door, by address and in all. */
export function openAdmission(limits: Config['limits']): Admission {
  const book = new AddressBook({
    newConnections: rateOf(limits.new_connections),
    messages: rateOf(limits.messages_per_address),
    sharedNetworks: limits.shared_addresses,
    most: limits.addresses,
  });
  return new Admission(
    {
      connections: Math.min(limits.connections, descriptorLimit()),
      perAddress: limits.connections_per_address,
      unnamed: limits.connections_unnamed,
    },
    book,
  );
}

/** Makes the data folder, for its owner alone. */
export function makeDataFolder(folder: string, lang: Lang): void {
  try {
    makeFolder(folder, 0o700);
    if (isNeverUsed(folder)) chmodSync(folder, 0o700);
  } catch (cause) {
    if (cause instanceof TakesNoFolders)
      throw new CommandError('config', text(lang, 'data_nowhere', { folder, parent: cause.parent }), { cause });
    throw new CommandError('config', text(lang, 'data_not_made', { folder, why: (cause as Error).message }), { cause });
  }
}

/** Our own, open to everybody, and nothing in it yet: `data/` of a fresh clone. What is open to a group alone was meant to be. */
function isNeverUsed(folder: string): boolean {
  const { mode, uid } = statSync(folder);
  return uid === process.geteuid?.() && (mode & 0o007) !== 0 && readdirSync(folder).every((name) => name === 'README.md');
}

/** What a scrape reads instead of being told. */
export function watchGauges({
  telemetry,
  admission,
  served,
  roster,
  presence,
  keepalive,
  store,
  limit,
}: {
  telemetry: Telemetry;
  admission: Admission;
  served: ReadonlySet<Served>;
  roster: MemoryRoster;
  presence: Presence;
  keepalive: Keepalive;
  store: Store;
  limit: number;
}): void {
  const { watch } = telemetry.metrics;
  watch('classcord_connections', 'Open connections.', 'transport', () => {
    const open = { tcp: 0, tls: 0, ws: 0 };
    for (const { session } of served) open[session.connection.transport] += 1;
    return open;
  });
  watch('classcord_connections_limit', 'Connections allowed.', null, () => ({ all: limit }));
  watch('classcord_connections_unnamed', 'Connections without a name.', null, () => ({ all: admission.unnamed }));
  watch('classcord_users_present', 'People who are here, by how they are.', 'state', () => presence.counts());
  watch('classcord_sessions_authenticated', 'Sessions with a name, by kind.', 'kind', () => {
    const sessions = { user: 0, guest: 0 };
    for (const { person, sessions: own } of roster.all()) sessions[person.accountId === null ? 'guest' : 'user'] += own.size;
    return sessions;
  });
  watch('classcord_send_queue_bytes', 'Output that clients have not read, at the last sweep.', null, () => ({
    all: keepalive.queuedBytes,
  }));
  watch('classcord_db_queued_writes', 'Writes on their way to the disk.', null, () => ({ all: store.queued }));
  watchFigures(telemetry, store);
}

/** Figures of the database: read once for all that are asked in one look, and missing when they cannot be read. */
function watchFigures({ metrics }: Telemetry, store: Store): void {
  let last: ReturnType<typeof read> | null = null;
  const read = () => {
    try {
      return store.metrics.figures();
    } catch {
      return null;
    }
  };
  for (const [name, { help, label }] of Object.entries(figureInstruments)) {
    metrics.watch(name, help, label, () => {
      if (last === null) {
        last = read();
        queueMicrotask(() => {
          last = null;
        });
      }
      return last?.[name as FigureName] ?? {};
    });
  }
}
