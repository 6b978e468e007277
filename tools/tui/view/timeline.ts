import { type Conversation, currentOf, type State } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { type Row, restyled, span } from '../text/style.ts';
import { clip, sizedRow, widthOf } from '../text/width.ts';
import { say } from '../texts.ts';
import { blockRows } from './items.ts';
import type { Layout } from './layout.ts';

/** The rows of the timeline that are seen, exactly as many as there is room for. Only they are made. */
export function timelineRows(state: State, parts: Layout): Row[] {
  const { timeline: width, split, talk } = parts;
  const own = conversationRows(state, { width, height: talk });
  const other = state.panes.split === null ? undefined : state.conversations.get(state.panes.split);
  if (split === 0 || other === undefined) return own;
  const above = conversationRows({ ...state, current: other.key, mode: { kind: 'compose' } }, { width, height: split - 1 });
  const names = clip(`── ${drawableLine(other.name)} ↑ ── ${drawableLine(currentOf(state)?.name ?? '')} ↓ `, width);
  const rule: Row = [span(names, { colour: 'muted' }), span('─'.repeat(Math.max(0, width - widthOf(names))), { colour: 'muted' })];
  return [...above, rule, ...own];
}

function conversationRows(state: State, { width, height }: { readonly width: number; readonly height: number }): Row[] {
  const conversation = currentOf(state);
  if (conversation === undefined) return filled([], height);
  const frame = { state, conversation, width };
  const { items, anchor } = conversation;
  const last = anchor === null ? items.length - 1 : items.findIndex(({ key }) => key === anchor.key);
  const selected = state.mode.kind === 'select' || state.mode.kind === 'confirm-delete' ? state.mode.key : null;
  const rows: Row[] = [];
  for (let at = last; at >= 0 && rows.length < height + (anchor?.hidden ?? 0); at--) {
    const block = blockRows(frame, at);
    const isSelected = items[at]?.key === selected;
    rows.unshift(...(isSelected ? block.map((row) => restyled(sizedRow(row, width), { inverse: true })) : block));
  }
  const hidden = anchor?.hidden ?? 0;
  const seen = hidden > 0 ? rows.slice(0, -hidden) : rows;
  if (seen.length < height) seen.unshift(...beginning(state, conversation));
  const shown = filled(seen.slice(-height), height);
  return anchor === null ? shown : [...shown.slice(0, -1), backRow(state, conversation, last)];
}

function beginning({ settings: { lang } }: State, { isComplete, isLoading, name, items }: Conversation): Row[] {
  if (isLoading) return [[span(say(lang, 'older'), { colour: 'muted' })]];
  if (!isComplete) return [];
  const start: Row = [span(say(lang, 'beginning', { name: drawableLine(name) }), { colour: 'muted' })];
  return items.length > 0 ? [start] : [start, [span(say(lang, 'nothing-yet'), { colour: 'muted' })]];
}

function backRow({ settings: { lang } }: State, { items }: Conversation, last: number): Row {
  return [span(say(lang, 'back', { count: items.length - 1 - last }), { inverse: true })];
}

function filled(rows: readonly Row[], height: number): Row[] {
  return [...Array.from({ length: Math.max(0, height - rows.length) }, (): Row => []), ...rows];
}
