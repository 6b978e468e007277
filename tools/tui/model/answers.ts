import { wire } from '../../../server/protocol/limits.ts';
import { fold } from '../../../server/protocol/names.ts';
import { oneEmoji } from '../../../server/protocol/reactions.ts';
import type { AnswerOf, StoredMessage } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { numbered } from './credentials.ts';
import { type MessageItem, meaningOf, type Reaction } from './item.ts';
import { closed, opened } from './moving.ts';
import { isAccount } from './people.ts';
import { shown } from './shown.ts';
import { type Conversation, isMe, keyOf, type Person, type State, withConversation } from './state.ts';
import { type Ask, hinted, notice, type Step, step } from './step.ts';
import { withChanged, withPage, withReaction } from './timeline.ts';

/** An answer of the server, with what was asked. `isAsked`: somebody typed it and wants to see it. */
export interface Answered {
  readonly ask: Ask;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly isAsked: boolean;
}

export function answered(state: State, given: Answered): Step {
  const { ask, isAsked } = given;
  const after = known(state, given);
  return isAsked ? shown(after, given) : after[0].mode.kind === 'search' || ask.type !== 'search' ? after : step(state);
}

/** A request was refused. What nobody typed is not worth a line. */
export function refused(state: State, ask: Ask, { why, isAsked }: { why: string; isAsked: boolean }): Step {
  const place = placeOf(ask);
  const idle =
    ask.type === 'history' && state.conversations.has(keyOf(place))
      ? withConversation(state, place, (was) => ({ ...was, isLoading: false }))
      : state;
  if (ask.type === 'search' && idle.mode.kind === 'search')
    return step({ ...idle, mode: { ...idle.mode, found: [] }, hint: { text: drawableLine(why), tone: 'bad' } });
  if (!isAsked) return step(idle);
  const emoji = ask.type === 'react' ? String(ask['emoji']) : '';
  if (emoji !== '' && oneEmoji(emoji) === null)
    return step(hinted(idle, say(state.settings.lang, 'no-emoji', { name: drawableLine(emoji) }), 'bad'));
  return step(notice(idle, say(state.settings.lang, 'refused', { what: ask.type, why: drawableLine(why) }), { tone: 'bad' }));
}

function known(state: State, { ask, answer }: Answered): Step {
  switch (ask.type) {
    case 'channels':
      return step(channels(state, answer as AnswerOf<'channels'>));
    case 'users':
      return step(users(state, answer as AnswerOf<'users'>));
    case 'members':
      return step(members(state, answer as AnswerOf<'members'>));
    case 'conversations':
      return step(conversations(state, answer as AnswerOf<'conversations'>));
    case 'history':
      return history(state, ask, answer as AnswerOf<'history'>);
    case 'search':
      return step(searched(state, answer as AnswerOf<'search'>));
    case 'join':
    case 'create':
      return opened(
        withConversation(state, String(answer['channel']), (was) => was),
        keyOf(String(answer['channel'])),
      );
    case 'leave':
      return step(closed(state, keyOf(String(answer['channel']))));
    case 'edit':
      return step(changeOwn(state, ask, (was) => ({ ...was, content: String(ask['content']), isEdited: true })));
    case 'delete':
      return step(changeOwn(state, ask, (was) => ({ ...was, content: '', isDeleted: true, reactions: [] })));
    case 'react': {
      const reaction = { emoji: drawableLine(String(answer['emoji'])), count: Number(answer['count']), isMine: answer['op'] !== 'remove' };
      return step(changeOwn(state, ask, (was) => withReaction(was, reaction)));
    }
    case 'pin':
    case 'unpin':
      return step(changeOwn(state, ask, (was) => ({ ...was, isPinned: ask.type === 'pin' })));
    default:
      return step(numbered(state, ask.type, answer));
  }
}

function placeOf(ask: Ask): string {
  return String(ask['channel'] ?? ask['with'] ?? '#general');
}

function channels(state: State, { channels: all }: AnswerOf<'channels'>): State {
  const directory = all.map(({ name }) => drawableLine(name));
  return all
    .filter(({ joined }) => joined)
    .reduce<State>(
      (was, { name, topic, last_seq, unread = 0, mentions = 0 }) =>
        withConversation(was, name, (conversation) => {
          const isRead = state.current === conversation.key || conversation.lastOrder > 0;
          const readTo = Math.max(conversation.readTo, last_seq - unread);
          const counts = isRead ? {} : { unread, mentions, mark: unread > 0 ? readTo : null };
          return { ...conversation, topic: drawableLine(topic ?? ''), readTo, ...counts };
        }),
      { ...state, directory },
    );
}

function conversations(state: State, { conversations: all }: AnswerOf<'conversations'>): State {
  return all.reduce(
    (was, { with: name, last_seq, unread = 0 }) =>
      withConversation(was, name, (one) =>
        one.lastOrder > 0
          ? one
          : { ...one, unread, mentions: unread, readTo: last_seq - unread, mark: unread > 0 ? last_seq - unread : null },
      ),
    state,
  );
}

