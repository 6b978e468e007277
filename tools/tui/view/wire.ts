import type { State, WireLine } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { type Row, type Span, span } from '../text/style.ts';
import { sizedRow } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { say } from '../texts.ts';
import type { Layout } from './layout.ts';

/** The wire pane: the newest lines of the protocol both ways, `→` what was sent, `←` what came. */
export function wireRows(state: State, { columns, wire: height }: Layout): Row[] {
  if (height === 0) return [];
  const label = `── ${say(state.settings.lang, 'wire')} `;
  const title: Row = [span(label, { colour: 'muted' }), span('─'.repeat(Math.max(0, columns - label.length)), { colour: 'muted' })];
  const rows: Row[] = [];
  for (let at = state.wire.length - 1; at >= 0 && rows.length < height - 1; at--) {
    const line = state.wire[at];
    if (line !== undefined) rows.unshift(...lineRows(line, columns));
  }
  const shown = rows.slice(-(height - 1));
  return [title, ...shown, ...Array.from({ length: Math.max(0, height - 1 - shown.length) }, (): Row => [])].map((row) =>
    sizedRow(row, columns),
  );
}

const mostLineRows = 4;
const token = /("(?:[^"\\]|\\.)*"\s*:)|("(?:[^"\\]|\\.)*")|(-?\b\d[\d.eE+-]*|\btrue\b|\bfalse\b|\bnull\b)|[^"\d\w-]+|./g;

function lineRows({ direction, line }: WireLine, columns: number): Row[] {
  const isTrace = line.includes('"type":"trace"');
  const arrow =
    direction === 'out' ? span('→ ', { colour: 'accent', bold: true }) : span(isTrace ? '· ' : '← ', { colour: 'good', bold: true });
  const text = drawableLine(line).slice(0, mostLineRows * columns);
  return wrap(json(text), columns - 2)
    .slice(0, mostLineRows)
    .map((row, index) => [index === 0 ? arrow : span('  '), ...row]);
}

/** JSON with its keys, texts and numbers coloured. */
function json(text: string): Span[] {
  return Array.from(text.matchAll(token), ({ 0: whole, 1: key, 2: string, 3: number }) =>
    span(whole, key ? { colour: 'keyword' } : string ? { colour: 'string' } : number ? { colour: 'number' } : undefined),
  );
}
