import stringWidth from 'string-width';
import { visible } from '../../server/base/log-format.ts';
import type { Facts, Verb } from '../../server/operator/verb.ts';
import type { Lang } from '../../server/protocol/texts.ts';

/** What stands where there is no value. */
const nothing = '–';

/** What a verb answered, for people: a sentence when something was done, else a table, or a line per field. */
export function shown(data: Facts | readonly Facts[], { verb, lang }: { readonly verb: Verb; readonly lang: Lang }): string {
  if (isList(data)) return tableOf(data, lang);
  const { dry_run: isDry, ...facts } = data;
  if (isDry === true) return `${texts.dry[lang]}\n${linesOf(facts)}`;
  if (verb.done === undefined) return linesOf(facts);
  const sentence = verb.done[lang].replace(/\{(\w+(?: \w+)*)\}/g, (_mark, fields: string) => valuesOf(fields.split(' '), facts));
  const secret = facts['password'] ?? facts['token'];
  return `${sentence}\n${typeof secret === 'string' ? `${secret}\n` : ''}`;
}

function isList(data: Facts | readonly Facts[]): data is readonly Facts[] {
  return Array.isArray(data);
}

/** Columns under the names that `--json` uses too. */
export function tableOf(rows: readonly Facts[], lang: Lang): string {
  if (rows.length === 0) return `${texts.none[lang]}\n`;
  const heads = Object.keys(rows[0] ?? {});
  const cells = [heads, ...rows.map((row) => heads.map((head) => cellOf(row[head])))];
  const widths = heads.map((_head, column) => Math.max(...cells.map((row) => stringWidth(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${cells.map(line).join('\n')}\n`;
}

/** Of several fields of a sentence those that there are. */
function valuesOf(fields: readonly string[], facts: Facts): string {
  const there = fields.map((field) => cellOf(facts[field])).filter((cell) => cell !== nothing);
  return there.length === 0 ? nothing : there.join(' ');
}

function linesOf(facts: Facts): string {
  const width = Math.max(...Object.keys(facts).map((key) => key.length));
  return Object.entries(facts)
    .map(([key, value]) => `${key.padEnd(width)}  ${cellOf(value)}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('');
}

/** Whatever people called themselves: it never moves a cursor or forges a line. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return nothing;
  if (Array.isArray(value)) return value.length === 0 ? nothing : value.map(cellOf).join(', ');
  if (typeof value === 'object') return visible(JSON.stringify(value));
  return visible(String(value));
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

const texts = {
  dry: { en: 'Nothing was changed; this would be done:', fr: 'Rien n’a été changé ; voici ce qui serait fait :' },
  none: { en: 'None.', fr: 'Aucun.' },
} as const;
