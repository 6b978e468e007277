import type { KeyAction } from '../keys.ts';
import type { Keypress } from '../terminal/keypress.ts';
import { graphemes } from '../text/width.ts';
import { say } from '../texts.ts';
import { mostHelpScroll } from '../view/help.ts';
import { layout } from '../view/layout.ts';
import { answeredPaste, changed, completed, down, entered, pasted, up } from './composing.ts';
import type { Edit } from './editor.ts';
import { finding, inFind } from './finding.ts';
import { cleared, live, opened, openedActive, openedNext, scrolled, seen, splitting, toMention, toUnread } from './moving.ts';
import { mouseSwitched, pointed } from './pointing.ts';
import { acted, chosen, confirmed, inLine, retried, selecting } from './selecting.ts';
import { currentOf, listed, type State, withConversation } from './state.ts';
import { hinted, type Step, step, then } from './step.ts';
import { inWelcome } from './welcome.ts';

/** Modes in which a letter is a command. */
const letterModes: ReadonlySet<State['mode']['kind']> = new Set(['select', 'confirm-delete', 'paste', 'help']);

/** A key was pressed, or text came: what it does depends on what is open. */
export function pressed(state: State, press: Keypress): Step {
  if (press.kind === 'focus') return press.isFocused ? seen({ ...state, isFocused: true }) : step({ ...state, isFocused: false });
  if (press.kind === 'mouse') return pointed(state, press);
  const { mode } = state;
  // Letters that were typed fast come together; where each is a key of its own, each is pressed by itself.
  if (press.kind === 'text' && letterModes.has(mode.kind)) {
    const [letter = '', ...others] = graphemes(press.text);
    if (others.length > 0)
      return then(pressed(state, { kind: 'text', text: letter }), (now) => pressed(now, { kind: 'text', text: others.join('') }));
  }
  const clear: State = { ...state, hint: null };
  if (press.kind === 'key' && press.key === 'ctrl+l') return step(state, { do: 'redraw' });
  switch (mode.kind) {
    case 'welcome':
      return inWelcome(state, mode, press);
    case 'paste':
      return inPaste(clear, mode.text, press);
    case 'jump':
    case 'search':
    case 'recall':
      return inFind(clear, mode, press);
    case 'react':
    case 'report':
    case 'proof':
      return inLine(clear, press);
    case 'confirm-delete':
      return press.kind === 'paste' ? step(clear) : confirmed(clear, press.kind === 'text' ? press.text : '');
    case 'select':
      return inSelect(clear, press);
    case 'help':
      return inHelp(clear, mode.scroll, press);
    case 'complete':
    case 'compose':
      return composing(clear, press);
  }
}

function composing(state: State, press: Keypress): Step {
  if (press.kind === 'focus' || press.kind === 'mouse') return step(state);
  const action = press.kind === 'key' ? actionOf(state, press.key) : null;
  const isWalking = action === 'complete' || action === 'complete-back';
  const plain: State = state.mode.kind === 'complete' && !isWalking ? { ...state, mode: { kind: 'compose' } } : state;
  const unarmed: State = action === 'quit' ? plain : { ...plain, prefix: null };
  if (press.kind === 'text') return changed(unarmed, { do: 'insert', text: press.text });
  if (press.kind === 'paste') return pasted(unarmed, press.text);
  if (press.key === 'ctrl+x') return step({ ...unarmed, prefix: 'ctrl+x' });
  return action === null ? step(unarmed) : done(unarmed, action);
}

/** What a key means; the second of two (Ctrl+X Ctrl+E) by both. */
function actionOf({ bindings, prefix }: State, key: string): KeyAction | null {
  const both = prefix === null ? undefined : bindings.get(`${prefix} ${key}`);
  return both ?? bindings.get(key) ?? null;
}

const edits: Partial<Readonly<Record<KeyAction, Edit>>> = {
  newline: { do: 'insert', text: '\n' },
  left: { do: 'left' },
  right: { do: 'right' },
  home: { do: 'home' },
  'end-of-line': { do: 'end' },
  'word-left': { do: 'word-left' },
  'word-right': { do: 'word-right' },
  backspace: { do: 'backspace' },
  delete: { do: 'delete' },
  'kill-word': { do: 'kill-word' },
  'kill-start': { do: 'kill-start' },
  'kill-end': { do: 'kill-end' },
};

/** Carries out what a key means while a text is written. */
function done(state: State, action: KeyAction): Step {
  const edit = edits[action];
  if (edit !== undefined) return changed(state, edit);
  const number = /^channel-(\d+)$/.exec(action)?.[1];
  if (number !== undefined) {
    const target = listed(state)[Number(number) - 1];
    return target === undefined ? step(state) : opened(state, target.key);
  }
  return actions[action]?.(state) ?? step(state);
}

