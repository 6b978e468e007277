import type { Keypress } from '../terminal/keypress.ts';
import { type Edit, edited, editorOf, emptyEditor } from './editor.ts';
import { choices } from './jumping.ts';
import type { Found } from './mode.ts';
import { broughtIn, opened } from './moving.ts';
import { nameFirst } from './naming.ts';
import { recalled } from './recalling.ts';
import { currentOf, keyOf, type State, withConversation } from './state.ts';
import { type Step, step, then } from './step.ts';

/** The modes with a line to type in and a list under it. */
type FindMode = Extract<State['mode'], { kind: 'jump' | 'search' | 'recall' }>;

export function finding(state: State, kind: FindMode['kind']): Step {
  const input = emptyEditor;
  if (kind === 'search') return step({ ...state, mode: { kind, input, asked: '', found: null, at: 0 } });
  return step({ ...state, mode: { kind, input, at: 0 } });
}

export function inFind(state: State, mode: FindMode, press: Keypress): Step {
  if (press.kind === 'text' || press.kind === 'paste')
    return step(typedInto(state, mode, { do: 'insert', text: press.text.replaceAll('\n', ' ') }));
  if (press.kind !== 'key') return step(state);
  const count = lengthOf(state, mode);
  const at = (by: number): State => ({ ...state, mode: { ...mode, at: count === 0 ? 0 : (mode.at + by + count) % count } });
  switch (press.key) {
    case 'escape':
    case 'ctrl+c':
      return step({ ...state, mode: { kind: 'compose' } });
    case 'up':
    case 'shift+tab':
      return step(at(mode.kind === 'recall' ? 1 : -1));
    case 'down':
    case 'tab':
    case 'ctrl+r':
      return step(at(mode.kind === 'recall' && press.key === 'down' ? -1 : 1));
    case 'backspace':
      return step(typedInto(state, mode, { do: 'backspace' }));
    case 'ctrl+u':
      return step(typedInto(state, mode, { do: 'kill-start' }));
    case 'enter':
      return taken(state, mode);
    default:
      return step(state);
  }
}

function typedInto(state: State, mode: FindMode, edit: Edit): State {
  const input = edited(mode.input, edit);
  return { ...state, mode: mode.kind === 'search' ? { ...mode, input, found: null, at: 0 } : { ...mode, input, at: 0 } };
}

function lengthOf(state: State, mode: FindMode): number {
  if (mode.kind === 'jump') return choices(state, mode.input.text).length;
  if (mode.kind === 'recall') return recalled(state, mode.input.text).length;
  return mode.found?.length ?? 0;
}

function taken(state: State, mode: FindMode): Step {
  const back: State = { ...state, mode: { kind: 'compose' } };
  if (mode.kind === 'jump') {
    const choice = choices(state, mode.input.text)[mode.at];
    return choice === undefined
      ? step(back)
      : opened(
          withConversation(back, choice.name, (was) => was),
          keyOf(choice.name),
        );
  }
  if (mode.kind === 'recall') {
    const text = recalled(state, mode.input.text)[mode.at];
    return step(text === undefined ? back : { ...back, editor: editorOf(text) });
  }
  const found = mode.found?.[mode.at];
  if (mode.found !== null && mode.asked === mode.input.text) return found === undefined ? step(back) : shown(back, found);
  return mode.input.text.trim() === ''
    ? step(back)
    : step({ ...state, mode: { ...mode, asked: mode.input.text, at: 0 } }, searchOf(state, mode.input.text));
}

/** `in:#dev from:bob words`; a name with blanks is the one that is known here, or stands in quotes. */
function searchOf(state: State, text: string) {
  const channel = /(?:^|\s)in:(\S+)/.exec(text)?.[1];
  const [, before = text, named] = /^([\s\S]*?)(?:^|\s)from:([\s\S]+)$/.exec(text) ?? [];
  const [from, after] = named === undefined ? [undefined, ''] : nameFirst(state, named);
  const query = `${before} ${after}`.replace(/(^|\s)in:\S+/g, ' ').trim() || text.trim();
  const ask = { type: 'search', query, ...(channel === undefined ? {} : { channel }), ...(from === undefined ? {} : { from }), limit: 50 };
  return { do: 'ask', ask, isAsked: true } as const;
}

/** Goes to what was found; what lies around it is fetched when it is not there. */
function shown(state: State, { place, order }: Found): Step {
  return then(
    opened(
      withConversation(state, place, (was) => was),
      keyOf(place),
    ),
    (now) => {
      const conversation = currentOf(now);
      const item = conversation?.items.find((one) => one.kind === 'message' && one.order === order);
      if (item !== undefined) return step(broughtIn({ ...now, mode: { kind: 'select', key: item.key } }, item.key));
      const where = place.startsWith('#') ? { channel: place } : { with: place };
      return step(now, { do: 'ask', ask: { type: 'history', ...where, around: order, limit: 100 } });
    },
  );
}
