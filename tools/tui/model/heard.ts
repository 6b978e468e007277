import { fold } from '../../../server/protocol/names.ts';
import type { ChatEvent, EventOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say, type TextKey } from '../texts.ts';
import { layout } from '../view/layout.ts';
import { type MessageItem, meaningOf } from './item.ts';
import { history, linked, type Standing } from './linked.ts';
import { mentionsMe } from './mentioning.ts';
import { closed, held } from './moving.ts';
import { eventNote } from './notes.ts';
import { arrived, heardFrom, present } from './people.ts';
import { type Conversation, channelKey, isChoosing, isMe, keyOf, type State, withConversation } from './state.ts';
import { type Effect, notice, type Step, step } from './step.ts';
import { withChanged, withMessage, withReaction } from './timeline.ts';

/** What was heard from the server, or of the connection, changes the state. */
export function heard(state: State, event: ChatEvent, standing: Standing): Step {
  switch (event.type) {
    case 'message':
      return message(state, event);
    case 'state':
      return linked(state, event, standing);
    case 'status':
      return step(present(state, event));
    case 'joined':
    case 'left':
      return step(membership(state, event));
    case 'channel':
      return step(changed(state, event));
    case 'edited':
      return step(
        atMessage(state, event, (was) => ({
          ...was,
          content: event.content,
          isEdited: true,
          isMention: mentionsMe(state, event.content, event.mentions),
        })),
      );
    case 'deleted':
      return step(atMessage(state, event, (was) => ({ ...was, content: '', isDeleted: true, reactions: [], isPinned: false })));
    case 'reaction': {
      const isMine = isMe(state, event.by) ? event.op === 'add' : null;
      return step(atMessage(state, event, (was) => withReaction(was, { emoji: drawableLine(event.emoji), count: event.count, isMine })));
    }
    case 'pinned':
      return step(atMessage(state, event, (was) => ({ ...was, isPinned: event.pinned })));
    case 'typing':
      return step(typing(state, event));
    case 'read':
      return step(readElsewhere(state, event));
    case 'gap':
      return step(notice(state, text(state, 'gap'), { place: event.channel }), history(event.channel, { after: event.from_seq - 1 }));
    case 'lost':
      return step(
        notice(state, text(state, 'lost')),
        ...Object.entries(event.channels).map(([channel, { from_seq }]) => history(channel, { after: from_seq - 1 })),
      );
    case 'refused':
      // Every question has a `ref` but the word that somebody types: a server that is asked too much lets it fall, and nobody need know.
      if (event.error.code === 'rate_limited' && !event.error.fatal) return step(state);
      return step(notice(state, drawableLine(event.error.textIn(state.settings.lang)), { tone: 'bad' }));
    case 'notification':
    case 'lifted':
    case 'level':
    case 'reported': {
      const note = eventNote(state.settings.lang, event);
      return step(note === null ? state : notice(state, note.text, note));
    }
    case 'sent':
    case 'trace':
    case 'other':
      return step(state);
  }
}

function text(state: State, key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  return say(state.settings.lang, key, params);
}

function message(state: State, event: EventOf<'message'>): Step {
  const isOwn = isMe(state, event.from);
  const place = event.subtype === 'global' ? event.channel : isOwn ? event.to : event.from;
  const before = state.conversations.get(keyOf(place));
  const isMention = !isOwn && mentionsMe(state, event.content, event.mentions);
  const item: MessageItem = {
    kind: 'message',
    key: state.nextKey,
    order: event.seq ?? (before?.lastOrder ?? 0) + 1,
    id: event.id,
    from: event.from,
    content: event.content,
    at: Date.parse(event.timestamp),
    replyTo: event.reply_to,
    isMention,
    ...meaningOf(event.tags),
    ...(isOwn ? { status: 'sent' as const } : {}),
  };
  const isSeen = isLookedAt(state, keyOf(place));
  const isNew = before === undefined || item.order > before.lastOrder;
  const counts = !isOwn && isNew && !isSeen;
  const next = withConversation({ ...state, nextKey: state.nextKey + 1 }, place, (was) => {
    const typingLess = was.typing.has(fold(event.from)) ? new Map([...was.typing].filter(([key]) => key !== fold(event.from))) : was.typing;
    const one = withMessage({ ...was, typing: typingLess }, item);
    const isRead = isSeen || isOwn;
    return {
      ...one,
      unread: isOwn ? 0 : was.unread + (counts ? 1 : 0),
      mentions: isOwn ? 0 : was.mentions + (counts && (isMention || was.isPrivate) ? 1 : 0),
      readTo: isRead ? Math.max(was.readTo, item.order) : was.readTo,
      mark: counts && was.mark === null ? was.readTo : isOwn ? null : was.mark,
    };
  });
  const effects: Effect[] = [];
  if (event.seq !== undefined && before !== undefined && before.lastOrder > 0 && event.seq > before.lastOrder + 1)
    effects.push(history(place, { after: before.lastOrder }));
  if (isSeen && !isOwn && event.seq !== undefined) effects.push({ do: 'read', place, seq: event.seq });
  if (isTold(state, { isMention, isPrivate: event.subtype === 'private', isOwn, isSeen }))
    effects.push({ do: 'notify', title: event.from, text: drawableLine(event.content).slice(0, 200) });
  return step(heardFrom(held(next, item.key), event.from, place), ...effects);
}

