import type { Way, WelcomeMode } from '../model/mode.ts';
import type { State } from '../model/state.ts';
import { fieldOf, ways } from '../model/welcome.ts';
import { drawableLine } from '../text/clean.ts';
import { type Row, span } from '../text/style.ts';
import { clip, graphemes, sizedRow, widthOf } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { ask, say, type TextKey } from '../texts.ts';

export interface WelcomeRows {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** The questions before the first connection, one after the other, each with what was answered above it. */
export function welcomeRows(state: State, mode: WelcomeMode): WelcomeRows {
  const { columns, rows: height } = state.screen;
  const { lang } = state.settings;
  const rows: Row[] = [[span(' ClassCord', { bold: true, colour: 'accent' })], []];
  const asking = (key: TextKey) => `  ${ask(lang, key)}`;
  const answered = (key: TextKey, value: string) => rows.push([span(asking(key), { colour: 'muted' }), span(drawableLine(value))]);
  const order = ['address', 'how', 'name', 'password', 'again', 'code'] as const;
  const at = order.indexOf(mode.step);
  if (at > 0) answered('ask-address', mode.address);
  if (at > 1) answered('ask-how', say(lang, wayTexts[mode.way]));
  if (at > 2) answered('ask-name', mode.name);
  if (at > 3) answered('ask-password', mode.step === 'code' ? '•••' : hidden(mode.password));
  const question = asking(`ask-${mode.step}`);
  const isHidden = mode.step === 'password' || mode.step === 'again';
  const field = isHidden ? hidden(fieldOf(mode)) : drawableLine(fieldOf(mode));
  rows.push([span(question, { bold: true }), span(clip(field, Math.max(4, columns - widthOf(question) - 1)))]);
  const cursor = { row: rows.length - 1, column: Math.min(columns - 1, widthOf(question) + widthOf(field)) };
  if (mode.step === 'how')
    for (const [index, way] of ways.entries())
      rows.push([span(`    ${index + 1} ${say(lang, wayTexts[way])}`, way === mode.way ? { inverse: true } : undefined)]);
  rows.push([]);
  if (state.link.state === 'connecting') rows.push([span(`  ${say(lang, 'connecting')}`, { colour: 'warn' })]);
  // Whole, though it is long: of a changed certificate both fingerprints count, and the command that accepts it.
  for (const row of mode.error === ''
    ? []
    : wrap([span(drawableLine(mode.error), { colour: 'bad', bold: true })], Math.max(10, columns - 4)))
    rows.push([span('  '), ...row]);
  for (const row of wrap([span(say(lang, 'welcome-keys'), { colour: 'muted' })], Math.max(10, columns - 2)))
    rows.push([span('  '), ...row]);
  return { rows: Array.from({ length: height }, (_, index) => sizedRow(rows[index] ?? [], columns)), cursor };
}

function hidden(password: string): string {
  return '•'.repeat(graphemes(password).length);
}

const wayTexts: Readonly<Record<Way, TextKey>> = { guest: 'way-guest', login: 'way-login', register: 'way-register' };
