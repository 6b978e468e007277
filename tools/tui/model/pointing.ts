import type { Keypress } from '../terminal/keypress.ts';
import { say } from '../texts.ts';
import { layout } from '../view/layout.ts';
import { firstListed } from '../view/panes.ts';
import { opened, scrolled } from './moving.ts';
import { listed, type State } from './state.ts';
import { hinted, type Step, step } from './step.ts';

type Pointed = Extract<Keypress, { kind: 'mouse' }>;

const wheelRows = 3;

/** The mouse is asked for, or given back to the terminal, which selects text with it. */
export function mouseSwitched(state: State): Step {
  const isMouse = !state.isMouse;
  const next = hinted({ ...state, isMouse }, say(state.settings.lang, isMouse ? 'mouse-on' : 'mouse-off'), 'muted');
  return step(next, { do: 'mouse', isOn: isMouse });
}

/** The wheel scrolls, a click on a channel opens it. While a question is open neither says anything. */
export function pointed(state: State, { what, row, column }: Pointed): Step {
  const { kind } = state.mode;
  if (!state.isMouse || (kind !== 'compose' && kind !== 'select')) return step(state);
  if (what !== 'click') return scrolled(state, what === 'wheel-up' ? wheelRows : -wheelRows);
  const parts = layout(state);
  const target = listed(state)[firstListed(state, parts) + row - 1];
  const isOnChannels = column < parts.channels && row >= 1 && row <= parts.height;
  return isOnChannels && target !== undefined ? opened(state, target.key) : step(state);
}