function users(state: State, { users: names, details }: AnswerOf<'users'>): State {
  const people = new Map<string, Person>();
  for (const [key, person] of state.people) if (isAccount(state, key)) people.set(key, { ...person, state: 'offline' });
  for (const name of names) people.set(fold(name), { name, state: 'online' });
  for (const { username, state: how, text, guest } of details)
    people.set(fold(username), { name: username, state: how, text, isGuest: guest });
  return { ...state, people };
}

function members(state: State, { channel, members: all }: AnswerOf<'members'>): State {
  if (!state.conversations.has(keyOf(channel))) return state;
  const people = new Map(state.people);
  for (const { username, state: how, text } of all)
    if (how !== undefined) people.set(fold(username), { ...people.get(fold(username)), name: username, state: how, text });
  const list = new Map(all.map(({ username, role }) => [fold(username), { name: username, role }]));
  return withConversation({ ...state, people }, channel, (was) => {
    // Guests are no stored members: whoever was heard here stays listed, unless gone.
    for (const [key, member] of was.members ?? []) {
      const person = people.get(key);
      const isGuest = member.role === undefined && person?.isGuest !== false;
      if (!list.has(key) && isGuest && person !== undefined && person.state !== 'offline')
        list.set(key, { name: member.name, role: undefined });
    }
    return { ...was, members: list };
  });
}

function history(state: State, ask: Ask, page: AnswerOf<'history'>): Step {
  const place = page.channel ?? page.with ?? placeOf(ask);
  const before = state.conversations.get(keyOf(place));
  if (before === undefined) return step(state);
  const { items, next } = itemsOf(state, page.messages);
  // More was missed than a page holds: the newest page instead, and the rest when somebody scrolls up to it.
  if (ask['after'] !== undefined && page.complete === false)
    return step(state, { do: 'ask', ask: { type: 'history', ...whereOf(place), limit: 200 } });
  const isLatest = ask['before'] === undefined && ask['after'] === undefined;
  const isApart = isLatest && before.lastOrder > 0 && (items[0]?.order ?? 0) > before.lastOrder + 1;
  const changed = withConversation({ ...state, nextKey: next }, place, (was) => {
    const kept = isApart ? was.items.filter((item) => item.kind === 'message' && item.status === 'pending') : was.items;
    const one = withPage({ ...was, items: kept }, items);
    const isComplete = ask['after'] === undefined ? page.complete === true : was.isComplete;
    return afterPage({ ...one, isLoading: false, isComplete }, state.current === one.key);
  });
  const now = changed.conversations.get(keyOf(place));
  const isRead = now !== undefined && state.current === now.key && isLatest && now.lastOrder > 0;
  return isRead ? step(changed, { do: 'read', place, seq: now.lastOrder }) : step(changed);
}

/** The line of what is unread stands where it was left; what is looked at is read. */
function afterPage(was: Conversation, isCurrent: boolean): Conversation {
  if (isCurrent) return { ...was, unread: 0, mentions: 0, readTo: Math.max(was.readTo, was.lastOrder) };
  const missed = was.items.filter((item) => item.kind === 'message' && item.order > was.readTo && item.status === undefined);
  const unread = Math.max(was.unread, missed.length);
  return { ...was, unread, mark: unread > 0 ? (was.mark ?? was.readTo) : was.mark };
}

function whereOf(place: string): Readonly<Record<string, string>> {
  return place.startsWith('#') ? { channel: place } : { with: place };
}

function searched(state: State, { messages }: AnswerOf<'search'>): State {
  if (state.mode.kind !== 'search') return state;
  const found = messages.slice(0, wire.searchPage).map((message) => ({
    place: message.channel ?? String(message['with'] ?? message['to'] ?? message.from),
    order: message.seq,
    from: message.from,
    content: message.content,
    at: Date.parse(message.timestamp),
  }));
  return { ...state, mode: { ...state.mode, found, at: 0 } };
}

function changeOwn(state: State, ask: Ask, change: (was: MessageItem) => MessageItem): State {
  const holder = [...state.conversations.values()].find(({ items }) =>
    items.some((item) => item.kind === 'message' && item.id === ask['id']),
  );
  return holder === undefined ? state : withConversation(state, holder.name, (was) => withChanged(was, Number(ask['id']), change));
}

/** Stored messages as items of a timeline. */
export function itemsOf(state: State, messages: readonly StoredMessage[]): { readonly items: MessageItem[]; readonly next: number } {
  const items = messages.map(
    (message, at): MessageItem => ({
      kind: 'message',
      key: state.nextKey + at,
      order: message.seq,
      id: message.id,
      from: message.from,
      content: message.content,
      at: Date.parse(message.timestamp),
      replyTo: message.reply_to,
      isDeleted: message.deleted === true,
      isEdited: Number(message['revision'] ?? 0) > 0,
      ...meaningOf(message.tags),
      isMention: !isMe(state, message.from) && (message.mentions ?? []).some((name) => name === 'all' || isMe(state, name)),
      reactions: reactionsOf(message['reactions']),
      ...(isMe(state, message.from) ? { status: 'sent' as const } : {}),
    }),
  );
  return { items, next: state.nextKey + messages.length };
}

function reactionsOf(given: unknown): readonly Reaction[] {
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).map(([emoji, count]) => ({ emoji: drawableLine(emoji), count: Number(count), isMine: false }));
}
