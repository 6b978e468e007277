import { graphemes } from '../text/width.ts';

/** Text that is being written; the cursor stands between graphemes, as an index into `text`. */
export interface Editor {
  readonly text: string;
  readonly cursor: number;
}

/** What can be done to a text. */
export type Edit =
  | { readonly do: 'insert'; readonly text: string }
  | { readonly do: 'left' | 'right' | 'home' | 'end' | 'word-left' | 'word-right' }
  | { readonly do: 'backspace' | 'delete' | 'kill-word' | 'kill-start' | 'kill-end' | 'clear' };

export const emptyEditor: Editor = { text: '', cursor: 0 };

/** Longest text that is kept; the server takes 64 KiB a line at most. */
export const mostCharacters = 60_000;

/** A text with the cursor at its end. */
export function editorOf(text: string): Editor {
  const kept = text.slice(0, mostCharacters);
  return { text: kept, cursor: kept.length };
}

export function edited(editor: Editor, edit: Edit): Editor {
  const { text, cursor } = editor;
  const before = text.slice(0, cursor);
  const after = text.slice(cursor);
  switch (edit.do) {
    case 'insert': {
      const room = Math.max(0, mostCharacters - text.length);
      const put = edit.text.slice(0, room);
      return { text: before + put + after, cursor: cursor + put.length };
    }
    case 'left':
      return { text, cursor: cursor - lastOf(before).length };
    case 'right':
      return { text, cursor: cursor + firstOf(after).length };
    case 'home':
      return { text, cursor: before.lastIndexOf('\n') + 1 };
    case 'end':
      return { text, cursor: endOfLine(text, cursor) };
    case 'word-left':
      return { text, cursor: wordStart(before) };
    case 'word-right':
      return { text, cursor: cursor + (/^\s*\S*/.exec(after)?.[0].length ?? 0) };
    case 'backspace': {
      const gone = lastOf(before).length;
      return { text: before.slice(0, before.length - gone) + after, cursor: cursor - gone };
    }
    case 'delete':
      return { text: before + after.slice(firstOf(after).length), cursor };
    case 'kill-word': {
      const start = wordStart(before);
      return { text: before.slice(0, start) + after, cursor: start };
    }
    case 'kill-start': {
      const start = before.lastIndexOf('\n') + 1;
      return { text: before.slice(0, start) + after, cursor: start };
    }
    case 'kill-end':
      return { text: before + text.slice(endOfLine(text, cursor)), cursor };
    case 'clear':
      return emptyEditor;
  }
}

/** One line up or down inside the text, in about the same column; null: there is none. */
export function moved({ text, cursor }: Editor, direction: -1 | 1): Editor | null {
  const lines = text.split('\n');
  const before = text.slice(0, cursor).split('\n');
  const at = before.length - 1;
  const target = lines[at + direction];
  if (target === undefined) return null;
  const column = graphemes(before.at(-1) ?? '').length;
  const start = lines.slice(0, at + direction).reduce((sum, line) => sum + line.length + 1, 0);
  return { text, cursor: start + graphemes(target).slice(0, column).join('').length };
}

function wordStart(before: string): number {
  return before.length - (/\S*\s*$/.exec(before.slice(-512))?.[0].length ?? 0);
}

function endOfLine(text: string, cursor: number): number {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
}

/** Only the nearest characters are looked at: a grapheme is never that long. */
function lastOf(text: string): string {
  return graphemes(text.slice(-64)).at(-1) ?? '';
}

function firstOf(text: string): string {
  return graphemes(text.slice(0, 64))[0] ?? '';
}
