import type { Item, MessageItem, Reaction } from './item.ts';
import type { Anchor, Conversation } from './state.ts';

const mostItems = 1500;
const keptItems = 1000;
/** More than fit on a screen: every item has a row at least. */
const screenful = 100;

/** The conversation with these items. They are bounded: the oldest go, unless somebody looks at them; they can be fetched again. */
export function withItems(was: Conversation, items: readonly Item[]): Conversation {
  if (items.length <= mostItems || isLookedAt(was, items)) return { ...was, items };
  const kept = items.slice(-keptItems);
  return { ...was, items: kept, isComplete: false, anchor: anchorAmong(kept, was) };
}

/** Whoever looked at what went looks at the oldest that is left. */
function anchorAmong(kept: readonly Item[], { anchor }: Conversation): Anchor | null {
  if (anchor === null || kept.some(({ key }) => key === anchor.key)) return anchor;
  const oldest = kept[screenful];
  return oldest === undefined ? null : { key: oldest.key, hidden: 0 };
}

/** Whether the view stands among the items that would go. Past four times the bound they go all the same. */
function isLookedAt({ anchor }: Conversation, items: readonly Item[]): boolean {
  if (anchor === null || items.length > 4 * mostItems) return false;
  const at = items.findIndex(({ key }) => key === anchor.key);
  return at >= 0 && at < items.length - keptItems + 200;
}

/** Puts a message to its place by `order`; one that is there already stays what it is. */
export function withMessage(was: Conversation, message: MessageItem): Conversation {
  if (message.id !== undefined && was.items.some((item) => item.kind === 'message' && item.id === message.id)) return was;
  const at = placeOf(was.items, message);
  const next = withItems(was, [...was.items.slice(0, at), message, ...was.items.slice(at)]);
  return message.status === 'pending' ? next : { ...next, lastOrder: Math.max(next.lastOrder, message.order) };
}

function placeOf(items: readonly Item[], { order }: MessageItem): number {
  let at = items.length;
  while (at > 0) {
    const before = items[at - 1];
    if (before === undefined || before.order <= order) break;
    at--;
  }
  return at;
}

/** A page of history among what is there. */
export function withPage(was: Conversation, page: readonly MessageItem[]): Conversation {
  const known = new Set(was.items.map((item) => (item.kind === 'message' ? item.id : undefined)).filter((id) => id !== undefined));
  const fresh = page.filter(({ id }) => id === undefined || !known.has(id));
  if (fresh.length === 0) return was;
  const merged: Item[] = [];
  let at = 0;
  for (const item of was.items) {
    for (let next = fresh[at]; next !== undefined && next.order <= item.order && item.order > 0; next = fresh[++at]) {
      // What we said ourselves and what has the same place stays after what it followed.
      if (next.order === item.order && item.kind === 'notice') break;
      merged.push(next);
    }
    merged.push(item);
  }
  merged.push(...fresh.slice(at));
  const sorted = merged.toSorted((a, b) => a.order - b.order);
  return { ...was, items: sorted, lastOrder: Math.max(was.lastOrder, fresh.at(-1)?.order ?? 0) };
}

/** Changes the message with that `id`, if it is there. */
export function withChanged(was: Conversation, id: number, change: (message: MessageItem) => MessageItem): Conversation {
  const at = was.items.findIndex((item) => item.kind === 'message' && item.id === id);
  const item = was.items[at];
  if (item === undefined || item.kind !== 'message') return was;
  return { ...was, items: was.items.with(at, change(item)) };
}

/** The message of one's own that was on its way has arrived: it gets its place, or goes when it was heard meanwhile. */
export function withStored(
  was: Conversation,
  key: number,
  stored: { id?: number | undefined; seq?: number | undefined; at?: number | undefined },
): Conversation {
  const item = was.items.find((one) => one.key === key);
  if (item === undefined || item.kind !== 'message') return was;
  const rest = { ...was, items: was.items.filter((one) => one.key !== key) };
  const order = stored.seq ?? was.lastOrder + 1;
  return withMessage(rest, { ...item, id: stored.id, order, at: stored.at ?? item.at, status: 'sent', error: undefined });
}

/** The message of one's own that was on its way was refused; it stays where it is, with the reason. */
export function withFailed(was: Conversation, key: number, error: string): Conversation {
  const items = was.items.map((item) =>
    item.key === key && item.kind === 'message' ? { ...item, status: 'failed' as const, error } : item,
  );
  return { ...was, items };
}

export function withReaction(message: MessageItem, reaction: { emoji: string; count: number; isMine: boolean | null }): MessageItem {
  const { emoji, count, isMine } = reaction;
  const was = message.reactions ?? [];
  const known = was.find((one) => one.emoji === emoji);
  const next: Reaction = { emoji, count, isMine: isMine ?? known?.isMine ?? false };
  const others = was.filter((one) => one.emoji !== emoji);
  return {
    ...message,
    reactions: count === 0 ? others : known === undefined ? [...was, next] : was.map((one) => (one === known ? next : one)),
  };
}

export function firstSeq({ items }: Conversation): number | null {
  const first = items.find((item) => item.kind === 'message' && item.id !== undefined);
  return first === undefined ? null : first.order;
}

export function messageBy({ items }: Conversation, find: (message: MessageItem) => boolean): MessageItem | undefined {
  return items.find((item): item is MessageItem => item.kind === 'message' && find(item));
}

export function lastMessageBy({ items }: Conversation, find: (message: MessageItem) => boolean): MessageItem | undefined {
  return items.findLast((item): item is MessageItem => item.kind === 'message' && find(item));
}
