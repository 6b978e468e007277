import type { Keypress } from '../terminal/keypress.ts';
import { graphemes } from '../text/width.ts';
import { say } from '../texts.ts';
import type { Way, WelcomeMode, WelcomeStep } from './mode.ts';
import type { State } from './state.ts';
import { type Step, step } from './step.ts';

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
  return { kind: 'welcome', step: at, address: address ?? 'localhost:12345', way: way ?? 'guest', name: name ?? '', password: '', error };
}

/** Where the connection was refused, the question is asked again whose answer was wrong. */
export function asked(state: State, error: string): State {
  const { address, way, name } = state.login;
  const mode = welcome({ address, way, name }, error);
  return {
    ...state,
    mode:
      way === 'guest' ? { ...mode, step: 'name' } : { ...mode, step: /name|nom/i.test(error) && way === 'register' ? 'name' : 'password' },
  };
}

export function inWelcome(state: State, mode: WelcomeMode, press: Keypress): Step {
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

/** What is typed at the moment. */
export function fieldOf(mode: WelcomeMode): string {
  if (mode.step === 'address') return mode.address;
  if (mode.step === 'name') return mode.name;
  return mode.step === 'password' ? mode.password : '';
}

function withField(mode: WelcomeMode, text: string): WelcomeMode {
  if (mode.step === 'address') return { ...mode, address: text };
  if (mode.step === 'name') return { ...mode, name: text };
  return mode.step === 'password' ? { ...mode, password: text } : mode;
}

function typed(state: State, mode: WelcomeMode, text: string): Step {
  if (mode.step !== 'how') return step({ ...state, mode: withField(mode, fieldOf(mode) + text) });
  const way = ways[Number(text) - 1];
  return way === undefined ? step(state) : next(state, { ...mode, way });
}

function before({ step: at }: WelcomeMode): WelcomeStep {
  if (at === 'how' || at === 'address') return 'address';
  return at === 'name' ? 'how' : 'name';
}

function next(state: State, mode: WelcomeMode): Step {
  const { step: at, address, way, name, password } = mode;
  const to = (then: WelcomeStep): Step => step({ ...state, mode: { ...mode, step: then, error: '' } });
  if (at === 'address') return address.trim() === '' ? step(state) : to('how');
  if (at === 'how') return to('name');
  if (name.trim() === '') return to('name');
  if (at === 'name' && way !== 'guest') return to('password');
  if (way !== 'guest' && password === '') return step({ ...state, mode: { ...mode, error: say(state.settings.lang, 'ask-password') } });
  const login = { address: address.trim(), way, name: name.trim() };
  const link = { ...state.link, state: 'connecting' as const, reason: '' };
  return step({ ...state, login, link, mode: { ...mode, password: '', error: '' } }, { do: 'connect', ...login, password });
}
