import { oneEmoji } from '../../../server/protocol/reactions.ts';
import { timeFirst } from '../../../server/protocol/typed-time.ts';
import { emoji } from '../text/emoji.ts';
import { say } from '../texts.ts';
import type { MessageItem } from './item.ts';
import { nameFirst } from './naming.ts';
import { lastOwn } from './saying.ts';
import { currentOf, type State } from './state.ts';
import { type Ask, hinted, type Step, step } from './step.ts';

/** Asks the server, and shows what it says. */
export const asking = (state: State, ask: Ask): Step => step(state, { do: 'ask', ask, isAsked: true });
/** The channel at the beginning of the words, or the one that is looked at; then the rest. */
export function placed(state: State, rest: string): readonly [place: string, rest: string] {
  const named = /^(#\S+)\s*([\s\S]*)$/.exec(rest);
  return named === null ? [currentOf(state)?.name ?? '#general', rest] : [named[1] ?? '', named[2] ?? ''];
}
export const hashed = (name: string) => (name.startsWith('#') ? name : `#${name}`);
export const first = (rest: string): readonly [string, string] => {
  const [, word = '', others = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  return [word, others];
};
export const status = (how: string) => (state: State, text: string) =>
  asking(state, { type: 'status', state: how, ...(text === '' ? {} : { text }) });
export const sanction = (type: string) => (state: State, rest: string) => {
  const [username, others] = nameFirst(state, rest);
  const time = type === 'warn' ? { seconds: null, rest: others } : timeFirst(others);
  if (time === 'unclear') return step(hinted(state, say(state.settings.lang, 'no-time', { word: first(others)[0].slice(0, 32) })));
  const { seconds, rest: reason } = time;
  return asking(state, { type, username, reason, ...(seconds === null ? {} : { duration_s: seconds }) });
};

/** The message of that `id`, or without one the last message of others here. */
export function aimed(state: State, word: string, isOwn: boolean): MessageItem | undefined {
  const items = currentOf(state)?.items ?? [];
  const id = /^\d+$/.test(word) ? Number(word) : null;
  if (id !== null) return items.find((item): item is MessageItem => item.kind === 'message' && item.id === id);
  return isOwn
    ? lastOwn(state)
    : items.findLast((item): item is MessageItem => item.kind === 'message' && item.status === undefined && !item.isDeleted);
}
/** A request about a message: of the `id` that is typed first, else of one's own last message or of the others'. */
export const atMessage =
  (isOwn: boolean, make: (id: number, text: string) => Ask | null) =>
  (state: State, rest: string): Step => {
    const [word, others] = first(rest);
    const isNumbered = /^\d+$/.test(word);
    const target = aimed(state, word, isOwn);
    if (target?.id === undefined)
      return step(hinted(state, say(state.settings.lang, target === undefined ? 'nothing-selected' : 'not-stored')));
    const ask = make(target.id, isNumbered ? others : rest);
    return ask === null ? step(hinted(state, say(state.settings.lang, 'nothing-selected'))) : asking(state, ask);
  };

/** An emoji, the one of a `:name:`, or the word as it is: the server may know it. */
export function emojiOf(word: string): string {
  const bare = word.replace(/^:|:$/g, '');
  return oneEmoji(word) ?? emoji[bare] ?? word;
}

/** `/export`: the conversation that is looked at, into a file of that name or of its own. */
export function exporting(state: State, words: string): Step {
  const place = currentOf(state)?.name ?? '#general';
  const name = place.replace(/[^\p{L}\p{M}\p{N}_-]+/gu, '_').replace(/^_/, '');
  const file = words === '' ? `classcord-${name}-${new Date(state.now).toISOString().slice(0, 10)}.ndjson` : words;
  return step(state, { do: 'export', place, file });
}

/** `/raw`: the line as it was typed. */
export function raw(state: State, rest: string): Step {
  try {
    const ask: unknown = JSON.parse(rest);
    if (typeof ask === 'object' && ask !== null && typeof (ask as Ask).type === 'string') return asking(state, ask as Ask);
  } catch {
    // Told below, in words of our own.
  }
  return step(hinted(state, say(state.settings.lang, 'bad-json')));
}
