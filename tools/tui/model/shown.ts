import type { AnswerOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import type { Answered } from './answers.ts';
import type { State } from './state.ts';
import { type Ask, notice, type Step, step } from './step.ts';

/** What somebody asked for by a command is told in a line or two. */
export function shown([state, effects]: Step, { ask, answer }: Answered): Step {
  const lines = linesOf(state, ask, answer);
  return step(
    lines.reduce((was, line) => notice(was, line, { tone: 'accent' }), state),
    ...effects,
  );
}

const quiet = new Set(['join', 'create', 'leave', 'edit', 'delete', 'react', 'history', 'search', 'read']);

function linesOf(state: State, ask: Ask, answer: Readonly<Record<string, unknown>>): string[] {
  if (quiet.has(ask.type)) return [];
  if (ask.type === 'channels') return (answer as AnswerOf<'channels'>).channels.map(channelLine);
  if (ask.type === 'users') {
    const { users: names, details } = answer as AnswerOf<'users'>;
    return [names.map((name) => withState(name, details.find(({ username }) => username === name)?.state)).join(', ')];
  }
  if (ask.type === 'members')
    return [(answer as AnswerOf<'members'>).members.map((one) => withState(one.username, one.role ?? '')).join(', ')];
  if (ask.type === 'pins') return (answer as AnswerOf<'pins'>).pins.map((pin) => drawableLine(`📌 ${pin.from}: ${pin.content}`));
  const lists = Object.values(answer).filter((value): value is unknown[] => Array.isArray(value));
  const list = lists.find(({ length }) => length > 0);
  if (list !== undefined)
    return list.slice(0, 50).map((entry) => drawableLine(typeof entry === 'object' ? JSON.stringify(entry) : String(entry)));
  const { status: _status, ref: _ref, type: _type, ...data } = answer;
  const words = Object.entries(data).filter(([, value]) => value !== null && value !== undefined && value !== '' && !Array.isArray(value));
  if (words.length === 0) return [say(state.settings.lang, lists.length > 0 ? 'no-match' : 'done')];
  return [
    drawableLine(
      `${ask.type}: ${words.map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(', ')}`,
    ),
  ];
}

function channelLine({ name, topic, members: count, unread, joined }: AnswerOf<'channels'>['channels'][number]): string {
  const parts = [joined ? '●' : '○', name, count === undefined ? '' : `(${count})`, unread ? `+${unread}` : '', topic ?? ''];
  return drawableLine(parts.filter(Boolean).join(' '));
}

function withState(name: string, state: string | undefined): string {
  return drawableLine(state === undefined || state === '' || state === 'online' || state === 'member' ? name : `${name} (${state})`);
}
