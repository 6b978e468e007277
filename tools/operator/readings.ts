import { existsSync, writeFileSync } from 'node:fs';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';
import type { SlipsPage } from './slips.ts';

/** What a verb needs that does not fit on the command line, and what becomes of what it answers beside being shown. */
export interface Reading {
  readonly options: readonly { readonly flags: string; readonly doc: Bilingual }[];
  /** Adds what is read to the fields that were given. */
  readonly read?: (input: Record<string, unknown>, flags: Readonly<Record<string, unknown>>, context: NounContext) => Promise<void>;
  /** Before the answer is shown: writes files, takes out what is not to be shown twice. */
  readonly keep?: (data: Record<string, unknown>, flags: Readonly<Record<string, unknown>>, context: NounContext) => Promise<void>;
}

const passwordByInput: Reading = {
  options: [],
  async read(input, _flags, context) {
    if (input['one_time'] === true) return;
    const { readPassword } = await import('./secret.ts');
    input['password'] = await readPassword(context);
  },
};

/** A class comes from a file, and its passwords go to another, or are shown: they are nowhere else. */
const classByRoster: Reading = {
  options: [
    {
      flags: '--roster <file>',
      doc: {
        en: 'The roster: CSV with a name per line, or the columns name and group.',
        fr: 'La liste : CSV, un nom par ligne, ou les colonnes name et group.',
      },
    },
    {
      flags: '--slips <file>',
      doc: { en: 'Write the slips there; .html: a page to print.', fr: 'Y écrire les papiers ; .html : une page à imprimer.' },
    },
    { flags: '--address <text>', doc: { en: 'Where the server is, for the slips.', fr: 'Où est le serveur, pour les papiers.' } },
  ],
  async read(input, { roster, slips }, { lang }) {
    const { readRoster } = await import('./roster.ts');
    if (typeof roster !== 'string') throw new CommandError('usage', texts.noRoster[lang]);
    if (typeof slips === 'string' && existsSync(slips)) throw new CommandError('conflict', texts.slipsThere[lang].replace('{path}', slips));
    input['people'] = readRoster(roster, lang);
  },
  async keep(data, { slips: path, address = '', json }, { lang, stdout }) {
    const { slipsHtml, slipsText } = await import('./slips.ts');
    if (data['slips'] === undefined) return;
    const page = { ...data, address } as unknown as SlipsPage;
    const text = slipsText(page, lang);
    if (typeof path === 'string') {
      writeFileSync(path, /\.html?$/i.test(path) ? slipsHtml(page, lang) : text, { mode: 0o600, flag: 'wx' });
      delete data['slips'];
    } else if (json !== true) {
      stdout.write(text);
      delete data['slips'];
    }
  },
};

const texts = {
  noRoster: { en: 'Name the list of people: --roster FILE.', fr: 'Nommez la liste des personnes : --roster FICHIER.' },
  slipsThere: { en: '{path} is there already.', fr: '{path} existe déjà.' },
} as const satisfies Record<string, Bilingual>;

/** By verb; most need nothing. */
export const readings: Readonly<Record<string, Reading>> = {
  'user create': passwordByInput,
  'user passwd': passwordByInput,
  'class create': classByRoster,
};
