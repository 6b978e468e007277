import { createRequire } from 'node:module';
import { type App, startApp } from './app.ts';
import { checkHosts, makeDataFolder } from './app-parts.ts';
import { boundedLog } from './base/bounded-log.ts';
import { systemClock } from './base/clock.ts';
import { CommandError, exitCodes } from './base/exit-codes.ts';
import { createLog, type Log } from './base/log.ts';
import { serviceManager } from './base/service-manager.ts';
import { watchLoop } from './base/watchdog.ts';
import { checkUnsealed } from './checking.ts';
import { databasePath } from './config/addresses.ts';
import { type LoadedConfig, loadConfig, type ServeOptions } from './config/load.ts';
import { localeLang } from './config/locale.ts';
import { checkArgon2 } from './passwords/argon2.ts';
import { type Lang, text } from './protocol/texts.ts';
import { type DataLock, lockData } from './store/data-lock.ts';
import { checkSqlite } from './store/open.ts';
import { seal } from './store/seal.ts';

const reportMs = 5 * 60 * 1000;
/** Lines of one event in a second; further ones are counted. */
const linesPerSecond = 100;

/** `classcord serve`: runs until a signal ends it. Returns the exit code; rejects with CommandError when it cannot start. */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const loaded = loadConfig({ options, env: process.env, cwd: process.cwd() });
  const { config } = loaded;
  const lang = config.i18n.default === 'auto' ? (options.lang ?? localeLang(process.env)) : config.i18n.default;
  checkSqlite(lang);
  await checkArgon2(lang);
  await checkHosts([...config.server.listen, ...config.server.tls_listen], lang);
  makeDataFolder(config.server.data, lang);
  const lock = lockData(config.server.data, lang);
  const isTerminal = process.stdout.isTTY === true;
  const log = boundedLog(
    createLog({ ...config.log, lang, isTerminal, hasColor: isTerminal && !process.env['NO_COLOR'] }),
    systemClock,
    linesPerSecond,
  );
  try {
    return await run(loaded, { lang, lock, log });
  } finally {
    await log.close();
    lock.release();
  }
}

async function run({ config, notes }: LoadedConfig, { lang, lock, log }: { lang: Lang; lock: DataLock; log: Log }): Promise<number> {
  const { exit, end } = ending();
  for (const note of notes) log.warn('config.note', {}, note);
  const onLost = (error: Error) => {
    log.error('store.lost', { error: error.message });
    end('software');
  };
  let hurry: () => void = () => undefined;
  const signals = onSignals(log, () => hurry(), end);
  const file = databasePath(config);
  const waitMs = config.storage.check_wait_s * 1000;
  const stopCheck = await checkUnsealed({ file, lock, log, lang, waitMs, ended: exit, onDamage: () => end('damaged') });
  const app = await startApp({
    config,
    log,
    clock: systemClock,
    lang,
    version: packageVersion(lang),
    onLost,
    onSpent: () => end('temporary'),
  });
  hurry = () => app.hurry();
  // Without a certificate it means what it always does: the terminal is gone.
  if (config.tls.cert !== '') process.on('SIGHUP', app.reload);
  log.info(
    'server.listen',
    { addresses: app.addresses.join(' '), data: config.server.data, pid: process.pid },
    welcome(app, config.server.data, lang),
  );
  const manager = serviceManager({ env: process.env, clock: systemClock, onError: (error) => log.warn('server.notify', { error }) });
  manager.ready(`Listening on ${app.addresses.join(', ')}`);
  const stopWatchdog = watchLoop(({ stack }) => log.error('loop.standstill', { stack: stack.join(' < ') }));
  const stopReports = systemClock.every(reportMs, () => report(app, log));
  watchFaults(log, end);

  const exitName = await exit;
  manager.stopping();
  stopReports();
  stopWatchdog();
  stopCheck();
  await app.stop();
  process.off('SIGHUP', app.reload);
  if (!lock.isCheckDue) seal(file);
  signals.stop();
  report(app, log);
  log.info('server.stop', {});
  return exitCodes[exitName].code;
}

type ExitName = keyof typeof exitCodes;

/** The one place where it is decided that the server ends; the first reason counts. */
function ending(): { exit: Promise<ExitName>; end: (exit: ExitName) => void } {
  let end: (exit: ExitName) => void = () => undefined;
  const exit = new Promise<ExitName>((resolve) => {
    end = resolve;
  });
  return { exit, end };
}

/** A first signal stops in good order, a second one cuts it short. Listened for before the first connection can come. */
function onSignals(log: Log, hurry: () => void, end: (exit: ExitName) => void): { stop: () => void } {
  let count = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    count += 1;
    log.info('server.signal', { signal });
    if (count > 1) hurry();
    else end('ok');
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
  return { stop: () => void process.off('SIGTERM', onSignal).off('SIGINT', onSignal) };
}

/** The last resort (ASVS 16.5.4): what was thrown past everything is logged; an exception ends the process in good order, exit 70. */
function watchFaults(log: Log, end: (exit: ExitName) => void): void {
  process.on('unhandledRejection', (reason) =>
    log.error('fault', { where: 'promise', error: reason instanceof Error ? reason : String(reason) }),
  );
  process.on('uncaughtException', (error) => {
    log.error('fault', { where: 'process', error });
    end('software');
  });
}

/** Every five minutes one line for whoever reads the log. */
function report(app: App, log: Log): void {
  const { connections, messages } = app.telemetry.totals;
  log.info('server.report', {
    active_connections: app.house.admission.connections,
    total_connections: connections,
    total_messages: messages,
    uptime_minutes: Math.floor(process.uptime() / 60),
  });
}

function welcome(app: App, data: string, lang: Lang): string {
  const port = app.addresses[0]?.split(':').at(-1) ?? '';
  return text(lang, 'welcome', { addresses: app.addresses.join(', '), data, port });
}

function packageVersion(lang: Lang): string {
  const require = createRequire(import.meta.url);
  for (const path of ['../package.json', '../../package.json']) {
    try {
      return (require(path) as { version: string }).version;
    } catch {
      // Sources lie one folder below package.json, compiled files two.
    }
  }
  throw new CommandError('software', text(lang, 'no_package'));
}
