import { resolve } from 'node:path';
import { BadRules, openRules, rulesPath } from '../../server/automod-file.ts';
import { CommandError } from '../../server/base/exit-codes.ts';
import { databasePath } from '../../server/config/addresses.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { Watch } from '../../server/domain/automod/watch.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { NounContext } from '../cli/context.ts';

/** The flags that say which server is meant. */
export interface PlaceFlags {
  readonly data?: string;
  readonly config?: string;
}

/** Where that server keeps its rules and its database; `rules` null: it never looks. */
export function placesOf({ data, config }: PlaceFlags, { lang, env, cwd }: NounContext): { rules: string | null; database: string } {
  const options = { ...(data === undefined ? {} : { data }), ...(config === undefined ? {} : { config }), lang };
  const loaded = loadConfig({ options, env, cwd }).config;
  const rules = rulesPath(loaded);
  return { rules: rules === null ? null : resolve(cwd, rules), database: resolve(cwd, databasePath(loaded)) };
}

/** The rules of a file, switched on; null: there is no such file. What is wrong with it is a CommandError `config`. */
export function rulesToTry(file: string, lang: Lang): Watch | null {
  try {
    return openRules(file, lang, true);
  } catch (cause) {
    if (cause instanceof BadRules) throw new CommandError('config', cause.message, { cause });
    throw cause;
  }
}

export function noFile(file: string, lang: Lang): CommandError {
  const text =
    lang === 'fr'
      ? `il n’y a pas de fichier ${file} ; pour en créer un : classcord automod init`
      : `there is no file ${file}; make one: classcord automod init`;
  return new CommandError('usage', text);
}
