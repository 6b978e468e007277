import { say } from '../texts.ts';
import { editorOf, emptyEditor } from './editor.ts';
import type { ProofMode } from './mode.ts';
import type { State } from './state.ts';
import { type Ask, hinted, type Step, step } from './step.ts';

/** Asks for secrets that a request wants, too, one after the other, where nobody reads them. */
export function proving(state: State, ask: Ask, fields: ProofMode['fields'] = ['password']): Step {
  return step({ ...state, mode: { kind: 'proof', ask, fields, input: emptyEditor } });
}

/** Enter: the next secret, or the request. */
export function proven(state: State, { ask, fields, input }: ProofMode): Step {
  const [field, ...others] = fields;
  const back: State = { ...state, mode: { kind: 'compose' } };
  if (input.text === '' || field === undefined) return step(back);
  // A new password is typed twice, since nobody sees it.
  if (field === 'again' && input.text !== ask['new']) return step(hinted(back, say(state.settings.lang, 'not-the-same'), 'bad'));
  const filled = field === 'again' ? ask : { ...ask, [field]: input.text };
  if (others.length > 0) return step({ ...state, mode: { kind: 'proof', ask: filled, fields: others, input: editorOf('') } });
  return step(back, { do: 'ask', ask: filled, isAsked: true });
}
