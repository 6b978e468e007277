import { connect } from 'node:net';
import { CommandError, exitCodes } from '../../server/base/exit-codes.ts';
import { visible } from '../../server/base/log-format.ts';
import { databasePath } from '../../server/config/addresses.ts';
import { type LoadedConfig, loadConfig, type ServeOptions } from '../../server/config/load.ts';
import { checkArgon2 } from '../../server/passwords/argon2.ts';
import { checkSqlite } from '../../server/store/open.ts';
import { shortened } from '../../server/transport/control-socket.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';
import { type Check, type CheckContext, type Finding, failure, ok, type World } from './check.ts';
import * as folder from './folder.ts';
import * as machine from './machine.ts';
import * as network from './network.ts';
import { certificate } from './tls.ts';

/** Everything that is looked at, in this order; without a configuration only what needs none. */
export const checks = {
  node: machine.node,
  native_modules: machine.nativeModules,
  data_folder: folder.dataFolder,
  secrets: folder.secrets,
  disk: machine.disk,
  write_ahead_log: folder.writeAheadLog,
  database: folder.database,
  last_stop: folder.lastStop,
  certificate,
  clock: machine.clock,
  file_descriptors: machine.fileDescriptors,
  log_file: folder.logFile,
  automod_rules: folder.automodRules,
  ports: network.ports,
  health: network.health,
} as const satisfies Readonly<Record<string, Check>>;
const withoutConfig = ['node', 'native_modules'] as const;

const realWorld: World = {
  nodeVersion: process.version,
  now: () => Date.now(),
  async loadNative() {
    const sqlite = checkSqlite();
    await checkArgon2();
    return `SQLite ${sqlite}, argon2`;
  },
};

type Named = Finding & { readonly name: string };

/** Looks at everything, tells what it found with the fix of each, and changes nothing. Exit 0, 3 with warnings only, 1 when a server would fail. */
export async function runDoctor(
  options: ServeOptions & { readonly json?: boolean },
  context: NounContext,
  world = realWorld,
): Promise<void> {
  const { json = false, ...flags } = options;
  const { lang, stdout } = context;
  const findings = await examine(flags, context, world);
  const count = (state: Finding['state']) => findings.filter((finding) => finding.state === state).length;
  if (json) {
    const told = findings.map(({ name, state, detail, fix }) => ({
      name,
      state,
      detail,
      ...(fix === undefined ? {} : { fix: fix[lang] }),
    }));
    stdout.write(`${JSON.stringify({ checks: told, warnings: count('warning'), failures: count('failure') })}\n`);
  } else {
    for (const finding of findings) stdout.write(lineOf(finding, lang));
    const tally = texts.tally[lang].replace('{failures}', String(count('failure'))).replace('{warnings}', String(count('warning')));
    stdout.write(`${findings.some(({ state }) => state !== 'ok') ? tally : texts.well[lang]}\n`);
  }
  if (count('failure') > 0) context.finish(exitCodes.failed.code);
  else if (count('warning') > 0) context.finish(exitCodes.partly.code);
}

async function examine(flags: ServeOptions, { env, cwd, lang }: NounContext, world: World): Promise<readonly Named[]> {
  let loaded: LoadedConfig;
  try {
    loaded = loadConfig({ options: { ...flags, lang }, env, cwd });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const bare = { world, lang } as CheckContext;
    const rest = await Promise.all(withoutConfig.map(async (name) => ({ name, ...(await checks[name](bare)) })));
    return [...rest, { name: 'config', ...failure(error.message, texts.mend) }];
  }
  const { config, file } = loaded;
  const context = { config, world, file: databasePath(config), isRunning: await answers(config.server.data), lang };
  const found: Named[] = [{ name: 'config', ...ok(file ?? 'defaults') }];
  for (const [name, check] of Object.entries<Check>(checks)) found.push({ name, ...(await safely(check, context)) });
  return found;
}

/** A check that cannot be done is a finding, and keeps no other from being done. */
async function safely(check: Check, context: CheckContext): Promise<Finding> {
  try {
    return await check(context);
  } catch (error) {
    return failure((error as Error).message, texts.unknown);
  }
}

/** Whether a server answers on the control socket of a folder. */
function answers(data: string): Promise<boolean> {
  let place: ReturnType<typeof shortened>;
  try {
    place = shortened(data);
  } catch {
    return Promise.resolve(false);
  }
  return new Promise<boolean>((resolve) => {
    const socket = connect(place.path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  }).finally(() => place.close());
}

function lineOf({ name, state, detail, fix }: Named, lang: NounContext['lang']): string {
  const line = `${words[state][lang].padEnd(7)}  ${name.padEnd(16)}  ${visible(detail)}`;
  return fix === undefined ? `${line}\n` : `${line}\n${' '.repeat(9)}→ ${visible(fix[lang])}\n`;
}

const words = {
  ok: { en: 'ok', fr: 'ok' },
  warning: { en: 'warning', fr: 'alerte' },
  failure: { en: 'FAILURE', fr: 'DÉFAUT' },
} as const;

const texts = {
  well: { en: 'All is well.', fr: 'Tout va bien.' },
  tally: { en: '{failures} failures, {warnings} warnings.', fr: '{failures} défauts, {warnings} alertes.' },
  mend: { en: 'Mend this line, then: classcord config check', fr: 'Corrigez cette ligne, puis : classcord config check' },
  unknown: { en: 'Look with DEBUG=1, and report it with this line.', fr: 'Regardez avec DEBUG=1, et signalez-le avec cette ligne.' },
} as const satisfies Record<string, Bilingual>;
