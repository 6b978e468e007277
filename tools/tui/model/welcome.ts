import type { ErrorCode } from '../../../server/protocol/errors.ts';
import { fold } from '../../../server/protocol/names.ts';
import { hostAndPort } from '../address.ts';
import type { Keypress } from '../terminal/keypress.ts';
import { drawableLine } from '../text/clean.ts';
import { graphemes } from '../text/width.ts';
import { say, type TextKey } from '../texts.ts';
import type { Way, WelcomeMode, WelcomeStep } from './mode.ts';
import type { State } from './state.ts';
import { notice, type Step, step } from './step.ts';

export const ways: readonly Way[] = ['guest', 'login', 'register'];

export interface Known {
  readonly address?: string | undefined;
  readonly way?: Way | undefined;
  readonly name?: string | undefined;
}

/** The questions, from the first whose answer is not known. */
export function welcome({ address, way, name }: Known, error = ''): WelcomeMode {
  const isKnown = address !== undefined && way !== undefined && name !== undefined;
  const at: WelcomeStep = address === undefined ? 'address' : way === undefined ? 'how' : isKnown && way !== 'guest' ? 'password' : 'name';
  return {
    kind: 'welcome',
    step: at,
    address: address ?? 'localhost:12345',
    way: way ?? 'guest',
    name: name ?? '',
    password: '',
    again: '',
    code: '',
    error,
  };
}

/** Why there is no connection: the words for people, and the code that says whose fault it is. */
export interface Unconnected {
  readonly why: string;
  readonly code: ErrorCode;
}

/** Where the connection was refused, the question is asked again whose answer was wrong. */
export function asked(state: State, { why, code }: Unconnected): State {
  const { address, way, name } = state.login;
  const isNobody = code === 'unreachable';
  const error = isNobody ? say(state.settings.lang, 'nobody-there', { address }) : why;
  if (code === 'totp_required' || code === 'totp_failed')
    return { ...state, mode: { ...welcome({ address, way, name }, code === 'totp_required' ? '' : why), step: 'code' } };
  const step = isNobody ? 'address' : way === 'guest' || ofName.has(code) ? 'name' : 'password';
  return { ...state, mode: { ...welcome({ address, way, name }, error), step } };
}

const ofName: ReadonlySet<ErrorCode> = new Set(['invalid_name', 'already_exists', 'name_taken']);

export function inWelcome(state: State, mode: WelcomeMode, press: Keypress): Step {
  // What is typed ahead of the connection is no answer to a question that was answered.
  if (state.link.state === 'connecting') {
    if (press.kind === 'key' && press.key === 'escape') return inWelcome({ ...state, link: { ...state.link, state: 'idle' } }, mode, press);
    if (!(press.kind === 'key' && /^ctrl\+[cd]$/.test(press.key))) return step(state);
  }
  if (press.kind === 'text' || press.kind === 'paste') return typed(state, mode, press.text.replaceAll('\n', ''));
  if (press.kind !== 'key') return step(state);
  const to = (next: WelcomeMode): Step => step({ ...state, mode: next });
  switch (press.key) {
    case 'enter':
      return next(state, mode);
    case 'escape':
    case 'shift+tab':
      return to({ ...mode, step: before(mode), error: '' });
    case 'up':
    case 'down': {
      const at = ways.indexOf(mode.way) + (press.key === 'up' ? -1 : 1);
      return to(mode.step === 'how' ? { ...mode, way: ways[(at + ways.length) % ways.length] ?? 'guest' } : mode);
    }
    case 'backspace':
      return to(withField(mode, graphemes(fieldOf(mode)).slice(0, -1).join('')));
    case 'ctrl+u':
      return to(withField(mode, ''));
    case 'ctrl+c':
    case 'ctrl+d':
      return step(state, { do: 'quit' });
    default:
      return step(state);
  }
}

/** A word about the name, when it is not the one that was asked for: it was taken, or is none. */
export function greeted(state: State): State {
  const { me, login, settings } = state;
  if (me === null || login.name === '' || fold(me.name) === fold(login.name)) return state;
  return notice(state, say(settings.lang, 'renamed', { asked: drawableLine(login.name), name: drawableLine(me.name) }));
}

/** What is typed at the moment. */
export function fieldOf(mode: WelcomeMode): string {
  if (mode.step === 'address') return mode.address;
  if (mode.step === 'name') return mode.name;
  if (mode.step === 'again') return mode.again;
  if (mode.step === 'code') return mode.code;
  return mode.step === 'password' ? mode.password : '';
}

function withField(mode: WelcomeMode, text: string): WelcomeMode {
  if (mode.step === 'address') return { ...mode, address: text };
  if (mode.step === 'name') return { ...mode, name: text };
  if (mode.step === 'again') return { ...mode, again: text };
  if (mode.step === 'code') return { ...mode, code: text };
  return mode.step === 'password' ? { ...mode, password: text } : mode;
}

function typed(state: State, mode: WelcomeMode, text: string): Step {
  if (mode.step !== 'how') return step({ ...state, mode: withField(mode, fieldOf(mode) + text) });
  const way = ways[Number(text) - 1];
  return way === undefined ? step(state) : next(state, { ...mode, way });
}

function before({ step: at }: WelcomeMode): WelcomeStep {
  if (at === 'how' || at === 'address') return 'address';
  if (at === 'again' || at === 'code') return 'password';
  return at === 'name' ? 'how' : 'name';
}

function next(state: State, mode: WelcomeMode): Step {
  const { step: at, address, way, name, password, again } = mode;
  const to = (then: WelcomeStep): Step => step({ ...state, mode: { ...mode, step: then, error: '' } });
  const wrong = (key: TextKey, change: Partial<WelcomeMode> = {}): Step =>
    step({ ...state, mode: { ...mode, ...change, error: say(state.settings.lang, key) } });
  if (at === 'address') return hostAndPort(address) === null ? wrong('bad-address') : to('how');
  if (at === 'how') return to('name');
  if (name.trim() === '') return to('name');
  const isSecret = way === 'register' || (way === 'login' && !state.hasKey);
  if (at === 'name' && isSecret) return to('password');
  if (at === 'code') return mode.code.trim() === '' ? wrong('ask-code') : connected(state, mode);
  if (isSecret && password === '') return wrong('ask-password');
  if (way === 'register' && at === 'password') return to('again');
  if (way === 'register' && password !== again) return wrong('not-the-same', { step: 'password', password: '', again: '' });
  return connected(state, mode);
}

/** Where a code was asked for, the password was right, and the network side has it still. */
function connected(state: State, mode: WelcomeMode): Step {
  const { address, way, name, password, code } = mode;
  const login = { address: address.trim(), way, name: name.trim() };
  const link = { ...state.link, state: 'connecting' as const, reason: '' };
  const proof = mode.step === 'code' ? { password: '', totp: code.trim() } : { password };
  return step(
    { ...state, login, link, mode: { ...mode, password: '', again: '', code: '', error: '' } },
    { do: 'connect', ...login, ...proof },
  );
}
