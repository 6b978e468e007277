import { selectKeys } from '../keys.ts';
import type { Keypress } from '../terminal/keypress.ts';
import { shortcodes } from '../text/emoji.ts';
import { say } from '../texts.ts';
import { emojiOf } from './asking.ts';
import { editing } from './composing.ts';
import { type Edit, edited, editorOf, emptyEditor } from './editor.ts';
import type { MessageItem } from './item.ts';
import { broughtIn } from './moving.ts';
import { proven } from './proof.ts';
import { saying } from './saying.ts';
import { currentOf, isMe, type State, withConversation } from './state.ts';
import { hinted, type Step, step } from './step.ts';

/** Begins to choose a message: the last one that is seen. */
export function selecting(state: State): Step {
  const conversation = currentOf(state);
  const items = conversation?.items ?? [];
  const bottom = conversation?.anchor == null ? items.length - 1 : items.findIndex(({ key }) => key === conversation.anchor?.key);
  const item = items.slice(0, bottom + 1).findLast(({ kind }) => kind === 'message');
  if (item === undefined) return step(hinted(state, say(state.settings.lang, 'nothing-selected')));
  return step({ ...state, mode: { kind: 'select', key: item.key } });
}

/** Moves the choice to the message before or after. */
export function chosen(state: State, by: -1 | 1): Step {
  if (state.mode.kind !== 'select') return step(state);
  const { key } = state.mode;
  const messages = (currentOf(state)?.items ?? []).filter(({ kind }) => kind === 'message');
  const next = messages[messages.findIndex((item) => item.key === key) + by];
  return step(next === undefined ? state : broughtIn({ ...state, mode: { kind: 'select', key: next.key } }, next.key));
}

/** A letter says what becomes of the chosen message. */
export function acted(state: State, letter: string): Step {
  const message = messageOf(state);
  const action = Object.entries(selectKeys).find(([key]) => key === letter.toLowerCase())?.[1].action;
  if (message === undefined || action === undefined) return step(state);
  const back: State = { ...state, mode: { kind: 'compose' } };
  if (action === 'copy') return step(hinted(back, say(state.settings.lang, 'copied'), 'good'), { do: 'copy', text: message.content });
  const { id, key } = message;
  if (id === undefined) return step(hinted(back, say(state.settings.lang, 'not-stored')));
  switch (action) {
    case 'reply':
      return step({ ...back, target: { kind: 'reply', id, key } });
    case 'edit':
      return isMe(state, message.from)
        ? step(editing(state, { id, key, content: message.content }))
        : step(hinted(back, say(state.settings.lang, 'not-yours')));
    case 'delete':
      return step({ ...state, mode: { kind: 'confirm-delete', key } });
    case 'react':
      return step({ ...state, mode: { kind: 'react', id, input: emptyEditor } });
    case 'report':
      return step({ ...state, mode: { kind: 'report', id, input: emptyEditor } });
  }
}

/** Enter on a message that was not sent sends it again. */
export function retried(state: State): Step {
  const message = messageOf(state);
  const back: State = { ...state, mode: { kind: 'compose' } };
  const conversation = currentOf(state);
  if (message?.status !== 'failed' || conversation === undefined) return step(back);
  const without = withConversation(back, conversation.name, (was) => ({
    ...was,
    items: was.items.filter(({ key }) => key !== message.key),
  }));
  const { content, replyTo, meaning } = message;
  return saying(without, conversation.name, { content, replyTo, meaning });
}

export function confirmed(state: State, letter: string): Step {
  const message = messageOf(state);
  const back: State = { ...state, mode: { kind: 'compose' } };
  if (!/^[yo]$/i.test(letter) || message?.id === undefined) return step(back);
  return step(back, { do: 'ask', ask: { type: 'delete', id: message.id }, isAsked: true });
}

const lineEdits: Readonly<Record<string, Edit>> = {
  backspace: { do: 'backspace' },
  'ctrl+u': { do: 'kill-start' },
  'ctrl+w': { do: 'kill-word' },
  left: { do: 'left' },
  right: { do: 'right' },
};

/** The line in which an emoji or a reason is typed. */
export function inLine(state: State, press: Keypress): Step {
  const { mode } = state;
  if (mode.kind !== 'react' && mode.kind !== 'report' && mode.kind !== 'proof') return step(state);
  if (press.kind === 'text' || press.kind === 'paste') {
    const text = press.text.replaceAll('\n', ' ');
    return step({ ...state, mode: { ...mode, input: edited(mode.input, { do: 'insert', text }) } });
  }
  if (press.kind !== 'key') return step(state);
  const back: State = { ...state, mode: { kind: 'compose' } };
  const edit = lineEdits[press.key];
  if (edit !== undefined) return step({ ...state, mode: { ...mode, input: edited(mode.input, edit) } });
  const emoji = press.key === 'tab' && mode.kind === 'react' ? shortcodes(mode.input.text)[0] : undefined;
  if (emoji !== undefined) return step({ ...state, mode: { ...mode, input: editorOf(emoji.put) } });
  if (press.key !== 'enter') return press.key === 'escape' || press.key === 'ctrl+c' ? step(back) : step(state);
  if (mode.kind === 'proof') return proven(state, mode);
  const text = mode.input.text.trim();
  if (text === '') return step(back);
  const ask =
    mode.kind === 'react' ? { type: 'react', id: mode.id, emoji: emojiOf(text), op: 'add' } : { type: 'report', id: mode.id, reason: text };
  return step(back, { do: 'ask', ask, isAsked: true });
}

function messageOf(state: State): MessageItem | undefined {
  const { mode } = state;
  if (mode.kind !== 'select' && mode.kind !== 'confirm-delete') return undefined;
  return currentOf(state)?.items.find((item): item is MessageItem => item.kind === 'message' && item.key === mode.key);
}
