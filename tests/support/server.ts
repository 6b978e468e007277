import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type App, startApp } from '../../server/app.ts';
import { makeDataFolder } from '../../server/app-parts.ts';
import { type Clock, systemClock } from '../../server/base/clock.ts';
import { createLog } from '../../server/base/log.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { memoryStream } from './memory-stream.ts';

export interface TestServer {
  readonly port: number;
  readonly folder: string;
  readonly app: App;
  /** Everything logged so far, as JSON lines. */
  readonly log: () => string;
  stop(): Promise<void>;
}

export interface ServerOverrides {
  /** `section.key=value`, as `--set` takes them. */
  readonly set?: readonly string[];
  /** An existing data folder; by default a new one, removed at the end. */
  readonly folder?: string;
  readonly clock?: Clock;
  readonly lang?: Lang;
  readonly onLost?: (error: Error) => void;
  /** Tests of limits see the shipped numbers; the others shall not meet them. */
  readonly hasShippedRates?: boolean;
}

/** Wide enough that a test meets a limit only if it sets it. */
const wideRates = ['limits.messages.burst=100000', 'limits.messages_guest.burst=100000', 'limits.messages_per_address.burst=100000'];

/** Many servers run at once: a port for health or a gateway is for those who ask for one (`gateway.listen=127.0.0.1:0`). */
const oneDoor = ['server.health_listen=', 'gateway.listen='];

/** The real server of `app.ts` on a free loopback port and a real database; stopped when the test ends. */
export async function startServer(t: TestContext, overrides: ServerOverrides = {}): Promise<TestServer> {
  const folder = overrides.folder ?? mkdtempSync(join(tmpdir(), 'classcord-test-'));
  const set = [...oneDoor, ...(overrides.hasShippedRates === true ? [] : wideRates), ...(overrides.set ?? [])];
  const { config } = loadConfig({ options: { listen: ['127.0.0.1:0'], data: folder, set }, env: {}, cwd: folder });
  makeDataFolder(folder, 'en');
  const stream = memoryStream();
  const log = createLog({ format: 'json', level: 'debug', file: '', isTerminal: false, stream });
  const { clock = systemClock, lang = 'en', onLost = () => undefined } = overrides;
  const app = await startApp({ config, log, clock, lang, version: '0.0.0-test', onLost, onSpent: () => undefined });
  let stopped: Promise<void> | null = null;
  const stop = () => {
    stopped ??= app.stop().then(() => log.close());
    return stopped;
  };
  t.after(async () => {
    await stop();
    if (overrides.folder === undefined) rmSync(folder, { recursive: true, force: true });
  });
  const port = Number(app.addresses[0]?.split(':').at(-1));
  return { port, folder, app, log: () => stream.text(), stop };
}
