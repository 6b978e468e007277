import type { ServerEvent } from '../protocol/index.ts';
import { text } from '../protocol/texts.ts';
import { rowsOf } from './plain-rows.ts';
import type { Talk } from './plain-talk.ts';

/** What is heard without having been asked for, as rows; null: not for people, or nothing to tell. */
export function eventRows(event: ServerEvent, talk: Talk): readonly string[] | null {
  switch (event.type) {
    case 'message':
      return talk.message({ ...event, id: undefined });
    case 'status':
      return withText(talk.say(event.state, { name: event.user }), event.text, talk);
    case 'member':
      return talk.say(event.what === 'joined' ? 'member_joined' : 'member_left', { name: event.username, channel: event.channel });
    case 'channel':
      return talk.say('changed', { name: event.by, channel: event.channel, what: changesIn(event.changes) });
    case 'edited':
      return talk.rows(talk.word('edited', { name: event.from, id: event.place.id }), event.content);
    case 'deleted':
      return withText(talk.say('deleted', { name: event.by, id: event.place.id }), event.reason, talk);
    case 'pinned':
      return talk.say(event.isPinned ? 'pinned' : 'unpinned', { name: event.by, id: event.id, channel: event.channel });
    case 'reaction':
      return event.op === 'remove'
        ? null
        : talk.say('reaction', { name: event.by, emoji: event.emoji, id: event.place.id, count: event.count });
    case 'notification':
      // A mention arrives with its message, a sanction with its notice.
      return event.kind === 'invitation' ? talk.say('invitation', { name: event.by, channel: event.channel ?? '' }) : null;
    case 'reported':
      return talk.rows(talk.word('reported', { name: event.by, id: event.id, report: event.report }), `(${event.reason})`);
    case 'notice':
      return rowsOf('*', text(talk.lang, event.text, event.params).trim());
    case 'gap':
      return talk.say('gap', { channel: event.channel, count: event.toSeq - event.fromSeq + 1 });
    default:
      return null;
  }
}

function withText(rows: readonly string[], said: string | undefined, talk: Talk): readonly string[] {
  return said === undefined || said === '' ? rows : talk.rows(rows.join(' '), `(${said})`);
}

function changesIn(changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} ${String(value)}`)
    .join(', ');
}
