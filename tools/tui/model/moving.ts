import { say } from '../texts.ts';
import { blockRows } from '../view/items.ts';
import { layout } from '../view/layout.ts';
import { emptyEditor } from './editor.ts';
import type { Item } from './item.ts';
import type { Mode } from './mode.ts';
import {
  type Anchor,
  type Conversation,
  channelKey,
  currentOf,
  defaultChannel,
  isChoosing,
  type Key,
  listed,
  type State,
  withConversation,
} from './state.ts';
import { type Effect, hinted, type Step, step } from './step.ts';
import { firstSeq } from './timeline.ts';

/** Another conversation is looked at: the draft of the one before is kept, what is unread has its line. */
export function opened(state: State, key: Key): Step {
  const target = state.conversations.get(key);
  if (target === undefined) return step(state);
  if (key === state.current) return seen(state);
  const was = currentOf(state);
  const left = was === undefined ? state : withConversation(state, was.name, (one) => ({ ...one, draft: state.editor, mark: null }));
  const next: State = {
    ...left,
    current: key,
    previous: was === undefined ? state.previous : was.key,
    editor: target.draft,
    target: null,
    recall: null,
    // What is opened out of the upper half changes places with what was below.
    panes: state.panes.split === key && was !== undefined ? { ...state.panes, split: was.key } : state.panes,
  };
  return seen({ ...next, mode: { kind: 'compose' } }, fetches(state, target));
}

/** A conversation is closed; whoever looked at it looks at the one before, or at the first that is still open. */
export function closed(state: State, key: string): State {
  const conversations = new Map(state.conversations);
  conversations.delete(key);
  const previous = state.previous === key ? null : state.previous;
  if (state.current !== key) return { ...state, conversations, previous };
  const open = listed({ ...state, conversations });
  const current = open.find(({ key: one }) => one === previous)?.key ?? open[0]?.key ?? channelKey(defaultChannel);
  const mode: Mode = isChoosing(state) ? { kind: 'compose' } : state.mode;
  const editor = conversations.get(current)?.draft ?? state.editor;
  return { ...state, conversations, previous: null, current, mode, editor, target: null };
}

/** What is looked at is read; the line stays until one leaves or cancels. */
export function seen(state: State, effects: readonly Effect[] = []): Step {
  const conversation = currentOf(state);
  if (conversation === undefined) return [state, effects];
  const { name, unread, lastOrder, readTo, anchor } = conversation;
  if (anchor !== null || !state.isFocused) return [state, effects];
  const isNew = lastOrder > readTo || unread > 0;
  const next = isNew
    ? withConversation(state, name, (was) => ({ ...was, unread: 0, mentions: 0, readTo: Math.max(was.readTo, was.lastOrder) }))
    : state;
  if (!isNew || lastOrder === 0 || state.link.generation === 1) return [next, effects];
  return [next, [...effects, { do: 'read', place: name, seq: lastOrder }]];
}

/** A second conversation above: the one before, or the next in the list; once more takes it away. */
export function splitting(state: State): Step {
  if (layout(state).split > 0) return step({ ...state, panes: { ...state.panes, split: null } });
  const others = listed(state).filter(({ key }) => key !== state.current);
  const other = others.find(({ key }) => key === state.previous) ?? others[0];
  if (other === undefined) return step(hinted(state, say(state.settings.lang, 'nothing-beside'), 'muted'));
  const next = { ...state, panes: { ...state.panes, split: other.key } };
  if (layout(next).split === 0) return step(hinted(state, say(state.settings.lang, 'no-room'), 'muted'));
  const [shown, effects] = seen({ ...next, current: other.key }, fetches(state, other));
  return [{ ...shown, current: state.current }, effects];
}

/** What is not known of a conversation that is opened. */
function fetches({ link }: State, { name, isPrivate, items, members }: Conversation): Effect[] {
  if (link.generation === 1 || link.state !== 'online') return [];
  const hasMessages = items.some(({ kind }) => kind === 'message');
  const where = isPrivate ? { with: name } : { channel: name };
  return [
    ...(hasMessages ? [] : [{ do: 'ask', ask: { type: 'history', ...where, limit: 200 } } as const]),
    ...(isPrivate || members !== null ? [] : [{ do: 'ask', ask: { type: 'members', channel: name } } as const]),
  ];
}

export function openedNext(state: State, by: -1 | 1): Step {
  const all = listed(state);
  const at = all.findIndex(({ key }) => key === state.current);
  const next = all[(at + by + all.length) % all.length];
  return next === undefined ? step(state) : opened(state, next.key);
}

/** The conversation that matters most: mentions, then private messages, then anything unread; of several the next in the list. */
export function openedActive(state: State): Step {
  const all = listed(state);
  const at = all.findIndex(({ key }) => key === state.current);
  const others = [...all.slice(at + 1), ...all.slice(0, Math.max(0, at))];
  const worth = ({ mentions, unread, isPrivate }: Conversation) => (unread === 0 ? 0 : isPrivate ? 2 : mentions > 0 ? 3 : 1);
  const best = others.reduce<Conversation | null>((most, one) => (worth(one) > (most === null ? 0 : worth(most)) ? one : most), null);
  return best === null ? step(hinted(state, say(state.settings.lang, 'no-activity'), 'muted')) : opened(state, best.key);
}

