import { oneEmoji } from '../../../server/protocol/reactions.ts';
import { selectKeys } from '../keys.ts';
import { choices } from '../model/jumping.ts';
import { recalled } from '../model/recalling.ts';
import type { State } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { shortcodes } from '../text/emoji.ts';
import { type Row, span } from '../text/style.ts';
import { clock, day } from '../text/time.ts';
import { clip, sized, widthOf } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { say } from '../texts.ts';

/** A hint that is longer is cut. */
const mostHintRows = 3;

/** The rows between the text and the status line: lists to choose from, questions, hints. */
export function overlayRows(state: State): readonly Row[] {
  const rows = rowsOf(state);
  const { hint, screen } = state;
  const said =
    hint === null ? [] : wrap([span(drawableLine(hint.text), { colour: hint.tone, bold: true })], screen.columns).slice(0, mostHintRows);
  return [...rows, ...said].slice(0, Math.max(1, Math.floor(state.screen.rows / 2) - 2));
}

function rowsOf(state: State): Row[] {
  const { mode, settings, screen } = state;
  const most = Math.max(2, Math.min(10, Math.floor(screen.rows / 3)));
  switch (mode.kind) {
    case 'complete':
      return completionRows(mode.candidates, mode.at, screen.columns);
    case 'jump':
      return list(
        choices(state, mode.input.text).map(({ name, unread }) => `${drawableLine(name)}${unread > 0 ? ` (${unread})` : ''}`),
        mode.at,
        most,
      );
    case 'recall':
      return list(
        recalled(state, mode.input.text).map((text) => drawableLine(text)),
        mode.at,
        most,
      );
    case 'search':
      if (mode.found === null) return [];
      if (mode.found.length === 0) return [[span(say(settings.lang, 'no-match'), { colour: 'warn' })]];
      return list(
        mode.found.map((one) =>
          clip(drawableLine(`${day(one.at)} ${clock(one.at)} ${one.place} ${one.from}: ${one.content}`), screen.columns - 3),
        ),
        mode.at,
        most,
      );
    case 'paste': {
      const lines = mode.text.split('\n');
      const keys = wrap([span(say(settings.lang, 'paste-keys'), { colour: 'accent' })], screen.columns);
      const shown = lines
        .slice(0, Math.max(1, most + 1 - keys.length))
        .map((line): Row => [span(`▏ ${clip(drawableLine(line), screen.columns - 3)}`, { colour: 'muted' })]);
      return [...shown, [span(say(settings.lang, 'paste-guard', { count: lines.length }), { bold: true, colour: 'warn' })], ...keys];
    }
    case 'confirm-delete':
      return [[span(say(settings.lang, 'confirm-delete'), { bold: true, colour: 'warn' })]];
    case 'select': {
      const keys = Object.entries(selectKeys).map(([key, { doc }]) => `${key}: ${doc[settings.lang]}`);
      return wrap([span(`${keys.join(' · ')} · ${say(settings.lang, 'select-keys')}`, { colour: 'accent' })], screen.columns);
    }
    case 'react':
      return oneEmoji(mode.input.text) === null ? completionRows(shortcodes(mode.input.text), 0, screen.columns) : [];
    case 'compose':
    case 'report':
    case 'help':
    case 'proof':
    case 'welcome':
      return [];
  }
}

const mostCandidateRows = 5;

/** Candidates beside each other, the chosen one turned round; those about it are seen when not all fit. */
function completionRows(candidates: readonly { readonly shown: string }[], at: number, columns: number): Row[] {
  const width = Math.min(columns, Math.max(...candidates.map(({ shown }) => widthOf(shown))) + 2);
  const perRow = Math.max(1, Math.floor(columns / width));
  const rows: Row[] = [];
  if (candidates.length === 0) return rows;
  for (let index = 0; index < candidates.length; index += perRow) {
    const row = candidates.slice(index, index + perRow);
    rows.push(
      row.map(({ shown }, offset) =>
        span(sized(drawableLine(shown), width), index + offset === at ? { inverse: true } : { colour: 'accent' }),
      ),
    );
  }
  const first = Math.max(0, Math.min(Math.floor(at / perRow) - 2, rows.length - mostCandidateRows));
  const below = rows.length - first - mostCandidateRows;
  const shown = rows.slice(first, first + mostCandidateRows);
  return below > 0
    ? [
        ...shown.slice(0, -1),
        [span(clip(`… +${candidates.length - (first + mostCandidateRows - 1) * perRow}`, columns), { colour: 'muted' })],
      ]
    : shown;
}

function list(texts: readonly string[], at: number, most: number): Row[] {
  const first = Math.max(0, Math.min(at - Math.floor(most / 2), texts.length - most));
  return texts.slice(first, first + most).map((text, index) => {
    const isChosen = first + index === at;
    return [span(isChosen ? `> ${text}` : `  ${text}`, isChosen ? { inverse: true } : undefined)];
  });
}
