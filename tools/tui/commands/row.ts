import type { Bilingual } from '../keys.ts';
import type { State } from '../model/state.ts';
import type { Step } from '../model/step.ts';

export interface CommandRow {
  /** What comes after it; `[…]` may be left out. */
  readonly usage: string;
  readonly doc: Bilingual;
  /** What its first word is, for completion. */
  readonly takes?: 'channel' | 'person' | 'command';
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