/** Scrolls by rows, up with a positive number; at the top older messages are asked for. */
export function scrolled(state: State, rows: number): Step {
  const conversation = currentOf(state);
  if (conversation === undefined) return step(state);
  const heights = heightsOf(state, conversation);
  const { talk: height } = layout(state);
  const total = heights.reduce((sum, one) => sum + one, 0);
  const top = Math.max(0, total - height);
  const wanted = below(conversation, heights) + rows;
  const moved = withConversation(state, conversation.name, (was) => ({
    ...was,
    anchor: anchorAt(was.items, heights, Math.min(wanted, top)),
  }));
  if (wanted < top || rows < 0) return currentOf(moved)?.anchor == null ? seen(moved) : step(moved);
  return older(moved);
}

function older(state: State): Step {
  const conversation = currentOf(state);
  const before = conversation === undefined ? null : firstSeq(conversation);
  if (conversation === undefined || conversation.isComplete || conversation.isLoading || before === null || state.link.state !== 'online')
    return step(state);
  const where = conversation.isPrivate ? { with: conversation.name } : { channel: conversation.name };
  return step(
    withConversation(state, conversation.name, (was) => ({ ...was, isLoading: true })),
    { do: 'ask', ask: { type: 'history', ...where, before, limit: 100 } },
  );
}

/** Back to the newest. */
export function live(state: State): Step {
  const conversation = currentOf(state);
  if (conversation === undefined) return step(state);
  return seen(withConversation(state, conversation.name, (was) => ({ ...was, anchor: null })));
}

/** Scrolls so that the item is seen, about a third from the top. */
export function broughtIn(state: State, key: number): State {
  const conversation = currentOf(state);
  if (conversation === undefined) return state;
  const heights = heightsOf(state, conversation);
  const at = conversation.items.findIndex((item) => item.key === key);
  if (at < 0) return state;
  const { talk: height } = layout(state);
  const total = heights.reduce((sum, one) => sum + one, 0);
  const after = heights.slice(at).reduce((sum, one) => sum + one, 0);
  const hidden = below(conversation, heights);
  const isSeen = after - (heights[at] ?? 0) >= hidden && after <= hidden + height - 1;
  if (isSeen) return state;
  const wanted = Math.max(0, Math.min(after - Math.ceil((height * 2) / 3), total - height));
  return withConversation(state, conversation.name, (was) => ({ ...was, anchor: anchorAt(was.items, heights, wanted) }));
}

/** While a message is chosen the view stands still: of the one that has just come only the row is there that says so. */
export function held(state: State, key: number): State {
  const conversation = currentOf(state);
  const at = (conversation?.items.length ?? 0) - 1;
  if (!isChoosing(state) || conversation === undefined || conversation.anchor !== null || conversation.items[at]?.key !== key) return state;
  const rows = blockRows({ state, conversation, width: layout(state).timeline }, at).length;
  return withConversation(state, conversation.name, (was) => ({ ...was, anchor: { key, hidden: rows - 1 } }));
}

/** The first unread item, if there is a line. */
export function toUnread(state: State): State {
  const conversation = currentOf(state);
  const mark = conversation?.mark ?? null;
  const item = mark === null ? undefined : conversation?.items.find(({ order }) => order > mark);
  return item === undefined ? hinted(state, say(state.settings.lang, 'no-activity'), 'muted') : broughtIn(state, item.key);
}

/** The next mention from the bottom of the view upwards, or downwards. */
export function toMention(state: State, direction: -1 | 1): State {
  const conversation = currentOf(state);
  if (conversation === undefined) return state;
  const { items, anchor } = conversation;
  const from = state.mode.kind === 'select' ? state.mode.key : anchor?.key;
  const at = from === undefined ? items.length : items.findIndex(({ key }) => key === from);
  const isMention = (item: Item) => item.kind === 'message' && item.isMention === true;
  const found = direction < 0 ? items.slice(0, at).findLast(isMention) : items.slice(at + 1).find(isMention);
  if (found === undefined) return hinted(state, say(state.settings.lang, 'no-mention'), 'muted');
  return broughtIn({ ...state, mode: { kind: 'select', key: found.key } }, found.key);
}

/** Nothing is unread any more, wherever it is. */
export function allRead(state: State): Step {
  const unread = [...state.conversations.values()].filter((one) => one.unread > 0 || one.mark !== null);
  const next = unread.reduce(
    (was, { name }) =>
      withConversation(was, name, (one) => ({ ...one, unread: 0, mentions: 0, mark: null, readTo: Math.max(one.readTo, one.lastOrder) })),
    state,
  );
  const told = state.link.generation === 1 ? [] : unread.filter(({ lastOrder }) => lastOrder > 0);
  return step(next, ...told.map(({ name, lastOrder }) => ({ do: 'read', place: name, seq: lastOrder }) as const));
}

/** The text is as it was before anything was written. */
export function cleared(state: State): State {
  return { ...state, editor: emptyEditor, recall: null, target: null };
}

function heightsOf(state: State, conversation: Conversation): number[] {
  const frame = { state, conversation, width: layout(state).timeline };
  return conversation.items.map((_, at) => blockRows(frame, at).length);
}

/** Rows that are below the view. */
function below({ items, anchor }: Conversation, heights: readonly number[]): number {
  if (anchor === null) return 0;
  const at = items.findIndex(({ key }) => key === anchor.key);
  return at < 0 ? 0 : heights.slice(at + 1).reduce((sum, one) => sum + one, 0) + anchor.hidden;
}

function anchorAt(items: readonly Item[], heights: readonly number[], rows: number): Anchor | null {
  if (rows <= 0) return null;
  let left = rows;
  for (let at = items.length - 1; at >= 0; at--) {
    const height = heights[at] ?? 0;
    const item = items[at];
    if (left < height && item !== undefined) return { key: item.key, hidden: left };
    left -= height;
  }
  const first = items[0];
  return first === undefined ? null : { key: first.key, hidden: 0 };
}
