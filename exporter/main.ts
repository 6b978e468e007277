import { once } from 'node:events';
import { systemClock } from '../server/base/clock.ts';
import { exitCodes } from '../server/base/exit-codes.ts';
import type { Log } from '../server/base/log.ts';
import { Collector } from './collector.ts';
import { listenHttp } from './http.ts';
import { Reader } from './reader.ts';

export interface ExporterOptions {
  readonly listen: { readonly host: string; readonly port: number };
  /** The database of the server. */
  readonly file: string;
  /** A server whose newest snapshot is older than that is not up. */
  readonly staleMs: number;
  readonly version: string;
  readonly log: Log;
}

/** A scrape is answered within that time, whatever the disk does. */
const budgetMs = 2000;

/** `classcord exporter`: answers scrapes until a signal ends it. Returns the exit code; rejects with CommandError when it cannot listen. */
export async function exporterCommand({ listen, file, staleMs, version, log }: ExporterOptions): Promise<number> {
  const reader = new Reader(file, budgetMs);
  const collector = new Collector({
    reader,
    staleMs,
    version,
    now: systemClock.now,
    onChange: (down) => (down === null ? log.info('exporter.up', {}) : log.warn('exporter.down', { ...down })),
  });
  const http = await listenHttp(listen, collector);
  log.info('exporter.listen', { address: http.address, database: file, pid: process.pid });
  const [signal] = await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  log.info('exporter.stop', { signal: String(signal) });
  await http.close();
  reader.close();
  return exitCodes.ok.code;
}
