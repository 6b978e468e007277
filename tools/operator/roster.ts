import { readFileSync, statSync } from 'node:fs';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';

export interface RosterEntry {
  readonly username: string;
  readonly group: string;
}

/** A list of a class is short; anything longer is another file. */
const mostBytes = 262_144;
const nameHeads = /^(name|username|user|nom|élève|eleve|étudiant|etudiant)$/i;
const groupHeads = /^(group|groupe|team|équipe|equipe)$/i;

/** Reads a roster: CSV with a name per line, or with a first line that names the columns (name, group). Commas, semicolons or tabs. */
export function readRoster(path: string, lang: NounContext['lang']): readonly RosterEntry[] {
  const rows = rowsOf(textOf(path, lang));
  const [first = []] = rows;
  const nameAt = first.findIndex((cell) => nameHeads.test(cell));
  const groupAt = first.findIndex((cell) => groupHeads.test(cell));
  const body = nameAt < 0 ? rows : rows.slice(1);
  const people = body.map((row) => ({
    username: row[Math.max(0, nameAt)] ?? '',
    group: nameAt < 0 ? (row[1] ?? '') : (row[groupAt] ?? ''),
  }));
  const named = people.filter(({ username }) => username !== '');
  if (named.length === 0) throw new CommandError('usage', texts.empty[lang].replace('{path}', path));
  return named;
}

function textOf(path: string, lang: NounContext['lang']): string {
  try {
    if (statSync(path).size > mostBytes) throw new Error(`> ${mostBytes} bytes`);
    const bytes = readFileSync(path);
    const text = new TextDecoder('utf-8').decode(bytes);
    // Spreadsheets on Windows write what the system is set to.
    return text.includes('\ufffd') ? new TextDecoder('windows-1252').decode(bytes) : text;
  } catch (cause) {
    throw new CommandError('usage', texts.unreadable[lang].replace('{path}', path).replace('{why}', (cause as Error).message), { cause });
  }
}

/** Lines of cells, quotes taken off, blanks trimmed. */
function rowsOf(text: string): string[][] {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const separator = [';', '\t', ','].find((one) => head.includes(one)) ?? ',';
  const rows: string[][] = [[]];
  let cell = '';
  let isQuoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell.trim());
    cell = '';
  };
  for (const [at, letter] of [...text].entries()) {
    if (letter === '"') {
      if (!isQuoted && at > 0 && text[at - 1] === '"') cell += '"';
      isQuoted = !isQuoted;
    } else if (isQuoted) cell += letter;
    else if (letter === separator) endCell();
    else if (letter === '\n') {
      endCell();
      rows.push([]);
    } else if (letter !== '\r') cell += letter;
  }
  endCell();
  return rows.filter((row) => row.some((one) => one !== ''));
}

const texts = {
  empty: { en: 'The roster {path} names nobody.', fr: 'La liste {path} ne nomme personne.' },
  unreadable: { en: 'The roster {path} cannot be read: {why}.', fr: 'La liste {path} ne peut pas être lue : {why}.' },
} as const satisfies Record<string, Bilingual>;
