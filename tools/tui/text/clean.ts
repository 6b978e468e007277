import { cleanText } from '../../../server/protocol/clean.ts';

/** What moves or turns text though it is no control character: line separators, bidirectional overrides and isolates, tag characters. */
const moving = /[\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e001f}\ufff9-\ufffb]/gu;
const hasMoving = /[\u2028\u2029\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e001f}\ufff9-\ufffb]/u;
const tabColumns = 4;

/** Text of somebody else as it may be drawn: nothing in it can move the cursor, turn the direction or end our line. Line feeds stay. */
export function drawable(text: string): string {
  const clean = cleanText(text);
  const still = hasMoving.test(clean) ? clean.replace(moving, '\ufffd') : clean;
  return still.includes('\t') ? still.replaceAll('\t', ' '.repeat(tabColumns)) : still;
}

/** The same on one line: for names, topics and whatever else has one row. */
export function drawableLine(text: string): string {
  return drawable(text).replace(/\n+/g, ' ');
}
