import { say } from '../texts.ts';
import { commanded, isKnown } from './commanding.ts';
import type { State } from './state.ts';
import { hinted, notice, type Step, step, then } from './step.ts';

/** A file of commands that is being run, one after the other: the next one when the server has answered. */
export interface Script {
  readonly file: string;
  readonly lines: readonly ScriptLine[];
  /** The line that is being run. */
  readonly at: number;
  /** Answers that are still to come. */
  readonly waiting: number;
}
interface ScriptLine {
  readonly number: number;
  readonly text: string;
}

export const mostScriptLines = 200;

/** Runs the commands of a file. All of it is looked at first: a file that is none is not said line by line to a channel. */
export function scripted(state: State, file: string, text: string): Step {
  const { lang } = state.settings;
  const all = text.split('\n').map((line, at) => ({ number: at + 1, text: line.trim() }));
  const lines = all.filter((line) => line.text !== '' && !line.text.startsWith('#'));
  const wrong = lines.find((line) => !isKnown(state, line.text));
  if (wrong !== undefined) return step(hinted(state, say(lang, 'script-wrong', { file, number: wrong.number }), 'bad'));
  if (lines.length === 0 || lines.length > mostScriptLines)
    return step(hinted(state, say(lang, 'script-size', { file, count: mostScriptLines }), 'bad'));
  return advanced({ ...state, script: { file, lines, at: 0, waiting: 0 } });
}

/** The server has answered what a command of the script asked. */
export function scriptAnswered([state, effects]: Step, { isRefused }: { readonly isRefused: boolean }): Step {
  const { script } = state;
  if (script === null || script.waiting === 0) return [state, effects];
  if (isRefused) return [stopped(state), effects];
  return then([{ ...state, script: { ...script, waiting: script.waiting - 1 } }, effects], advanced);
}

/** Runs lines until one has to be answered, fails, or wants something of the person at the keyboard. */
function advanced(state: State): Step {
  const { script } = state;
  if (script === null || script.waiting > 0) return step(state);
  const [line, ...lines] = script.lines;
  if (line === undefined) return step(notice({ ...state, script: null }, say(state.settings.lang, 'script-done', { file: script.file })));
  const before: State = { ...state, hint: null, script: { ...script, lines, at: line.number } };
  const ran = commanded(before, line.text);
  // A script that runs scripts could run for ever.
  if (ran === null || ran[1].some((effect) => effect.do === 'script')) return step(stopped(before));
  const [next, effects] = ran;
  if (next.mode.kind !== 'compose' || (next.hint !== null && next.hint.tone !== 'good')) return [stopped(next), effects];
  const waiting = effects.filter((effect) => effect.do === 'ask' && effect.isAsked === true).length;
  return then([{ ...next, script: { ...script, lines, at: line.number, waiting } }, effects], advanced);
}

/** Nothing more of it is run; said is which line it was. */
function stopped(state: State): State {
  const { script } = state;
  if (script === null) return state;
  const { file, at: number } = script;
  return notice({ ...state, script: null }, say(state.settings.lang, 'script-stopped', { file, number }), { tone: 'bad' });
}
