import { completionOf } from '../complete.ts';
import { say } from '../texts.ts';
import { commanded, noCommand } from './commanding.ts';
import { type Edit, type Editor, edited, editorOf, emptyEditor, moved } from './editor.ts';
import { cleared } from './moving.ts';
import { lastOwn, saying } from './saying.ts';
import { currentOf, mostWritten, type State } from './state.ts';
import { hinted, type Step, step } from './step.ts';

const typingEveryMs = 3000;

/** Changes the text that is being written, and lets the others know that one writes. */
export function changed(state: State, edit: Edit): Step {
  return typed(state, edited(state.editor, edit));
}

export function typed(state: State, editor: Editor): Step {
  const next: State = { ...state, editor };
  const conversation = currentOf(state);
  const isWriting = editor.text.length > state.editor.text.length && !editor.text.startsWith('/') && conversation !== undefined;
  if (!isWriting || state.now - state.lastTypingAt < typingEveryMs || state.link.state !== 'online') return step(next);
  return step({ ...next, lastTypingAt: state.now }, { do: 'typing', place: conversation.name });
}

/** Enter: a command is run, an edit is asked for, everything else is said. */
export function entered(state: State): Step {
  const text = state.editor.text.trim();
  if (text === '') return step(state);
  if (text.startsWith('/') && !text.startsWith('//')) return command(state, text);
  return spoken(state, text.startsWith('//') ? text.slice(1) : text);
}

/** Says a text as it is, whatever it begins with. */
export function spoken(state: State, content: string): Step {
  const conversation = currentOf(state);
  if (conversation === undefined) return step(hinted(state, say(state.settings.lang, 'not-here')));
  const { target } = state;
  const after = { ...cleared(state), written: remembered(state, content) };
  if (target?.kind === 'edit') return step(after, { do: 'ask', ask: { type: 'edit', id: target.id, content }, isAsked: true });
  return saying(after, conversation.name, { content, replyTo: target?.id });
}

/** An unknown command stays where it is: nobody leaks one by a slip of the finger. */
function command(state: State, text: string): Step {
  const after = { ...cleared(state), written: remembered(state, text) };
  const ran = commanded(after, text);
  if (ran !== null) {
    // The draft that a command came back to was kept with its conversation.
    return ran;
  }
  const word = /^\/(\S*)/.exec(text)?.[1] ?? '';
  const { lang } = state.settings;
  return step(hinted(state, `${noCommand(lang, word)} ${say(lang, 'not-sent')}`, 'bad'));
}

function remembered({ written }: State, text: string): readonly string[] {
  return written.at(-1) === text ? written : [...written, text].slice(-mostWritten);
}

/** Up: a line up in the text, what was written before, or on an empty input one's last message to edit it. */
export function up(state: State): Step {
  const higher = moved(state.editor, -1);
  if (higher !== null) return step({ ...state, editor: higher });
  if (state.editor.text === '' && state.recall === null) {
    const own = lastOwn(state);
    if (own !== undefined && own.id !== undefined) return step(editing(state, { id: own.id, key: own.key, content: own.content }));
  }
  return step(recall(state, 1));
}

export function down(state: State): Step {
  const lower = moved(state.editor, 1);
  return step(lower !== null ? { ...state, editor: lower } : recall(state, -1));
}

export function editing(state: State, { id, key, content }: { id: number; key: number; content: string }): State {
  return { ...state, editor: editorOf(content), target: { kind: 'edit', id, key }, mode: { kind: 'compose' } };
}

function recall(state: State, by: 1 | -1): State {
  const at = (state.recall?.at ?? 0) + by;
  const kept = state.recall?.kept ?? state.editor;
  if (at <= 0) return state.recall === null ? state : { ...state, editor: kept, recall: null };
  const text = state.written.at(-at);
  return text === undefined ? state : { ...state, editor: editorOf(text), recall: { at, kept } };
}

/** Tab: the only completion at once, several with a list that the next Tab walks through. */
export function completed(state: State, by: 1 | -1): Step {
  if (state.mode.kind === 'complete') {
    const { candidates } = state.mode;
    return step(put(state, state.mode.base, { ...state.mode, at: (state.mode.at + by + candidates.length) % candidates.length }));
  }
  const { start, candidates } = completionOf(state, state.editor);
  if (candidates.length === 0) return step(hinted(state, say(state.settings.lang, 'no-match'), 'muted'));
  const mode = { kind: 'complete', base: state.editor, start, candidates, at: 0 } as const;
  const next = put(state, state.editor, mode);
  return step(candidates.length === 1 ? { ...next, mode: { kind: 'compose' } } : next);
}

function put(state: State, base: Editor, mode: State['mode'] & { kind: 'complete' }): State {
  const chosen = mode.candidates[mode.at];
  const before = base.text.slice(0, mode.start) + (chosen?.put ?? '');
  const after = base.text.slice(base.cursor);
  return { ...state, mode, editor: { text: before + after, cursor: before.length } };
}

/** Pasted text: one line is typed, several are asked about. */
export function pasted(state: State, text: string): Step {
  const body = text.replace(/\n+$/, '');
  if (body.includes('\n') && state.mode.kind !== 'paste') return step({ ...state, mode: { kind: 'paste', text: body } });
  return changed(state, { do: 'insert', text: body });
}

/** What is to be done with several pasted lines. */
export function answeredPaste(state: State, text: string, how: 'message' | 'code' | 'edit' | 'no'): Step {
  const back: State = { ...state, mode: { kind: 'compose' } };
  if (how === 'no') return step(back);
  const draft = back.editor.text;
  const body = how === 'code' ? `\`\`\`\n${text}\n\`\`\`` : text;
  if (how === 'edit') return changed(back, { do: 'insert', text: body });
  const content = draft.trim() === '' ? body : `${draft}${how === 'code' ? '\n' : ''}${body}`;
  return spoken({ ...back, editor: emptyEditor }, content);
}
