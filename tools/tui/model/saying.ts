import { type Meaning, type MessageItem, meanings } from './item.ts';
import { isMe, type State, withConversation } from './state.ts';
import { type Step, step } from './step.ts';
import { withItems } from './timeline.ts';

export interface Saying {
  readonly content: string;
  readonly replyTo?: number | undefined;
  readonly meaning?: Meaning | undefined;
}

/** What one says is drawn at once, as pending; what becomes of it is told later. */
export function saying(state: State, place: string, { content, replyTo, meaning }: Saying): Step {
  const key = state.nextKey;
  const item: MessageItem = {
    kind: 'message',
    key,
    order: Number.MAX_SAFE_INTEGER,
    from: state.me?.name ?? state.login.name,
    content,
    at: state.now,
    status: 'pending',
    replyTo,
    ...(meaning === undefined ? {} : { meaning }),
  };
  const next = withConversation({ ...state, nextKey: key + 1 }, place, (was) => ({
    ...withItems({ ...was, anchor: null }, [...was.items, item]),
    mark: null,
    unread: 0,
    mentions: 0,
    anchor: null,
  }));
  // The course protocol has no tags: there an action is written out.
  const isCourse = state.link.generation === 1;
  return step(next, {
    do: 'say',
    key,
    place,
    content: isCourse && meaning === 'action' ? `* ${item.from} ${content}` : content,
    replyTo,
    ...(meaning === undefined || isCourse ? {} : { tags: { [meanings[meaning]]: true } }),
  });
}

/** The last message that one said here and that can still be changed. */
export function lastOwn(state: State): MessageItem | undefined {
  const items = state.conversations.get(state.current)?.items ?? [];
  return items.findLast(
    (item): item is MessageItem => item.kind === 'message' && item.id !== undefined && !item.isDeleted && isMe(state, item.from),
  );
}
