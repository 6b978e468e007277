import type { Lang } from '../../server/protocol/texts.ts';
import { shownCommands } from './commands.ts';
import { keyName, keyTable, selectKeys, signs } from './keys.ts';
import { usageIn } from './usage.ts';

/** A table of the documentation; what stands first in a row is typed as it is there. */
export interface DocTable {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly [typed: string, ...others: string[]])[];
}

/** The keys, signs and commands of the client as the pages about it show them. */
export const docTables = {
  keys: (lang: Lang): DocTable => ({
    heads: lang === 'fr' ? ['action', 'touches', 'ce qu’elles font'] : ['action', 'keys', 'what it does'],
    rows: Object.entries(keyTable).map(([action, { keys, doc }]) => [action, keys.map((key) => keyName(key, lang)).join(', '), doc[lang]]),
  }),
  'select-keys': (lang: Lang): DocTable => ({
    heads: lang === 'fr' ? ['touche', 'ce qu’elle fait'] : ['key', 'what it does'],
    rows: Object.entries(selectKeys).map(([key, { doc }]) => [key, doc[lang]]),
  }),
  signs: (lang: Lang): DocTable => ({
    heads: lang === 'fr' ? ['signe', 'ce qu’il dit'] : ['sign', 'what it means'],
    rows: signs.map(([sign, doc]) => [sign, doc[lang]]),
  }),
  commands: (lang: Lang): DocTable => ({
    heads: lang === 'fr' ? ['commande', 'ce qu’elle fait'] : ['command', 'what it does'],
    rows: shownCommands.map(([name, { usage, doc }]) => [usageIn(lang, name, usage), doc[lang]]),
  }),
};
