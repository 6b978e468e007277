import type { State } from '../model/state.ts';
import { inputRows } from './input.ts';
import { overlayRows } from './overlay.ts';

/** How the screen is divided, in columns and rows; 0: the pane is folded. */
export interface Layout {
  readonly columns: number;
  readonly rows: number;
  readonly channels: number;
  readonly members: number;
  readonly timeline: number;
  /** Rows between the title and the status line. */
  readonly height: number;
  /** Rows of a second conversation over the one that is looked at, its title among them; 0: none. */
  readonly split: number;
  /** Rows of the conversation that is looked at. */
  readonly talk: number;
  readonly wire: number;
  readonly overlay: number;
  readonly input: number;
}

const leastTimeline = 30;
const leastSplit = 8;
const channelColumns = 20;
const memberColumns = 18;
/** From this width on the pane is shown unless somebody folded it. */
export const channelsFrom = 80;
export const membersFrom = 100;

/** Side panes fold by themselves where they would leave too little for the text. */
export function layout(state: State): Layout {
  const { columns, rows } = state.screen;
  const wants = (pane: boolean | null, from: number) => pane ?? columns >= from;
  const channels = wants(state.panes.channels, channelsFrom) && columns - channelColumns >= leastTimeline ? channelColumns : 0;
  const members = wants(state.panes.members, membersFrom) && columns - channels - memberColumns >= leastTimeline ? memberColumns : 0;
  const input = inputRows(state).rows.length;
  const overlay = overlayRows(state).length;
  const between = Math.max(1, rows - 2 - input - overlay);
  const wire = state.panes.wire && between >= 8 ? Math.min(14, Math.floor(between / 2)) : 0;
  const height = between - wire;
  const other = state.panes.split;
  const isSplit = other !== null && other !== state.current && state.conversations.has(other) && height >= leastSplit;
  const split = isSplit ? Math.floor(height / 2) : 0;
  const timeline = columns - channels - members;
  return { columns, rows, channels, members, timeline, height, split, talk: height - split, wire, overlay, input };
}