const actions: Partial<Readonly<Record<KeyAction, (state: State) => Step>>> = {
  send: entered,
  complete: (state) => completed(state, 1),
  'complete-back': (state) => completed(state, -1),
  'next-activity': openedActive,
  'next-channel': (state) => openedNext(state, 1),
  'previous-channel': (state) => openedNext(state, -1),
  'last-channel': (state) => (state.previous === null ? step(state) : opened(state, state.previous)),
  jump: (state) => finding(state, 'jump'),
  'page-up': (state) => scrolled(state, layout(state).talk - 2),
  'page-down': (state) => scrolled(state, 2 - layout(state).talk),
  'to-end': (state) => (state.editor.cursor < state.editor.text.length ? changed(state, { do: 'end' }) : live(state)),
  'to-unread': (state) => step(toUnread(state)),
  'previous-mention': (state) => step(toMention(state, -1)),
  'next-mention': (state) => step(toMention(state, 1)),
  search: (state) => finding(state, 'search'),
  'search-input': (state) => finding(state, 'recall'),
  editor: (state) => step({ ...state, prefix: null }, { do: 'editor', text: state.editor.text }),
  select: selecting,
  up,
  down,
  wire: (state) => step({ ...state, panes: { ...state.panes, wire: !state.panes.wire } }),
  split: splitting,
  mouse: mouseSwitched,
  help: (state) => step({ ...state, mode: { kind: 'help', scroll: 0 } }),
  'pane-channels': (state) => step({ ...state, panes: { ...state.panes, channels: layout(state).channels === 0 } }),
  'pane-members': (state) => step({ ...state, panes: { ...state.panes, members: layout(state).members === 0 } }),
  redraw: (state) => step(state, { do: 'redraw' }),
  cancel: cancelled,
  quit,
};

/** Escape closes one thing at a time: what one answers, the text of an edit, the view of the past, the line of what is unread. */
function cancelled(state: State): Step {
  const conversation = currentOf(state);
  if (state.target !== null) return step(state.target.kind === 'edit' ? cleared(state) : { ...state, target: null });
  if (conversation === undefined) return step(state);
  if (conversation.anchor !== null) return live(state);
  return step(withConversation(state, conversation.name, (was) => ({ ...was, mark: null })));
}

/** Once empties the input, twice leaves. */
function quit(state: State): Step {
  if (state.prefix === 'ctrl+c') return step(state, { do: 'quit' });
  return step(hinted({ ...cleared(state), prefix: 'ctrl+c' }, say(state.settings.lang, 'quit-twice')));
}

function inPaste(state: State, text: string, press: Keypress): Step {
  if (press.kind === 'paste') return step(state);
  const key = press.kind === 'key' ? press.key : press.kind === 'text' ? press.text.toLowerCase() : '';
  if (key === 'enter') return answeredPaste(state, text, 'message');
  if (key === 'c') return answeredPaste(state, text, 'code');
  if (key === 'e') return answeredPaste(state, text, 'edit');
  return key === 'escape' || key === 'ctrl+c' || key === 'n' ? answeredPaste(state, text, 'no') : step(state);
}

function inSelect(state: State, press: Keypress): Step {
  if (press.kind === 'text') return acted(state, press.text);
  if (press.kind !== 'key') return step(state);
  if (press.key === 'up') return chosen(state, -1);
  if (press.key === 'down') return chosen(state, 1);
  if (press.key === 'enter') return retried(state);
  const action = actionOf(state, press.key);
  if (action === 'previous-mention' || action === 'next-mention') return step(toMention(state, action === 'next-mention' ? 1 : -1));
  const back: State = { ...state, mode: { kind: 'compose' } };
  return press.key === 'escape' || action === 'select' ? step(back) : then(step(back), (now) => composing(now, press));
}

function inHelp(state: State, scroll: number, press: Keypress): Step {
  if (press.kind !== 'key') return step(press.kind === 'text' && press.text === 'q' ? { ...state, mode: { kind: 'compose' } } : state);
  const action = actionOf(state, press.key);
  const by = { 'page-up': 2 - state.screen.rows, 'page-down': state.screen.rows - 2, up: -1, down: 1 }[press.key];
  if (by !== undefined)
    return step({ ...state, mode: { kind: 'help', scroll: Math.max(0, Math.min(mostHelpScroll(state), scroll + by)) } });
  return step(
    action === 'cancel' || action === 'help' || press.key === 'ctrl+c' || press.key === 'enter'
      ? { ...state, mode: { kind: 'compose' } }
      : state,
  );
}
