import { fold } from '../../../server/protocol/names.ts';
import { type Conversation, channelKey, currentOf, defaultChannel, listed, type Person, type State } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { hueOf } from '../text/colours.ts';
import { type Row, span } from '../text/style.ts';
import { clip, sized, sizedRow } from '../text/width.ts';
import { say } from '../texts.ts';
import type { Layout } from './layout.ts';

const bar = span('│', { colour: 'muted' });

/** The conversations, each with its number, what is unread in it and whether one was mentioned. */
export function channelRows(state: State, { channels: width, height }: Layout): Row[] {
  if (width === 0) return [];
  const inner = width - 1;
  const all = listed(state);
  const first = firstListed(state, { height });
  const rows = all
    .slice(first, first + height)
    .map((one, index) => channelRow(one, first + index + 1, { inner, isCurrent: one.key === state.current }));
  return columned(rows, { width: inner, height }).map((row) => [...row, bar]);
}

/** The first conversation that is seen when not all of them fit. */
export function firstListed(state: State, { height }: Pick<Layout, 'height'>): number {
  const all = listed(state);
  const at = all.findIndex(({ key }) => key === state.current);
  return Math.max(0, Math.min(at - Math.floor(height / 2), all.length - height));
}

function channelRow(
  { name, unread, mentions }: Conversation,
  number: number,
  { inner, isCurrent }: { inner: number; isCurrent: boolean },
): Row {
  const count = unread === 0 ? '' : mentions > 0 ? `@${mentions > 99 ? '99+' : mentions}` : unread > 999 ? '999+' : String(unread);
  const label = `${String(number).padStart(2)} ${drawableLine(name)}`;
  const room = inner - count.length - (count === '' ? 0 : 1);
  const style = isCurrent
    ? { inverse: true }
    : mentions > 0
      ? { bold: true, colour: 'warn' as const }
      : unread > 0
        ? { bold: true }
        : undefined;
  return [span(sized(label, room), style), ...(count === '' ? [] : [span(` ${count}`, { ...style, bold: true })])];
}

const marks: Readonly<Record<string, { readonly mark: string; readonly tone: 'good' | 'warn' | 'bad' | 'muted' }>> = {
  online: { mark: '●', tone: 'good' },
  away: { mark: '○', tone: 'warn' },
  dnd: { mark: '⊘', tone: 'bad' },
  offline: { mark: '·', tone: 'muted' },
};

/** Who is in the channel: those who are here first. */
export function memberRows(state: State, { members: width, height }: Layout): Row[] {
  if (width === 0) return [];
  const inner = width - 1;
  const people = membersOf(state);
  const here = people.filter(({ state: how }) => how !== 'offline').length;
  const title: Row = [span(sized(` ${say(state.settings.lang, 'members')} ${here}/${people.length}`, inner), { colour: 'muted' })];
  const rows = people.slice(0, height - 1).map((person) => memberRow(person, inner));
  if (people.length > height - 1) rows[height - 2] = [span(` … +${people.length - height + 2}`, { colour: 'muted' })];
  return columned([title, ...rows], { width: inner, height }).map((row) => [bar, ...row]);
}

function memberRow({ name, state: how, role }: Person & { readonly role: string }, inner: number): Row {
  const { mark, tone } = marks[how] ?? { mark: '●', tone: 'good' as const };
  const sign = role === 'owner' ? '~' : role === 'moderator' ? '@' : '';
  const isAway = how === 'offline';
  return [
    span(` ${mark} `, { colour: tone }),
    span(clip(`${sign}${drawableLine(name)}`, inner - 3), isAway ? { colour: 'muted' } : { colour: { hue: hueOf(name) } }),
  ];
}

/** The members of the channel that is looked at; in the default channel everybody who is here, and in private the two. */
export function membersOf(state: State): (Person & { readonly role: string })[] {
  const conversation = currentOf(state);
  if (conversation === undefined) return [];
  const keys = new Map<string, string>();
  for (const [key, { role }] of conversation.members ?? []) keys.set(key, role ?? '');
  const isForAll = conversation.key === channelKey(defaultChannel) || state.link.generation === 1;
  if (conversation.isPrivate) for (const name of [conversation.name, state.me?.name ?? '']) if (name !== '') keys.set(fold(name), '');
  if (!conversation.isPrivate && isForAll)
    for (const [key, { state: how }] of state.people) if (how !== 'offline' && !keys.has(key)) keys.set(key, '');
  if (state.me !== null) keys.set(fold(state.me.name), keys.get(fold(state.me.name)) ?? '');
  return [...keys]
    .map(([key, role]) => {
      const member = conversation.members?.get(key);
      const person = state.people.get(key);
      const isSelf = state.me !== null && fold(state.me.name) === key;
      const name = person?.name ?? member?.name ?? (isSelf ? (state.me?.name ?? key) : conversation.isPrivate ? conversation.name : key);
      return { name, state: person?.state ?? (isSelf ? 'online' : 'offline'), role };
    })
    .sort((a, b) => Number(a.state === 'offline') - Number(b.state === 'offline') || a.name.localeCompare(b.name));
}

function columned(rows: readonly Row[], { width, height }: { width: number; height: number }): Row[] {
  return Array.from({ length: height }, (_, index) => sizedRow(rows[index] ?? [], width));
}
