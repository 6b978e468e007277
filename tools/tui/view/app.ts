import { Box, Text, Transform } from 'ink';
import { createElement as h, memo, type ReactNode, useSyncExternalStore } from 'react';
import type { State } from '../model/state.ts';
import type { Paint } from '../text/paint.ts';
import type { Row } from '../text/style.ts';
import { type Picture, picture } from './picture.ts';

/** The state of the model as the screen sees it: some ten times a second at most, however often it changes. */
export interface Shown {
  readonly subscribe: (changed: () => void) => () => void;
  readonly state: () => State;
  readonly paint: () => Paint;
  readonly onPicture: (picture: Picture) => void;
}

/** The whole screen. ink lays the panes out; their rows are made and measured by us. */
export function App({ shown }: { readonly shown: Shown }): ReactNode {
  const state = useSyncExternalStore(shown.subscribe, shown.state);
  const seen = picture(state);
  const paint = shown.paint();
  shown.onPicture(seen);
  const { columns } = state.screen;
  const pane = (rows: readonly Row[], width = columns) => h(Pane, { rows, width, paint });
  if (seen.kind === 'whole') return pane(seen.rows);
  const { layout } = seen;
  return h(
    Box,
    { flexDirection: 'column', width: columns, height: layout.rows },
    pane(seen.title),
    h(
      Box,
      { height: layout.height },
      pane(seen.channels, layout.channels),
      pane(seen.timeline, layout.timeline),
      pane(seen.members, layout.members),
    ),
    pane(seen.wire),
    pane(seen.overlay),
    pane(seen.status),
    pane(seen.input),
  );
}

/**
 * Rows as they are. Every text that ink measures stays in a cache of its own for ever, so that it gets blank rows to measure, and
 * the transformation that ink applies when it draws puts ours in their place.
 */
const Pane = memo(function Pane({
  rows,
  width,
  paint,
}: {
  readonly rows: readonly Row[];
  readonly width: number;
  readonly paint: Paint;
}): ReactNode {
  if (rows.length === 0 || width === 0) return null;
  const lines = rows.map(paint);
  return h(
    Box,
    { width, height: rows.length, flexShrink: 0 },
    h(Transform, { transform: (_blank: string, index: number) => lines[index] ?? '' }, h(Text, null, blank(rows.length))),
  );
});

function blank(rows: number): string {
  return Array.from({ length: rows }, () => ' ').join('\n');
}
