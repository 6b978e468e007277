import { openAccounts, openKeyLogins, openWebLogins } from './app-accounts.ts';
import { startAlerts } from './app-alerts.ts';
import { startAutomod } from './app-automod.ts';
import { startChores } from './app-chores.ts';
import { openingDialects } from './app-dialects.ts';
import { openGateway } from './app-gateway.ts';
import { channelLimits, keepaliveLimits, pageSizes, serveLimits } from './app-limits.ts';
import { listenChat } from './app-listen.ts';
import { watchMemory } from './app-memory.ts';
import { moderationBase, serverFacts, watchModeration } from './app-moderation.ts';
import {
  type AppParts,
  addressOf,
  descriptorLimit,
  homeOf,
  listenHealth,
  openAdmission,
  openAppStore,
  portOf,
  watchGauges,
} from './app-parts.ts';
import { startTls } from './app-tls.ts';
import { createMetrics } from './base/metrics.ts';
import { createTelemetry, type Telemetry } from './base/telemetry.ts';
import { memoryBus } from './bus/memory.ts';
import { commandTable } from './commands/table.ts';
import { databasePath } from './config/addresses.ts';
import { auditActions } from './domain/audit.ts';
import { ChannelCare } from './domain/channel-care.ts';
import { Channels } from './domain/channels.ts';
import { Classes } from './domain/classes.ts';
import { followUps } from './domain/follow-ups.ts';
import { Guests } from './domain/guests.ts';
import { History } from './domain/history.ts';
import { Mailbox } from './domain/mailbox.ts';
import { Messages } from './domain/messages.ts';
import { type Moderation, openModeration } from './domain/moderation.ts';
import { Presence } from './domain/presence.ts';
import { Reach } from './domain/reach.ts';
import { Replay } from './domain/replay.ts';
import { SlowMode } from './domain/slow-mode.ts';
import type { House, Served } from './house.ts';
import { listenOperator } from './operator-app.ts';
import { errorCodes } from './protocol/errors.ts';
import { requests } from './protocol/index.ts';
import { defaultChannel } from './protocol/names.ts';
import { Hub } from './session/hub.ts';
import { Keepalive } from './session/keepalive.ts';
import { ResumeBook } from './session/resume-book.ts';
import { MemoryRoster } from './session/roster.ts';
import { Vanished } from './session/vanished.ts';
import { Stopping } from './stopping.ts';
import { Health } from './store/health.ts';
import { networkSet } from './transport/address.ts';
import { closeReasons } from './transport/connection.ts';
import { JsonLines } from './transport/json-lines.ts';
import { Tick } from './transport/outbox.ts';
import { peerKey, unacknowledged } from './transport/unacknowledged.ts';

/** A running server. */
export interface App {
  /** Where it listens, `HOST:PORT`. */
  readonly addresses: readonly string[];
  /** Where its WebSocket gateway listens, or null. */
  readonly gatewayAddress: string | null;
  /** Where its health is asked, or null. */
  readonly healthAddress: string | null;
  readonly telemetry: Telemetry;
  /** For whoever acts from outside a session: the operator, the rules. */
  readonly moderation: Moderation;
  /** Reads the certificate again (SIGHUP). */
  reload(): void;
  /** What its connections work with; a link of another kind is given to `serve` with it. */
  readonly house: House;
  /** Stops in good order: finishes what was received, says goodbye, writes everything to the disk. At most `limits.shutdown_s`. */
  stop(): Promise<void>;
  /** Cuts a stop under way short: nothing more is finished, what was acknowledged is on the disk. */
  hurry(): void;
}

