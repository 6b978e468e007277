import { typedSeconds } from '../../../server/protocol/typed-time.ts';
import { drawableLine } from '../text/clean.ts';
import { clock, day } from '../text/time.ts';
import { say } from '../texts.ts';
import { first } from './asking.ts';
import { saying } from './saying.ts';
import { currentOf, type State, withConversation } from './state.ts';
import { hinted, notice, type Step, step, then } from './step.ts';

/** Something that waits for its time in this client: to remind one, or to be said. */
export interface Timer {
  readonly id: number;
  readonly does: 'remind' | 'say';
  readonly at: number;
  readonly place: string;
  readonly text: string;
}

const mostTimers = 50;
const mostAheadS = 30 * 24 * 3600;

/** `/remind 10m text`, `/at 14:30 text`; without words the list, `off 2` takes one away. */
export const timed =
  (does: Timer['does']) =>
  (state: State, words: string): Step => {
    const { lang } = state.settings;
    const [time, text] = first(words);
    if (time === '') return step(listed(state));
    if (time.toLowerCase() === 'off') return step(without(state, Number(text)));
    const at = timeOf(time, state.now);
    if (at === null || text === '') return step(hinted(state, say(lang, 'timer-usage', { command: does === 'say' ? 'at' : 'remind' })));
    if (state.timers.length >= mostTimers) return step(hinted(state, say(lang, 'timer-many', { count: mostTimers })));
    const id = Math.max(0, ...state.timers.map((timer) => timer.id)) + 1;
    const timer: Timer = { id, does, at, place: currentOf(state)?.name ?? '#general', text };
    const next = { ...state, timers: [...state.timers, timer].toSorted((a, b) => a.at - b.at) };
    return step(notice(next, say(lang, does === 'say' ? 'timer-say' : 'timer-remind', { id, time: `${day(at)} ${clock(at)}` })));
  };

/** What was to happen until now, happens. */
export function rung(state: State): Step {
  const due = state.timers.filter(({ at }) => at <= state.now);
  if (due.length === 0) return step(state);
  const left: State = { ...state, timers: state.timers.filter(({ at }) => at > state.now) };
  return due.reduce<Step>((was, timer) => then(was, (now) => (timer.does === 'say' ? said(now, timer) : reminded(now, timer))), step(left));
}

function reminded(state: State, { place, text }: Timer): Step {
  const told = notice(state, `⏰ ${drawableLine(text)}`, { place, tone: 'warn' });
  return step(told, ...(state.settings.bell === 'off' ? [] : [{ do: 'notify', title: place, text: drawableLine(text) } as const]));
}

/** Nobody is at the keyboard: what is unread there stays so. */
function said(state: State, { place, text }: Timer): Step {
  const before = withConversation(state, place, (was) => was);
  const was = [...before.conversations.values()].find(({ name }) => name === place);
  const [next, effects] = saying(before, place, { content: text });
  if (was === undefined) return [next, effects];
  const { unread, mentions, mark, anchor } = was;
  return [withConversation(next, place, (now) => ({ ...now, unread, mentions, mark, anchor })), effects];
}

function listed(state: State): State {
  const { lang } = state.settings;
  const lines = state.timers.map(({ id, does, at, place, text }) =>
    drawableLine(`${id} ${day(at)} ${clock(at)} ${does === 'say' ? `→ ${place}` : '⏰'} ${text}`),
  );
  return notice(state, lines.length === 0 ? say(lang, 'timer-none') : lines.join('\n'), { tone: 'accent' });
}

function without(state: State, id: number): State {
  const timers = state.timers.filter((timer) => timer.id !== id);
  const { lang } = state.settings;
  return timers.length === state.timers.length
    ? hinted(state, say(lang, 'timer-none'))
    : hinted({ ...state, timers }, say(lang, 'done'), 'good');
}

/** `10m` from now, or the next `14:30` (`14h30`); null: it is no time. */
function timeOf(word: string, now: number): number | null {
  // What is so long for a sanction is an hour of the day here.
  const seconds = /^\d+h\d+$/.test(word) ? null : typedSeconds(word);
  if (seconds !== null) return seconds <= mostAheadS ? now + seconds * 1000 : null;
  const [, hours, minutes = '0'] = /^(\d{1,2})[:h](\d{2})?$/.exec(word) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return null;
  const at = new Date(now);
  at.setHours(Number(hours), Number(minutes), 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime();
}
