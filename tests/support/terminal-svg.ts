/** What a cell of a terminal looks like. */
interface Look {
  readonly bold: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
  readonly colour: string | null;
}
interface Piece {
  readonly text: string;
  readonly column: number;
  readonly width: number;
  readonly look: Look;
}

const plainLook: Look = { bold: false, italic: false, underline: false, inverse: false, colour: null };
const paper = '#16181d';
const ink = '#d7dae0';
const cell = { width: 8.4, height: 18 };
/** Browsers fold plain blanks in a picture, and would stretch what is left. */
const noBreak = '\u00a0';
const sixteen = ['#3b4048', '#e06c75', '#98c379', '#d19a66', '#61afef', '#c678dd', '#56b6c2', '#abb2bf'];
const bright = ['#7f848e', '#ef7f88', '#a9d488', '#e5c07b', '#74bfff', '#d78fef', '#67c7d3', '#ffffff'];

/** A picture of a terminal, made from what tmux captured with its colours (`capture-pane -e`). */
export function terminalSvg(
  captured: string,
  { columns, title, widthOf }: { columns: number; title: string; widthOf: (text: string) => number },
): string {
  const lines = captured.replace(/\n$/, '').split('\n');
  const width = Math.ceil(columns * cell.width) + 20;
  const height = lines.length * cell.height + 48;
  let look = plainLook;
  const body = lines.flatMap((line, row) => {
    const { pieces, last } = piecesOf(line, look, widthOf);
    look = last;
    return pieces.map((piece) => drawn(piece, row));
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${paper}"/>`,
    ...['#e06c75', '#e5c07b', '#98c379'].map((fill, at) => `<circle cx="${18 + at * 18}" cy="17" r="5" fill="${fill}"/>`),
    `<g font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="14" xml:space="preserve">`,
    ...body,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function piecesOf(line: string, before: Look, widthOf: (text: string) => number): { pieces: Piece[]; last: Look } {
  const pieces: Piece[] = [];
  let look = before;
  let column = 0;
  for (const [, codes, text] of line.matchAll(/\u001b\[([\d;:]*)m|([^\u001b]+)|\u001b[()][A-Z0-9]/g)) {
    if (codes !== undefined) look = looked(look, codes);
    if (text === undefined) continue;
    const width = widthOf(text);
    if (text.trim() !== '' || look.inverse) pieces.push({ text, column, width, look });
    column += width;
  }
  return { pieces, last: look };
}

function looked(look: Look, codes: string): Look {
  const numbers = (codes === '' ? '0' : codes).split(/[;:]/).map(Number);
  let next = look;
  for (let at = 0; at < numbers.length; at++) {
    const code = numbers[at] ?? 0;
    if (code === 0) next = plainLook;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code >= 30 && code <= 37) next = { ...next, colour: sixteen[code - 30] ?? null };
    else if (code >= 90 && code <= 97) next = { ...next, colour: bright[code - 90] ?? null };
    else if (code === 39) next = { ...next, colour: null };
    else if (code === 38 && numbers[at + 1] === 5) {
      next = { ...next, colour: of256(numbers[at + 2] ?? 0) };
      at += 2;
    } else if (code === 38 && numbers[at + 1] === 2) {
      next = { ...next, colour: `rgb(${numbers.slice(at + 2, at + 5).join(',')})` };
      at += 4;
    }
  }
  return next;
}

function of256(index: number): string {
  if (index < 8) return sixteen[index] ?? ink;
  if (index < 16) return bright[index - 8] ?? ink;
  if (index >= 232) return `rgb(${Array.from({ length: 3 }, () => 8 + 10 * (index - 232)).join(',')})`;
  const level = (step: number) => (step === 0 ? 0 : 55 + 40 * step);
  const at = index - 16;
  return `rgb(${level(Math.floor(at / 36))},${level(Math.floor(at / 6) % 6)},${level(at % 6)})`;
}

function drawn({ text, column, width, look }: Piece, row: number): string {
  const x = 10 + column * cell.width;
  const y = 36 + row * cell.height;
  const fill = look.inverse ? paper : (look.colour ?? ink);
  const back = look.inverse
    ? `<rect x="${x.toFixed(1)}" y="${y}" width="${(width * cell.width).toFixed(1)}" height="${cell.height}" fill="${look.colour ?? ink}"/>`
    : '';
  const styles = [
    look.bold ? 'font-weight="bold"' : '',
    look.italic ? 'font-style="italic"' : '',
    look.underline ? 'text-decoration="underline"' : '',
  ]
    .filter(Boolean)
    .join(' ');
  const length = (width * cell.width).toFixed(1);
  return `${back}<text x="${x.toFixed(1)}" y="${y + 14}" fill="${fill}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${styles === '' ? '' : ` ${styles}`}>${escaped(text).replaceAll(' ', noBreak)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
