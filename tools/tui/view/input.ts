import { type Editor, editorOf } from '../model/editor.ts';
import { proofTexts } from '../model/mode.ts';
import { currentOf, type State } from '../model/state.ts';
import { drawable, drawableLine } from '../text/clean.ts';
import { type Row, span } from '../text/style.ts';
import { clip, graphemes, widthOf } from '../text/width.ts';
import { ask, type TextKey } from '../texts.ts';

export interface InputRows {
  readonly rows: readonly Row[];
  /** Where the cursor stands, counted from the first row of these. */
  readonly cursor: { readonly row: number; readonly column: number };
}

const mostRows = 8;

/** The text that is being written, wrapped to the screen; it grows to eight rows and scrolls in them. */
export function inputRows(state: State): InputRows {
  const { mode } = state;
  const { columns } = state.screen;
  const prompt = promptOf(state);
  const editor =
    mode.kind === 'jump' || mode.kind === 'search' || mode.kind === 'recall' || mode.kind === 'react' || mode.kind === 'report'
      ? mode.input
      : mode.kind === 'proof'
        ? hidden(mode.input)
        : state.editor;
  const indent = widthOf(prompt);
  const { rows, cursor } = wrapped(editor, Math.max(4, columns - indent - 1));
  const most = Math.min(mostRows, Math.max(1, Math.floor(state.screen.rows / 3)));
  const first = Math.max(0, Math.min(cursor.row - most + 1, rows.length - most), cursor.row - most + 1);
  const shown = rows.slice(first, first + most);
  return {
    rows: shown.map((text, index) => [
      span(index === 0 && first === 0 ? prompt : ' '.repeat(indent), { colour: 'accent', bold: true }),
      span(text),
    ]),
    cursor: { row: cursor.row - first, column: cursor.column + indent },
  };
}

/** A dot for each character, so that nobody reads over a shoulder. */
function hidden({ text }: Editor): Editor {
  const dots = '•'.repeat(graphemes(text).length);
  return { ...editorOf(dots), cursor: dots.length };
}

/** What is asked for in the line, or where one writes. */
export function promptOf(state: State): string {
  const { mode, settings, target } = state;
  const text = (key: TextKey, params = {}) => ask(settings.lang, key, params);
  if (mode.kind === 'jump') return text('jumping');
  if (mode.kind === 'search') return text('searching');
  if (mode.kind === 'recall') return text('recalling');
  if (mode.kind === 'react') return text('reacting');
  if (mode.kind === 'report') return text('reporting');
  if (mode.kind === 'proof') return text(proofTexts[mode.fields[0] ?? 'password']);
  if (target?.kind === 'edit') return text('editing');
  const conversation = currentOf(state);
  if (target?.kind === 'reply') {
    const message = conversation?.items.find((item) => item.kind === 'message' && item.key === target.key);
    return text('replying', { who: message?.kind === 'message' ? drawableLine(message.from) : '' });
  }
  return `${clip(drawableLine(conversation?.name ?? ''), 24)}> `;
}

function wrapped({ text, cursor }: Editor, width: number): { rows: string[]; cursor: { row: number; column: number } } {
  const rows: string[] = [''];
  let used = 0;
  let index = 0;
  let place = { row: 0, column: 0 };
  const visible = text.length > 20_000 ? graphemesNear(text, cursor) : graphemes(text);
  for (const grapheme of visible) {
    const drawn = grapheme === '\n' ? '' : drawable(grapheme);
    const columns = widthOf(drawn);
    if (grapheme !== '\n' && used + columns > width) {
      rows.push('');
      used = 0;
    }
    if (index === cursor) place = { row: rows.length - 1, column: used };
    if (grapheme === '\n') {
      rows.push('');
      used = 0;
    } else {
      rows[rows.length - 1] += drawn;
      used += columns;
    }
    index += grapheme.length;
  }
  if (index <= cursor) place = { row: rows.length - 1, column: used };
  return { rows, cursor: place };
}

/** A text far larger than the screen is not wrapped whole at every key; its rows far from the cursor are not seen anyway. */
function graphemesNear(text: string, cursor: number): string[] {
  return [...graphemes(text.slice(0, cursor)), ...graphemes(text.slice(cursor, cursor + 4000))];
}
