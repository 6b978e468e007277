import { fold, foldChannel } from '../../../server/protocol/names.ts';
import type { Lang } from '../../../server/protocol/texts.ts';
import { type Bindings, bindingsOf } from '../keys.ts';
import type { Background } from '../text/colours.ts';
import type { Tone } from '../text/style.ts';
import { type Editor, emptyEditor } from './editor.ts';
import type { Item } from './item.ts';
import type { Mode, Way } from './mode.ts';
import type { Script } from './scripting.ts';
import type { Timer } from './timers.ts';

/** `#` and the folded name of a channel, or `@` and the folded name of a person. */
export type Key = string;

/** The item at the bottom of the view, and how many of its rows are below it. Null: the newest. */
export interface Anchor {
  readonly key: number;
  readonly hidden: number;
}

export interface Member {
  readonly name: string;
  readonly role?: string | undefined;
}

export interface Conversation {
  readonly key: Key;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly topic: string;
  readonly items: readonly Item[];
  readonly lastOrder: number;
  /** Up to where it was read. */
  readonly readTo: number;
  readonly unread: number;
  readonly mentions: number;
  /** The line between read and unread is drawn after this `order`; null: none. */
  readonly mark: number | null;
  /** The beginning was reached: nothing older can be fetched. */
  readonly isComplete: boolean;
  /** A page of history is on its way, or was asked for. */
  readonly isLoading: boolean;
  readonly anchor: Anchor | null;
  readonly members: ReadonlyMap<string, Member> | null;
  readonly typing: ReadonlyMap<string, number>;
  readonly draft: Editor;
}

export interface Person {
  readonly name: string;
  readonly state: string;
  readonly text?: string | undefined;
  readonly isGuest?: boolean | undefined;
}

export interface Link {
  readonly state: 'idle' | 'connecting' | 'online' | 'waiting' | 'closed';
  readonly generation: 1 | 2;
  readonly isEncrypted: boolean;
  readonly lagMs: number | null;
  readonly retryAt: number | null;
  readonly reason: string;
  readonly server: string;
}

export interface WireLine {
  readonly direction: 'in' | 'out';
  readonly line: string;
}

