/** Widest row: one less than the narrowest terminal of today, so that no terminal breaks a row of ours and begins one with somebody’s text. */
const widest = 79;
const margin = '      | ';
const printable = /^[\x20-\x7e]*$/;

/** What moves a cursor, ends a line or turns the order of letters around. */
const moving = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}|[\u{1f000}-\u{3ffff}]/u;

/** Text from elsewhere as a terminal may be given it: whatever would move the cursor is shown instead of done. */
export function visible(text: string): string {
  return text.replace(moving, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `<${code.toString(16).padStart(2, '0')}>`;
  });
}

/**
 * `head` and what somebody said, as rows of a terminal: one for each of its lines, broken where they are too long. All but the first
 * begin with a margin that nobody can write, so that what somebody says never looks like a line of the server’s.
 */
export function rowsOf(head: string, said: string): string[] {
  const rows: string[] = [];
  for (const line of (head === '' ? said : `${head} ${said}`).split('\n')) {
    const start = rows.length === 0 ? '' : margin;
    if (line.length <= widest - start.length && printable.test(line)) rows.push(`${start}${line}`.trimEnd());
    else rows.push(...broken(visible(line), start));
  }
  return rows;
}

/** The rows of one line: broken between words, and inside those that are longer than a row. Each sign is measured once or twice, however long the line. */
function broken(line: string, start: string): string[] {
  const rows: string[] = [];
  let row = start;
  let used = start.length;
  let isEmpty = true;
  const next = () => {
    rows.push(row.trimEnd());
    row = margin;
    used = margin.length;
    isEmpty = true;
  };
  for (const piece of line.split(/(?<=\s)(?=\S)/u)) {
    let word = piece;
    let width = widthOf(piece.trimEnd());
    while (used + width > widest) {
      if (!isEmpty && width <= widest - margin.length) {
        next();
        continue;
      }
      const cut = cutAt(word, widest - used);
      row += word.slice(0, cut.length);
      word = word.slice(cut.length);
      width -= cut.width;
      next();
    }
    row += word;
    used += widthOf(word);
    isEmpty = false;
  }
  rows.push(row.trimEnd());
  return rows;
}

/** How many columns a text takes at most. */
function widthOf(text: string): number {
  if (printable.test(text)) return text.length;
  let width = 0;
  for (const sign of text) width += wide.test(sign) ? 2 : 1;
  return width;
}

/** How much of a word fits into so many columns. */
function cutAt(word: string, room: number): { readonly length: number; readonly width: number } {
  let width = 0;
  let length = 0;
  for (const sign of word) {
    const own = wide.test(sign) ? 2 : 1;
    if (width + own > room) break;
    width += own;
    length += sign.length;
  }
  return { length, width };
}

/** The time of a line, as the clock on the server’s wall has it: with its day when that is not today. */
export function timeOf(at: number, now: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  if (time.toDateString() === new Date(now).toDateString()) return `[${clock}]`;
  return `[${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}]`;
}
