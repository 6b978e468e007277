import { JsonText, type Result } from '../protocol/result.ts';
import type { Talk } from './plain-talk.ts';

/** A value of an answer as text. */
export function told(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A list of an answer, or nothing. */
export function listOf(value: unknown): readonly Result[] {
  if (value instanceof JsonText) return JSON.parse(value.json) as Result[];
  return Array.isArray(value) ? (value as Result[]) : [];
}

/** Somebody has a name from now on. */
export function entered(talk: Talk, result: Result | undefined): string[] {
  talk.isNamed = true;
  return talk.say('you_are', { name: told(result?.['username']) });
}

/** Messages of the past, each with its number: of the history, found ones, pinned ones. */
export function shownMessages(talk: Talk, results: readonly Result[]): string[] {
  const rows = results.flatMap((result) =>
    listOf(result['messages'] ?? result['pins']).flatMap((message) => {
      const other = message['with'] ?? result['with'];
      return talk.message({
        at: Date.parse(told(message['timestamp'])),
        from: told(message['from']),
        content: told(message['content']),
        channel: other === undefined ? told(message['channel'] ?? result['channel']) : undefined,
        id: Number(message['id']),
        isDeleted: message['deleted'] === true,
      });
    }),
  );
  return rows.length === 0 ? talk.say('nothing') : rows;
}

/** Who is here, or in a channel. */
export function peopleIn(talk: Talk, result: Result | undefined): string[] {
  const members = result?.['members'];
  const people = listOf(members ?? result?.['details']);
  const names = people.map(({ username, state, text, role }) => {
    const extras = [
      state === 'online' ? '' : told(state),
      role === 'user' || role === 'guest' || role === 'member' ? '' : told(role),
      told(text),
    ];
    const extra = extras.filter((each) => each !== '').join(', ');
    return extra === '' ? told(username) : `${told(username)} (${extra})`;
  });
  const params = { count: people.length, names: names.join(' · ') };
  return members === undefined ? talk.say('here', params) : talk.say('members', { ...params, channel: told(result?.['channel']) });
}

/** One channel of the list: its name, who is in, what is unread, what it is about. */
export function channelRow(talk: Talk, { name, members, unread, topic, joined }: Result): string[] {
  const counts = [`(${told(members)})`, Number(unread) > 0 ? talk.word('unread', { count: Number(unread) }) : ''];
  return talk.rows(`${joined === true ? '*' : ' '} ${told(name)}`, [...counts, told(topic)].filter((part) => part !== '').join(' '));
}