/** What somebody set for themselves (`/set`, `/theme`, `/lang`). */
export interface Settings {
  readonly lang: Lang;
  readonly background: Background;
  readonly bell: 'mentions' | 'all' | 'off';
  readonly times: boolean;
  /** Commands of one's own, by the text that they stand for. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** What the numbers of the last list stand for. */
export interface Numbered {
  readonly sessions: readonly string[];
  readonly keys: readonly string[];
}

export interface State {
  readonly link: Link;
  readonly me: { readonly name: string; readonly isGuest: boolean; readonly role: string } | null;
  readonly conversations: ReadonlyMap<Key, Conversation>;
  readonly current: Key;
  readonly previous: Key | null;
  readonly people: ReadonlyMap<string, Person>;
  /** Names of the channels that the server told of, joined or not. */
  readonly directory: readonly string[];
  readonly editor: Editor;
  readonly mode: Mode;
  /** What was written before, oldest first; `recall` is how far back one looks, with the text that was there before. */
  readonly written: readonly string[];
  readonly recall: { readonly at: number; readonly kept: Editor } | null;
  readonly wire: readonly WireLine[];
  readonly panes: {
    readonly channels: boolean | null;
    readonly members: boolean | null;
    readonly wire: boolean;
    readonly split: Key | null;
  };
  readonly isMouse: boolean;
  readonly screen: { readonly columns: number; readonly rows: number };
  readonly isFocused: boolean;
  readonly settings: Settings;
  /** One line over the input that the next key takes away. */
  readonly hint: { readonly text: string; readonly tone: Tone } | null;
  readonly target: { readonly kind: 'reply' | 'edit'; readonly id: number; readonly key: number } | null;
  /** The first key of two: Ctrl+X, or the Ctrl+C that the next one makes a quit. */
  readonly prefix: string | null;
  readonly bindings: Bindings;
  readonly hasKey: boolean;
  /** How one came in; what is asked again when it is refused. */
  readonly login: { readonly address: string; readonly way: Way; readonly name: string };
  readonly numbered: Numbered;
  readonly timers: readonly Timer[];
  readonly script: Script | null;
  readonly lastTypingAt: number;
  readonly nextKey: number;
  readonly now: number;
}

export const mostWireLines = 400;
export const mostWritten = 200;

export const defaultChannel = '#general';

export function channelKey(name: string): Key {
  return `#${foldChannel(name)}`;
}

export function personKey(name: string): Key {
  return `@${fold(name)}`;
}

/** `#dev` is a channel; every other text is a person. */
export function keyOf(place: string): Key {
  return place.startsWith('#') ? channelKey(place) : personKey(place);
}

export function initialState(settings: Settings, screen: { columns: number; rows: number }): State {
  return {
    link: { state: 'idle', generation: 2, isEncrypted: false, lagMs: null, retryAt: null, reason: '', server: '' },
    me: null,
    conversations: new Map(),
    current: channelKey(defaultChannel),
    previous: null,
    people: new Map(),
    directory: [],
    editor: emptyEditor,
    mode: { kind: 'compose' },
    written: [],
    recall: null,
    wire: [],
    panes: { channels: null, members: null, wire: false, split: null },
    isMouse: false,
    screen,
    isFocused: true,
    settings,
    hint: null,
    target: null,
    prefix: null,
    bindings: bindingsOf().bindings,
    hasKey: false,
    login: { address: '', way: 'guest', name: '' },
    numbered: { sessions: [], keys: [] },
    timers: [],
    script: null,
    lastTypingAt: 0,
    nextKey: 1,
    now: 0,
  };
}

export function emptyConversation(name: string): Conversation {
  const isPrivate = !name.startsWith('#');
  return {
    key: keyOf(name),
    name,
    isPrivate,
    topic: '',
    items: [],
    lastOrder: 0,
    readTo: 0,
    unread: 0,
    mentions: 0,
    mark: null,
    isComplete: false,
    isLoading: false,
    anchor: null,
    members: null,
    typing: new Map(),
    draft: emptyEditor,
  };
}

/** One message stands out, and a key decides what becomes of it. */
export function isChoosing({ mode }: State): boolean {
  return mode.kind === 'select' || mode.kind === 'confirm-delete';
}

/** The conversation that is looked at; before anything was joined there is none. */
export function currentOf(state: State): Conversation | undefined {
  return state.conversations.get(state.current);
}

/** The state with one conversation changed; one that is not there is begun. */
export function withConversation(state: State, name: string, change: (was: Conversation) => Conversation): State {
  const key = keyOf(name);
  const was = state.conversations.get(key) ?? emptyConversation(name);
  const next = change(was);
  if (next === was && state.conversations.has(key)) return state;
  return { ...state, conversations: new Map(state.conversations).set(key, next) };
}

/** As they are listed and numbered: the default channel, the channels, then people. */
export function listed(state: State): Conversation[] {
  const rank = ({ key, isPrivate }: Conversation) => (key === channelKey(defaultChannel) ? 0 : isPrivate ? 2 : 1);
  return [...state.conversations.values()].sort((a, b) => rank(a) - rank(b) || a.key.localeCompare(b.key));
}

export function isMe(state: State, name: string): boolean {
  return state.me !== null && fold(state.me.name) === fold(name);
}

/** Whether one keeps the conversation that is looked at, or moderates the server. */
export function isKeeper(state: State): boolean {
  const { me } = state;
  if (me === null) return false;
  const role = currentOf(state)?.members?.get(fold(me.name))?.role ?? '';
  return ['admin', 'moderator'].includes(me.role) || ['owner', 'moderator'].includes(role);
}
