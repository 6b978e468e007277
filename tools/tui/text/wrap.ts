import type { Row, Span, Style } from './style.ts';
import { graphemes, widthOf } from './width.ts';

interface Word {
  readonly text: string;
  readonly width: number;
  readonly style: Style | undefined;
  readonly isBlank: boolean;
}

/** Breaks a line into rows of at most so many columns: at blanks, and inside a word only when it alone is too long. */
export function wrap(line: Row, columns: number): Row[] {
  const width = Math.max(1, columns);
  const rows: Span[][] = [[]];
  let used = 0;
  const begin = () => {
    rows.push([]);
    used = 0;
  };
  const put = ({ text, style }: Pick<Word, 'text' | 'style'>, columnsOf: number) => {
    const row = rows.at(-1) ?? [];
    const last = row.at(-1);
    if (last !== undefined && last.style === style) row[row.length - 1] = { ...last, text: last.text + text };
    else row.push(style === undefined ? { text } : { text, style });
    used += columnsOf;
  };
  for (const unit of unitsOf(line)) {
    const total = unit.reduce((sum, word) => sum + word.width, 0);
    const isBlank = unit[0]?.isBlank === true;
    if (isBlank && used + total > width) {
      // The blanks at the end of a row are its break; more than a row of them is somebody's drawing.
      if (used > 0) begin();
      continue;
    }
    if (used > 0 && used + total > width && total <= width) begin();
    for (const word of unit) {
      if (used + word.width <= width) {
        put(word, word.width);
        continue;
      }
      for (const grapheme of graphemes(word.text)) {
        const one = widthOf(grapheme);
        if (used > 0 && used + one > width) begin();
        put({ text: grapheme, style: word.style }, one);
      }
    }
  }
  return rows;
}

/** Runs between break places: blanks, or words that touch each other whatever their looks. */
function unitsOf(line: Row): Word[][] {
  const units: Word[][] = [];
  for (const { text, style } of line) {
    for (const [part] of text.matchAll(/ +|[^ ]+/g)) {
      const word = { text: part, width: widthOf(part), style, isBlank: part.startsWith(' ') };
      const last = units.at(-1);
      if (last !== undefined && last[0]?.isBlank === word.isBlank) last.push(word);
      else units.push([word]);
    }
  }
  return units;
}
