import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { aimed, first } from './asking.ts';
import type { MessageItem } from './item.ts';
import { saying } from './saying.ts';
import { currentOf, type State } from './state.ts';
import { type Effect, hinted, notice, type Step, step } from './step.ts';

const most = 9;
const keycap = (number: number): string => `${number}\ufe0f\u20e3`;
const choiceLine = /^([1-9])\ufe0f\u20e3 (.*)$/;

/** `/poll question | answer | answer`: a message that lists the answers; without any, yes and no. */
export function poll(state: State, words: string): Step {
  const { lang } = state.settings;
  const [question = '', ...given] = words.split('|').map((part) => part.trim().replace(/\s+/g, ' '));
  const answers = given.length === 0 ? [say(lang, 'poll-yes'), say(lang, 'poll-no')] : given.filter((answer) => answer !== '');
  if (question === '' || answers.length < 2 || answers.length > most)
    return step(hinted(state, say(lang, 'poll-answers', { count: most })));
  const lines = answers.map((answer, at) => `${keycap(at + 1)} ${answer}`);
  return saying(state, currentOf(state)?.name ?? '#general', { content: [`📊 ${question}`, ...lines].join('\n'), meaning: 'poll' });
}

/** `/vote number`: one's reaction with that number, and no other number, to the last poll here; without a number it tells how the poll stands. */
export function vote(state: State, words: string): Step {
  const { lang } = state.settings;
  const [word, id] = first(words);
  const target = /^\d+$/.test(id) ? aimed(state, id, false) : lastPoll(state);
  if (target?.id === undefined || target.meaning !== 'poll') return step(hinted(state, say(lang, 'poll-none')));
  const choices = choicesOf(target);
  if (word === '') return step(notice(state, standing(target), { tone: 'accent' }));
  const number = Number(word);
  if (!choices.some((choice) => choice.number === number)) return step(hinted(state, say(lang, 'poll-number', { count: choices.length })));
  const react = (op: 'add' | 'remove', emoji: string) => ({ type: 'react', id: target.id, emoji, op });
  // Whose the votes are that stand in a page of history nobody says: one's own other votes are taken back unheard.
  const others = choices.filter((choice) => choice.number !== number && choice.votes > 0);
  const back = others.map((choice): Effect => ({ do: 'ask', ask: react('remove', keycap(choice.number)) }));
  return step(state, ...back, { do: 'ask', ask: react('add', keycap(number)), isAsked: true });
}

function lastPoll(state: State): MessageItem | undefined {
  return currentOf(state)?.items.findLast(
    (item): item is MessageItem => item.kind === 'message' && item.meaning === 'poll' && item.isDeleted !== true,
  );
}

function choicesOf({ content, reactions = [] }: MessageItem): { readonly number: number; readonly text: string; readonly votes: number }[] {
  return content.split('\n').flatMap((line) => {
    const [, digit, text = ''] = choiceLine.exec(line) ?? [];
    if (digit === undefined) return [];
    const number = Number(digit);
    return [{ number, text, votes: reactions.find(({ emoji }) => emoji === keycap(number))?.count ?? 0 }];
  });
}

function standing(item: MessageItem): string {
  const [question = ''] = item.content.split('\n');
  return [question, ...choicesOf(item).map(({ number, text, votes }) => `${votes} × ${keycap(number)} ${text}`)]
    .map(drawableLine)
    .join('\n');
}
