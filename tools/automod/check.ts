import { resolve } from 'node:path';
import type { NounContext } from '../cli/context.ts';
import { noFile, type PlaceFlags, placesOf, rulesToTry } from './rules-file.ts';

/** Says `ok` and which file it was; what is wrong is thrown. */
export function checkRules(named: string | undefined, flags: PlaceFlags, context: NounContext): void {
  const { lang, cwd, stdout } = context;
  const file = named === undefined ? placesOf(flags, context).rules : resolve(cwd, named);
  if (file === null) {
    stdout.write(
      lang === 'fr' ? 'automod.rules est vide : rien n’est jamais regardé.\n' : 'automod.rules is empty: nothing is ever looked at.\n',
    );
    return;
  }
  if (rulesToTry(file, lang) === null) throw noFile(file, lang);
  stdout.write(`ok (${file})\n`);
}
