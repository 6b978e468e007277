import type { ChatEvent } from '../client/main.ts';
import { answered, refused } from './model/answers.ts';
import { editorOf } from './model/editor.ts';
import { heard } from './model/heard.ts';
import type { Standing } from './model/linked.ts';
import { pressed } from './model/pressing.ts';
import { scriptAnswered, scripted } from './model/scripting.ts';
import { mostWireLines, type Settings, type State, withConversation } from './model/state.ts';
import { type Ask, hinted, notice, type Step, step } from './model/step.ts';
import { withFailed, withStored } from './model/timeline.ts';
import { rung } from './model/timers.ts';
import { asked, type Unconnected } from './model/welcome.ts';
import type { Keypress } from './terminal/keypress.ts';
import type { Tone } from './text/style.ts';

/** Everything that can happen to the client. */
export type ModelEvent =
  | { readonly kind: 'heard'; readonly event: ChatEvent; readonly standing: Standing }
  | { readonly kind: 'answered'; readonly ask: Ask; readonly answer: Readonly<Record<string, unknown>>; readonly isAsked: boolean }
  | { readonly kind: 'refused'; readonly ask: Ask; readonly why: string; readonly isAsked: boolean }
  | {
      readonly kind: 'stored';
      readonly key: number;
      readonly place: string;
      readonly stored: { readonly id?: number | undefined; readonly seq?: number | undefined; readonly at?: number | undefined };
    }
  | { readonly kind: 'failed'; readonly key: number; readonly place: string; readonly why: string }
  | { readonly kind: 'pressed'; readonly press: Keypress }
  | { readonly kind: 'resized'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'wire'; readonly direction: 'in' | 'out'; readonly line: string }
  | { readonly kind: 'script'; readonly file: string; readonly text: string }
  | { readonly kind: 'edited'; readonly text: string }
  | { readonly kind: 'told'; readonly text: string; readonly tone: Tone }
  | ({ readonly kind: 'unconnected' } & Unconnected)
  | { readonly kind: 'settings'; readonly settings: Settings }
  | { readonly kind: 'lag'; readonly lagMs: number | null }
  | { readonly kind: 'tick' };

/** The whole client without screen and network: what happened, at which time, gives a new state and what is to be done. */
export function update(before: State, event: ModelEvent, now: number): Step {
  const state: State = before.now === now ? before : { ...before, now };
  switch (event.kind) {
    case 'heard':
      return heard(state, event.event, event.standing);
    case 'answered':
      return event.isAsked ? scriptAnswered(answered(state, event), { isRefused: false }) : answered(state, event);
    case 'refused': {
      const next = refused(state, event.ask, event);
      return event.isAsked ? scriptAnswered(next, { isRefused: true }) : next;
    }
    case 'script':
      return scripted(state, event.file, event.text);
    case 'stored':
      return step(withConversation(state, event.place, (was) => withStored(was, event.key, event.stored)));
    case 'failed':
      return step(withConversation(state, event.place, (was) => withFailed(was, event.key, event.why)));
    case 'pressed':
      return pressed(state, event.press);
    case 'resized':
      return step({ ...state, screen: { columns: event.columns, rows: event.rows } });
    case 'wire':
      return step({ ...state, wire: [...state.wire, { direction: event.direction, line: event.line }].slice(-mostWireLines) });
    case 'edited':
      return step({ ...state, editor: editorOf(event.text) });
    case 'told':
      return step(state.mode.kind === 'welcome' ? hinted(state, event.text, event.tone) : notice(state, event.text, { tone: event.tone }));
    case 'unconnected':
      return step(asked({ ...state, link: { ...state.link, state: 'idle' } }, event));
    case 'settings':
      return step({ ...state, settings: event.settings });
    case 'lag':
      return step({ ...state, link: { ...state.link, lagMs: event.lagMs } });
    case 'tick':
      return rung(forgotten(state));
  }
}

/** Those who wrote and stopped are no longer told of. */
function forgotten(state: State): State {
  return [...state.conversations.values()].reduce((was, { name, typing }) => {
    const still = [...typing].filter(([, until]) => until > state.now);
    return still.length === typing.size ? was : withConversation(was, name, (one) => ({ ...one, typing: new Map(still) }));
  }, state);
}
