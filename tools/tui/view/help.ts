import { shownCommands } from '../commands.ts';
import { keyName, keyTable, selectKeys, signs } from '../keys.ts';
import type { State } from '../model/state.ts';
import { type Row, span } from '../text/style.ts';
import { sized, sizedRow, widthOf } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { say } from '../texts.ts';
import { usageIn } from '../usage.ts';

/** How far the help can be scrolled. */
export function mostHelpScroll(state: State): number {
  return Math.max(0, allRows(state).length - state.screen.rows + 1);
}

/** The help, made from the tables of keys and commands; as many rows as the screen has. */
export function helpRows(state: State, scroll: number): Row[] {
  const { columns, rows } = state.screen;
  const all = allRows(state);
  const first = Math.max(0, Math.min(scroll, all.length - rows + 1));
  const place = { first: first + 1, last: Math.min(all.length, first + rows - 1), all: all.length };
  const title: Row = [span(sized(` ${say(state.settings.lang, 'help-title', place)}`, columns), { inverse: true, bold: true })];
  return [title, ...Array.from({ length: rows - 1 }, (_, index) => sizedRow(all[first + index] ?? [], columns))];
}

function allRows(state: State): Row[] {
  const { lang } = state.settings;
  const keys = Object.entries(keyTable)
    .filter(([action]) => !/^channel-(?:[2-9]|10)$/.test(action))
    .map(
      ([action, { doc }]) =>
        [
          keysOf(state, action)
            .map((key) => keyName(key, lang))
            .join(', '),
          doc[lang],
        ] as const,
    );
  const chosen = Object.entries(selectKeys).map(([key, { doc }]) => [key, doc[lang]] as const);
  const commands = shownCommands.map(([name, { usage, doc }]) => [usageIn(lang, name, usage), doc[lang]] as const);
  return [
    ...section(say(lang, 'help-keys'), keys, state.screen.columns),
    ...section(say(lang, 'help-select'), chosen, state.screen.columns),
    ...section(say(lang, 'help-commands'), commands, state.screen.columns),
    ...section(
      say(lang, 'help-signs'),
      signs.map(([sign, doc]) => [sign, doc[lang]] as const),
      state.screen.columns,
    ),
    ...section(say(lang, 'help-markup'), [['', say(lang, 'markup-doc')]], state.screen.columns),
  ];
}

/** The keys that do it now: somebody may have bound others. */
function keysOf({ bindings }: State, action: string): string[] {
  return [...bindings].filter(([, bound]) => bound === action).map(([key]) => key);
}

function section(title: string, entries: readonly (readonly [string, string])[], columns: number): Row[] {
  const width = Math.min(30, Math.max(10, Math.floor(columns / 2.5)));
  const rows = entries.flatMap(([left, right]): Row[] => {
    const isLong = widthOf(left) > width;
    const texts = wrap([span(right)], Math.max(10, columns - width - 4));
    const head: Row = [span(sized(`  ${left}`, isLong ? columns : width + 2), { colour: 'accent' })];
    const indent = span(' '.repeat(width + 3));
    if (isLong) return [head, ...texts.map((row) => [indent, ...row])];
    return texts.map((row, index) => (index === 0 ? [...head, span(' '), ...row] : [indent, ...row]));
  });
  return [[span(title, { bold: true })], ...rows, []];
}