/** Puts the server together: the only place that names concrete stores, buses and transports. */
export async function startApp(parts: AppParts): Promise<App> {
  const { config, log, clock, lang } = parts;
  const { limits } = config;
  const metrics = createMetrics(
    { closeReasons, errorCodes: Object.keys(errorCodes), requests: Object.keys(requests), auditActions },
    parts.version,
  );
  const alerts = startAlerts(config, { clock, log, metrics });
  const telemetry = createTelemetry(log, metrics, alerts);
  const { tls, reload, stop: stopTls } = startTls({ config, clock, lang, telemetry });
  const { node } = config.server;
  const health = new Health({ file: databasePath(config), diskFloorBytes: config.storage.disk_floor_bytes, node, clock });
  const healthHttp = await listenHealth(config.server.health_listen, health, parts);
  const store = await openAppStore(parts, telemetry);
  health.opened(store);
  const tick = new Tick();
  const bus = memoryBus();
  const roster = new MemoryRoster(() => clock.now());
  const hub = new Hub({ bus, roster, tick, onDelivered: telemetry.delivered, behindBytes: limits.outbox_soft_bytes });
  const resumes = new ResumeBook(clock);
  const home = await homeOf(store, lang);

  const base = moderationBase({ config, store, clock, telemetry });
  const { admittance, audit } = base;
  const guests = new Guests({ roster, accounts: store.accountCare, isAllowed: config.auth.guests, admittance });
  const channels = new Channels({ store, bus, clock, onCache: telemetry.cacheAsked, limits: channelLimits(config.channels), admittance });
  await channels.find(defaultChannel);
  const care = new ChannelCare({ store, channels, bus, clock, audit });
  const classes = new Classes({ store, channels, care, clock, audit });
  const reach = new Reach({ store, channels, bus });
  const moderation = await openModeration({ ...base, store, bus, clock, roster, channels, reach, present: () => hub.sessions });
  watchModeration(telemetry, { moderation, active: base.active, clock });
  const mailbox = new Mailbox({ messages: store.messages, bus, roster, clock, onError: (error) => telemetry.fault(error, 'mailbox') });
  const presence = new Presence({
    roster,
    bus,
    clock,
    defaultChannel: home,
    sessionsPerAccount: limits.sessions_per_account,
    freeName: (name) => guests.freeName(name),
  });
  const credentials = openAccounts({ config, store, clock, bus, resumes, admittance, audit });
  const { logins, sessions } = credentials;
  const webLogins = openWebLogins({ config, store, clock, sessions });
  const sizes = pageSizes(limits);
  const history = new History({ store, channels, clock, sizes });
  const { blocks, sanctions } = moderation;
  const { automod, rules, stopAutomod } = startAutomod({ config, clock, lang, telemetry, sanctions, audit, state: store.state });
  const talk = { store, bus, clock, roster, channels, reach, admittance, audit, blocks, automod, contentBytes: limits.content_bytes };
  const messages = new Messages({ ...talk, mailbox, slowMode: new SlowMode(clock) });

  const dialects = openingDialects(config, lang, clock);
  const table = commandTable({
    ...credentials,
    webLogins,
    keyLogins: openKeyLogins({ config, store, clock, logins }),
    channels,
    care,
    classes,
    guests,
    history,
    mailbox,
    messages,
    moderation,
    followUps: followUps({ ...talk, shortcodes: config.channels.shortcodes }),
    presence,
    telemetry,
    rosterChanges: () => roster.changes,
    resume: {
      store,
      admittance,
      bus,
      channels,
      mailbox,
      presence,
      published: hub,
      replay: new Replay({ store, bus, published: hub, pageBytes: sizes.pageBytes }),
      resumes,
      sessions,
    },
    v2: dialects.v2,
    facts: serverFacts(config, parts.version),
    now: () => clock.now(),
  });

  const admission = openAdmission(limits);
  const keepalive = new Keepalive({ limits: keepaliveLimits(limits), clock, isCrowded: () => admission.isCrowded });
  const served = new Set<Served>();
  const house: House = {
    table,
    hub,
    audienceOf: (name) => hub.members(channels.known(name)?.id),
    presence,
    sessions,
    admittance,
    admission,
    keepalive,
    resumes,
    parser: new JsonLines(),
    clock,
    telemetry,
    ...dialects,
    lang,
    needsTls: config.server.require_tls,
    served,
    mayAskMetrics: networkSet(config.metrics.allow),
    metricsText: () => metrics.registry.metrics(),
    limits: serveLimits(limits),
  };
  watchGauges({ telemetry, admission, served, roster, presence, keepalive, store, limit: Math.min(limits.connections, descriptorLimit()) });
  const stopMemory = watchMemory({ config, clock, telemetry, admission, channels, keepalive, onSpent: parts.onSpent });
  const stopChores = startChores({ metrics, store, clock, node, log, telemetry });

  const servers = await listenChat({ config, clock, log, lang, tick, house, tls });
  const ports = new Set(servers.map(portOf));
  const vanished = new Vanished({ clock, keepalive, keyOf: peerKey, read: () => unacknowledged(ports) });
  const gateway = await openGateway(config, {
    log,
    lang,
    house,
    tick,
    web: { accounts: credentials.accounts, tokens: credentials.tokens, webLogins },
    tls,
  });
  const control = await listenOperator(
    { ...credentials, config, store, clock, bus, roster, channels, care, classes, resumes, moderation, rules },
    telemetry,
  );
  const stopping = new Stopping({
    servers: [...servers, ...(gateway === null ? [] : [gateway])],
    served,
    clock,
    mostMs: limits.shutdown_s * 1000,
  });
  return {
    addresses: servers.map(addressOf),
    gatewayAddress: gateway?.address ?? null,
    healthAddress: healthHttp?.address ?? null,
    telemetry,
    moderation,
    house,
    reload,
    hurry: () => stopping.hurry(),
    async stop() {
      health.drain();
      stopTls();
      stopMemory();
      await control?.close();
      await stopping.connections();
      keepalive.stop();
      vanished.stop();
      tick.flush();
      await stopAutomod();
      await credentials.close();
      await stopChores();
      alerts.close();
      await store.close();
      healthHttp?.close();
    },
  };
}
