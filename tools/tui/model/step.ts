import type { Tags } from '../../../server/protocol/messages.ts';
import type { Tone } from '../text/style.ts';
import type { Item } from './item.ts';
import type { Way } from './mode.ts';
import { type Settings, type State, withConversation } from './state.ts';
import { withItems } from './timeline.ts';

/** A request to the server; `kind` of its answer is its `type`. */
export interface Ask {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** What the model wants done outside. */
export type Effect =
  | {
      readonly do: 'say';
      readonly key: number;
      readonly place: string;
      readonly content: string;
      readonly replyTo?: number | undefined;
      readonly tags?: Tags;
    }
  /** `isAsked`: somebody typed it, so that the answer or the refusal is shown. */
  | { readonly do: 'ask'; readonly ask: Ask; readonly isAsked?: boolean }
  | { readonly do: 'read'; readonly place: string; readonly seq: number }
  | { readonly do: 'typing'; readonly place: string }
  | { readonly do: 'notify'; readonly title: string; readonly text: string }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'editor'; readonly text: string }
  /** With `totp` the password is the one of the time before. */
  | {
      readonly do: 'connect';
      readonly address: string;
      readonly way: Way;
      readonly name: string;
      readonly password: string;
      readonly totp?: string;
    }
  | { readonly do: 'retry' }
  | { readonly do: 'save'; readonly settings: Settings }
  | { readonly do: 'profile'; readonly name: string }
  /** What a file holds, or what it is to hold. */
  | { readonly do: 'script'; readonly file: string }
  | { readonly do: 'export'; readonly place: string; readonly file: string }
  | { readonly do: 'mouse'; readonly isOn: boolean }
  | { readonly do: 'redraw' }
  | { readonly do: 'quit' };

/** A new state, and what is to be done. */
export type Step = readonly [state: State, effects: readonly Effect[]];

export function step(state: State, ...effects: readonly Effect[]): Step {
  return [state, effects];
}

/** One step after another. */
export function then([state, effects]: Step, next: (state: State) => Step): Step {
  const [after, more] = next(state);
  return [after, [...effects, ...more]];
}

/** A line of the client itself, in the conversation that is looked at or in `place`. */
export function notice(
  state: State,
  text: string,
  { place, tone = 'muted', isPicture = false }: { place?: string; tone?: Tone; isPicture?: boolean } = {},
): State {
  const name = place ?? state.conversations.get(state.current)?.name ?? '#general';
  return withConversation({ ...state, nextKey: state.nextKey + 1 }, name, (was) => {
    const item: Item = {
      kind: 'notice',
      key: state.nextKey,
      order: was.lastOrder,
      at: state.now,
      text,
      tone,
      ...(isPicture ? { isPicture } : {}),
    };
    return withItems(was, [...was.items, item]);
  });
}

/** A line over the input that the next key takes away. */
export function hinted(state: State, text: string, tone: Tone = 'warn'): State {
  return { ...state, hint: { text, tone } };
}