/** Bell or desktop message: for mentions and private messages alone, unless one wants more or less. */
function isTold(state: State, is: { isMention: boolean; isPrivate: boolean; isOwn: boolean; isSeen: boolean }): boolean {
  if (is.isOwn || state.settings.bell === 'off' || is.isSeen) return false;
  return state.settings.bell === 'all' || is.isMention || is.isPrivate;
}

/** The conversation is on the screen, at its end and not held there, and somebody looks at the screen. */
export function isLookedAt(state: State, key: string): boolean {
  const isShown = state.current === key || (state.panes.split === key && layout(state).split > 0);
  const isHeld = state.current === key && isChoosing(state);
  return isShown && !isHeld && state.isFocused && state.conversations.get(key)?.anchor == null;
}

function membership(state: State, { type, channel, username }: EventOf<'joined' | 'left'>): State {
  const conversation = state.conversations.get(channelKey(channel));
  if (isMe(state, username)) {
    if (type === 'joined') return withConversation(state, channel, (was) => was);
    return closed(state, channelKey(channel));
  }
  if (conversation === undefined) return state;
  const members = new Map(conversation.members ?? []);
  if (type === 'joined') members.set(fold(username), { name: username });
  else members.delete(fold(username));
  const changed = withConversation(state, channel, (was) => ({ ...was, members: was.members === null ? null : members }));
  const next = type === 'joined' ? arrived(changed, username) : changed;
  return notice(next, text(state, type, { who: username }), { place: channel });
}

function changed(state: State, event: EventOf<'channel'>): State {
  if (!state.conversations.has(channelKey(event.channel))) return state;
  const { topic } = event;
  if (topic !== undefined) {
    const next = withConversation(state, event.channel, (was) => ({ ...was, topic: drawableLine(topic) }));
    return notice(next, text(state, 'topic', { who: event.by, topic: drawableLine(topic) }), { place: event.channel });
  }
  const { type, channel, by, ...changes } = event;
  const what = Object.entries(changes).map(([key, value]) => drawableLine(`${key} = ${String(value)}`));
  return notice(state, text(state, 'changed', { who: by, what: what.join(', ') }), { place: channel });
}

interface Place {
  readonly id: number;
  readonly channel?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

function atMessage(state: State, place: Place, change: (was: MessageItem) => MessageItem): State {
  const other = place.from !== undefined && isMe(state, place.from) ? place.to : place.from;
  const name = place.channel ?? other;
  if (name === undefined || !state.conversations.has(keyOf(name))) return state;
  return withConversation(state, name, (was: Conversation) => withChanged(was, place.id, change));
}

/** Somebody writes; it is forgotten after this time. */
export const typingMs = 6000;

function typing(state: State, { channel, from }: EventOf<'typing'>): State {
  const place = channel ?? from;
  if (isMe(state, from) || !state.conversations.has(keyOf(place))) return state;
  return withConversation(state, place, (was) => ({ ...was, typing: new Map(was.typing).set(fold(from), state.now + typingMs) }));
}

function readElsewhere(state: State, { channel, with: other, seq }: EventOf<'read'>): State {
  const place = channel ?? other;
  if (place === undefined || !state.conversations.has(keyOf(place))) return state;
  return withConversation(state, place, (was) => {
    const readTo = Math.max(was.readTo, seq);
    const isAll = readTo >= was.lastOrder;
    return { ...was, readTo, ...(isAll ? { unread: 0, mentions: 0, mark: null } : {}) };
  });
}
