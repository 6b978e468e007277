import { CommandError } from '../../server/base/exit-codes.ts';
import { createLog, type Log } from '../../server/base/log.ts';
import { databasePath, type HostPort, parseHostPort } from '../../server/config/addresses.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { type NounContext, wantsColor } from './context.ts';

/** The flags of `classcord exporter`. */
export interface ExporterFlags {
  readonly listen: string;
  readonly data?: string;
  readonly config?: string;
  readonly staleAfter: string;
}

/** What the exporter is told. */
export interface ExporterRun {
  readonly listen: HostPort;
  readonly file: string;
  readonly staleMs: number;
  readonly version: string;
  readonly lang: Lang;
  readonly log: Log;
}

/** Reads the flags and the server's configuration, and runs the exporter until it ends. */
export async function startExporter(
  { listen, staleAfter, ...options }: ExporterFlags,
  context: NounContext,
  run: (options: ExporterRun) => Promise<number>,
): Promise<void> {
  const { lang, env, cwd, stdout, version } = context;
  const place = parseHostPort(listen);
  if (place === null) throw new CommandError('usage', texts.listen[lang].replace('{value}', listen));
  const seconds = Number(staleAfter);
  if (!(seconds >= 0.1 && seconds < 1e6)) throw new CommandError('usage', texts.staleAfter[lang].replace('{value}', staleAfter));
  const { config } = loadConfig({ options: { ...options, lang }, env, cwd });
  context.takeOver();
  const isTerminal = stdout.isTTY === true;
  // A log file is the server's: two processes would turn it over under each other.
  const log = createLog({ ...config.log, file: '', service: 'classcord-exporter', isTerminal, hasColor: wantsColor(stdout, env) });
  try {
    context.finish(await run({ listen: place, file: databasePath(config), staleMs: seconds * 1000, version, lang, log }));
  } finally {
    await log.close();
  }
}

const texts = {
  listen: {
    en: '--listen {value} must be HOST:PORT, for example 127.0.0.1:9091 or [::1]:9091',
    fr: '--listen {value} doit être HÔTE:PORT, par exemple 127.0.0.1:9091 ou [::1]:9091',
  },
  staleAfter: {
    en: '--stale-after {value} must be a number of seconds of at least 0.1',
    fr: '--stale-after {value} doit être un nombre de secondes d’au moins 0.1',
  },
} as const;
