import type { Bilingual } from '../keys.ts';
import type { State } from '../model/state.ts';
import { hinted, type Step, step } from '../model/step.ts';
import { say } from '../texts.ts';

export interface CommandRow {
  /** What comes after it; `[…]` may be left out. */
  readonly usage: string;
  readonly doc: Bilingual;
  /** What its first word is, for completion. */
  readonly takes?: 'channel' | 'person' | 'command';
  /** The server has nothing of the kind yet: it is listed nowhere, and typed it says so. */
  readonly lacks?: true;
  readonly run: (state: State, rest: string) => Step;
}

export const row = (usage: string, [en, fr]: readonly [string, string], run: CommandRow['run']): CommandRow => ({
  usage,
  doc: { en, fr },
  run,
});
export const channel = (of: CommandRow): CommandRow => ({ ...of, takes: 'channel' });
export const command = (of: CommandRow): CommandRow => ({ ...of, takes: 'command' });
export const person = (of: CommandRow): CommandRow => ({ ...of, takes: 'person' });
/** A command that a course server has no words for. */
export const v2 = (of: CommandRow): CommandRow => ({
  ...of,
  run: (state, rest) => (state.link.generation === 1 ? step(hinted(state, say(state.settings.lang, 'v1-only'))) : of.run(state, rest)),
});

/** A command for what servers cannot do yet; `said` is what is told to whoever types it. */
export const lacking = (said: readonly [string, string]): CommandRow => {
  const doc = { en: said[0], fr: said[1] };
  return { usage: '', doc, lacks: true, run: (state) => step(hinted(state, doc[state.settings.lang])) };
};
