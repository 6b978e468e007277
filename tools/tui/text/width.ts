import stringWidth from 'string-width';
import type { Row, Span } from './style.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const ascii = /^[\x20-\x7e]*$/;

/** Widths of single graphemes, bounded: text of others must not grow our memory. */
const widths = new Map<string, number>();
const mostWidths = 4096;

/** What a reader takes for one character each. */
export function graphemes(text: string): string[] {
  if (ascii.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns a text takes in a terminal. */
export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** The beginning of a text that fits; `…` stands for the rest. */
export function clip(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  return `${headOf(text, columns - 1)}…`;
}

/** The text clipped or filled with blanks to exactly so many columns. */
export function sized(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const clipped = clip(text, columns);
  const blanks = ' '.repeat(Math.max(0, columns - widthOf(clipped)));
  return align === 'left' ? clipped + blanks : blanks + clipped;
}

export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** The row clipped to so many columns. */
export function clipRow(row: Row, columns: number): Row {
  if (rowWidth(row) <= columns) return row;
  const clipped: Span[] = [];
  let left = columns - 1;
  for (const one of row) {
    const width = widthOf(one.text);
    if (width > left) {
      clipped.push({ ...one, text: `${headOf(one.text, left)}…` });
      break;
    }
    clipped.push(one);
    left -= width;
  }
  return clipped;
}

/** The row clipped or filled with blanks to exactly so many columns. */
export function sizedRow(row: Row, columns: number): Row {
  const clipped = clipRow(row, columns);
  const blanks = columns - rowWidth(clipped);
  return blanks > 0 ? [...clipped, { text: ' '.repeat(blanks) }] : clipped;
}

function headOf(text: string, columns: number): string {
  let width = 0;
  let head = '';
  for (const grapheme of graphemes(text)) {
    width += widthOf(grapheme);
    if (width > columns) break;
    head += grapheme;
  }
  return head;
}

function graphemeWidth(grapheme: string): number {
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  const width = stringWidth(grapheme);
  if (widths.size >= mostWidths) widths.clear();
  widths.set(grapheme, width);
  return width;
}
