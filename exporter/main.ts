import { systemClock } from '../server/base/clock.ts';
import { exitCodes } from '../server/base/exit-codes.ts';
import type { Log } from '../server/base/log.ts';
import type { Lang } from '../server/protocol/texts.ts';
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
  /** Of what is told when it cannot start. */
  readonly lang: Lang;
  readonly log: Log;
}

/** A scrape is answered within that time, whatever the disk does. */
const budgetMs = 2000;

/** `classcord exporter`: answers scrapes until a signal ends it. Returns the exit code; rejects with CommandError when it cannot listen. */
export async function exporterCommand({ listen, file, staleMs, version, lang, log }: ExporterOptions): Promise<number> {
  const end = endSignal();
  const reader = new Reader(file, budgetMs);
  try {
    const collector = new Collector({
      reader,
      staleMs,
      version,
      now: systemClock.now,
      onChange: (down) => (down === null ? log.info('exporter.up', {}) : log.warn('exporter.down', { ...down })),
    });
    const http = await listenHttp({ ...listen, lang }, collector);
    log.info('exporter.listen', { address: http.address, database: file, pid: process.pid });
    log.info('exporter.stop', { signal: await end.signal });
    await http.close();
    return exitCodes.ok.code;
  } finally {
    end.forget();
    reader.close();
  }
}

/** The signal that asks it to end, from now on. */
function endSignal(): { readonly signal: Promise<string>; readonly forget: () => void } {
  let tell: (signal: string) => void = () => undefined;
  const signal = new Promise<string>((resolve) => {
    tell = resolve;
  });
  process.on('SIGTERM', tell).on('SIGINT', tell);
  return { signal, forget: () => void process.off('SIGTERM', tell).off('SIGINT', tell) };
}
