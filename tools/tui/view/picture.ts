import type { State } from '../model/state.ts';
import type { Row } from '../text/style.ts';
import { sizedRow } from '../text/width.ts';
import { statusRow, titleRow } from './bars.ts';
import { helpRows } from './help.ts';
import { inputRows } from './input.ts';
import { type Layout, layout } from './layout.ts';
import { overlayRows } from './overlay.ts';
import { channelRows, memberRows } from './panes.ts';
import { timelineRows } from './timeline.ts';
import { welcomeRows } from './welcome.ts';
import { wireRows } from './wire.ts';

/** What is to be seen: rows for each part of the screen, and the cursor. Never more rows than the screen has. */
export type Picture =
  | { readonly kind: 'whole'; readonly rows: readonly Row[]; readonly cursor: Cursor | null }
  | {
      readonly kind: 'panes';
      readonly layout: Layout;
      readonly title: readonly Row[];
      readonly channels: readonly Row[];
      readonly timeline: readonly Row[];
      readonly members: readonly Row[];
      readonly wire: readonly Row[];
      readonly overlay: readonly Row[];
      readonly status: readonly Row[];
      readonly input: readonly Row[];
      readonly cursor: Cursor | null;
    };
export interface Cursor {
  readonly row: number;
  readonly column: number;
}

export function picture(state: State): Picture {
  const { mode } = state;
  if (mode.kind === 'welcome') return { kind: 'whole', ...welcomeRows(state, mode) };
  if (mode.kind === 'help') return { kind: 'whole', rows: helpRows(state, mode.scroll), cursor: null };
  const parts = layout(state);
  const { columns } = parts;
  const full = (rows: readonly Row[]) => rows.map((row) => sizedRow(row, columns));
  const { rows: input, cursor } = inputRows(state);
  const before = parts.rows - parts.input;
  return {
    kind: 'panes',
    layout: parts,
    title: full([titleRow(state, parts)]),
    channels: channelRows(state, parts),
    timeline: timelineRows(state, parts).map((row) => sizedRow(row, parts.timeline)),
    members: memberRows(state, parts),
    wire: wireRows(state, parts),
    overlay: full(overlayRows(state)),
    status: full([statusRow(state, parts)]),
    input: full(input),
    cursor: { row: before + cursor.row, column: cursor.column },
  };
}
