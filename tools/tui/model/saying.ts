import type { Tags } from '../../../server/protocol/messages.ts';
import type { MessageItem } from './item.ts';
import { isMe, type State, withConversation } from './state.ts';
import { type Step, step } from './step.ts';
import { withItems } from './timeline.ts';

export interface Saying {
  readonly content: string;
  readonly replyTo?: number | undefined;
  readonly isAction?: boolean | undefined;
  readonly isQuestion?: boolean | undefined;
}

/** What one says is drawn at once, as pending; what becomes of it is told later. */
export function saying(state: State, place: string, { content, replyTo, isAction = false, isQuestion = false }: Saying): Step {
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
    isAction,
    isQuestion,
  };
  const next = withConversation({ ...state, nextKey: key + 1 }, place, (was) => ({
    ...withItems({ ...was, anchor: null }, [...was.items, item]),
    mark: null,
    unread: 0,
    mentions: 0,
    anchor: null,
  }));
  // The course protocol has no word for it: there it is written out.
  const isSpelled = isAction && state.link.generation === 1;
  const tags: Tags = { ...(isAction && !isSpelled ? { me: true } : {}), ...(isQuestion ? { ask: true } : {}) };
  return step(next, {
    do: 'say',
    key,
    place,
    content: isSpelled ? `* ${item.from} ${content}` : content,
    replyTo,
    ...(Object.keys(tags).length === 0 || state.link.generation === 1 ? {} : { tags }),
  });
}

/** The last message that one said here and that can still be changed. */
export function lastOwn(state: State): MessageItem | undefined {
  const items = state.conversations.get(state.current)?.items ?? [];
  return items.findLast(
    (item): item is MessageItem => item.kind === 'message' && item.id !== undefined && !item.isDeleted && isMe(state, item.from),
  );
}
