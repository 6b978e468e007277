import { fold } from '../../../server/protocol/names.ts';
import type { EventOf } from '../../client/main.ts';
import { type Conversation, keyOf, type Person, type State, withConversation } from './state.ts';

/** Somebody came, went or changed. A guest who has gone is nobody any more: the next one comes under another name. */
export function present(state: State, { user, state: how, text }: EventOf<'status'>): State {
  const key = fold(user);
  const known = state.people.get(key);
  if (how === 'offline' && !isAccount(state, key)) return forgotten(state, key);
  // Of an account one hears when it comes, of a guest not (protocol.md §2).
  const isNewcomer = known === undefined && how === 'online';
  const person: Person = { ...known, ...(isNewcomer ? { isGuest: false } : {}), name: user, state: how, text };
  return { ...state, people: new Map(state.people).set(key, person) };
}

/** Who speaks is there, whether or not anybody told of it. */
export function heardFrom(state: State, name: string, place: string): State {
  const key = fold(name);
  const isGone = state.people.get(key)?.state === 'offline';
  const next = isGone ? withPerson(state, name) : arrived(state, name);
  const members = next.conversations.get(keyOf(place))?.members;
  if (members == null || members.has(key)) return next;
  return withConversation(next, place, (was) => ({ ...was, members: new Map(members).set(key, { name }) }));
}

/** Who enters a channel is there, unless one was told otherwise: the arrival of a guest is not told. */
export function arrived(state: State, name: string): State {
  return state.people.has(fold(name)) ? state : withPerson(state, name);
}

function withPerson(state: State, name: string): State {
  const key = fold(name);
  return { ...state, people: new Map(state.people).set(key, { ...state.people.get(key), name, state: 'online' }) };
}

/** Whether it is known to be one: by its arrival, by the list of those who are here, or by its role in a channel. */
export function isAccount({ people, conversations }: State, key: string): boolean {
  const isMember = ({ members }: Conversation) => members?.get(key)?.role !== undefined;
  return people.get(key)?.isGuest === false || [...conversations.values()].some(isMember);
}

function forgotten(state: State, key: string): State {
  const people = new Map(state.people);
  people.delete(key);
  const listing = [...state.conversations.values()].filter(({ members }) => members?.has(key) === true);
  return listing.reduce<State>(
    (was, { name, members }) =>
      withConversation(was, name, (one) => ({ ...one, members: new Map([...(members ?? [])].filter(([other]) => other !== key)) })),
    { ...state, people },
  );
}
