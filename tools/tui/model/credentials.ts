import { scopes } from '../../../server/protocol/credentials.ts';
import type { Lang } from '../../../server/protocol/texts.ts';
import { typedSeconds } from '../../../server/protocol/typed-time.ts';
import { drawableLine } from '../text/clean.ts';
import { clock, day } from '../text/time.ts';
import { say } from '../texts.ts';
import { asking, first } from './asking.ts';
import type { Data } from './notes.ts';
import { proving } from './proof.ts';
import type { State } from './state.ts';
import { hinted, type Step, step } from './step.ts';

/** `/sessions`: where one is logged in; `end 2` ends the second of that list. */
export function sessions(state: State, words: string): Step {
  const [op, number] = first(words);
  if (op === '') return asking(state, { type: 'sessions' });
  const session = state.numbered.sessions[Number(number) - 1];
  if (op !== 'end' || session === undefined) return unnumbered(state, '/sessions');
  return asking(state, { type: 'revoke', session });
}

/** `/token`: the bearer tokens of one's bots; `name scopes 30d` makes one, `end 2` takes the one of that number back. */
export function token(state: State, words: string): Step {
  const [name, others] = first(words);
  if (name === '') return asking(state, { type: 'tokens' });
  if (name === 'end' && /^\d+$/.test(others)) return asking(state, { type: 'revoke', token: Number(others) });
  const [allowed, time] = first(others);
  const wanted = allowed.split(',').filter((scope) => scope !== '');
  const seconds = typedSeconds(time);
  if (wanted.length === 0 || !wanted.every((scope) => scopes.some((known) => known === scope)) || (time !== '' && seconds === null))
    return step(hinted(state, say(state.settings.lang, 'token-usage', { scopes: scopes.join(',') })));
  return asking(state, { type: 'token', name, scopes: wanted, ...(seconds === null ? {} : { duration_s: seconds }) });
}

/** `/keys`: the public keys with which one logs in; `add` takes the line of a `.pub` file, `remove 2` the second of the list. */
export function keys(state: State, words: string): Step {
  const [op, rest] = first(words);
  if (op === '') return asking(state, { type: 'keys' });
  if (op === 'add' && rest !== '') return proving(state, { type: 'keys', op, key: rest });
  const key = rest.startsWith('SHA256:') ? rest : state.numbered.keys[Number(rest) - 1];
  if (op !== 'remove' || key === undefined) return unnumbered(state, '/keys');
  return proving(state, { type: 'keys', op, key });
}

/** `/password`: the old one, and the new one twice. */
export const password = (state: State): Step => proving(state, { type: 'password' }, ['old', 'new', 'again']);

function unnumbered(state: State, command: string): Step {
  return step(hinted(state, say(state.settings.lang, 'no-number', { command })));
}

/** What a list of sessions or keys was told as: its numbers stand for these. */
export function numbered(state: State, type: string, answer: Data): State {
  if (type === 'sessions') return { ...state, numbered: { ...state.numbered, sessions: textsOf(answer['sessions'], 'id') } };
  if (type === 'keys' && 'keys' in answer)
    return { ...state, numbered: { ...state.numbered, keys: textsOf(answer['keys'], 'fingerprint') } };
  return state;
}

export function sessionLines(lang: Lang, answer: Data): string[] {
  return rowsOf(answer['sessions']).map((one, at) => {
    const mark = one['here'] === true ? '●' : '○';
    const own = one['current'] === true ? ` (${say(lang, 'this-one')})` : '';
    return drawableLine(
      `${at + 1} ${mark} ${text(one['kind'])} ${text(one['client'])} ${when(one['created'])} – ${when(one['last_seen'])}${own}`,
    );
  });
}

export function tokenLines(lang: Lang, answer: Data): string[] {
  return rowsOf(answer['tokens']).map((one) => tokenLine(lang, one));
}

export function newTokenLines(lang: Lang, answer: Data): string[] {
  return [tokenLine(lang, answer), say(lang, 'token-once'), `  ${drawableLine(text(answer['token']))}`];
}

export function keyLines(lang: Lang, answer: Data): string[] {
  if ('op' in answer) return [say(lang, 'done')];
  return rowsOf(answer['keys']).map((one, at) =>
    drawableLine(`${at + 1} ${text(one['fingerprint'])} ${text(one['key']).split(' ').slice(2).join(' ')}`),
  );
}

export function passwordLines(lang: Lang, answer: Data): string[] {
  return [say(lang, 'password-new', { sessions: Number(answer['sessions_ended']), tokens: Number(answer['tokens_revoked']) })];
}

function tokenLine(lang: Lang, { id, name, scopes: allowed, expires }: Data): string {
  const may = Array.isArray(allowed) ? allowed.map(String).join(',') : '';
  return drawableLine(`${text(id)} ${text(name)} (${may}) ${say(lang, 'until', { time: when(expires) })}`);
}

function rowsOf(value: unknown): Data[] {
  return Array.isArray(value) ? value.filter((one): one is Data => typeof one === 'object' && one !== null) : [];
}

function textsOf(value: unknown, key: string): string[] {
  return rowsOf(value).map((one) => text(one[key]));
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function when(timestamp: unknown): string {
  const at = Date.parse(text(timestamp));
  return Number.isNaN(at) ? '' : `${day(at)} ${clock(at)}`;
}
