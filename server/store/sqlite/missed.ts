import type { Database } from 'better-sqlite3';
import { lineBytes } from '../../protocol/line-bytes.ts';
import type { MissedPrivate, MissedQuery, PersonKey, WaitingMessage } from '../store.ts';
import { fitting } from './room.ts';

interface Conversation {
  readonly id: number;
  readonly other: PersonKey;
}

type Row = Omit<WaitingMessage, 'at'> & { readonly timestamp: string };
type Missed = Row & { readonly conversation: number };

/** The private messages that somebody was not given, on a read-only connection; runs in the reader thread. */
export function missedReads(db: Database): (query: MissedQuery) => MissedPrivate {
  const conversations = db.prepare<{ key: PersonKey }, Conversation>(
    `SELECT id, iif(low = :key, high, low) AS other FROM conversations WHERE low = :key
     UNION SELECT id, iif(low = :key, high, low) FROM conversations WHERE high = :key`,
  );
  const newest = db.prepare<[number, number], Row>(
    `SELECT id, seq, author, recipient, username AS "from", recipient_name AS "to", iif(deleted, '', content) AS content, timestamp,
       reply_to AS replyTo, tags
     FROM private_messages WHERE conversation_id = ? AND seq > ? ORDER BY seq DESC`,
  );
  const firstSeq = db
    .prepare<[number, number], number>('SELECT min(seq) FROM private_messages WHERE conversation_id = ? AND id > ?')
    .pluck();

  /** Newest first: reading stops at what is known, so it costs as much as was missed. One more than there is room for tells that there are more. */
  function newestOf({ id, other }: Conversation, { after, seen, limit, pageBytes }: MissedQuery): Missed[] {
    const known = seen[other];
    const rows: Missed[] = [];
    let taken = 0;
    for (const row of newest.iterate(id, known ?? 0)) {
      if ((known === undefined && row.id <= after) || rows.length > limit || (rows.length > 1 && taken > pageBytes)) break;
      rows.push({ ...row, conversation: id });
      taken += lineBytes(row.content, row.tags);
    }
    return rows;
  }

  return (query) => {
    const { person, after, seen, limit, pageBytes } = query;
    const others = new Map(conversations.all({ key: person }).map((one) => [one.id, one]));
    const rows = [...others.values()].flatMap((one) => newestOf(one, query)).sort((a, b) => b.id - a.id);
    const gaps = new Map<number, MissedPrivate['gaps'][number]>();
    const sizes = rows.map(({ content, tags }) => lineBytes(content, tags));
    const room = fitting(sizes, { limit, bytes: pageBytes });
    for (const { conversation, author, from, to, seq } of rows.slice(room)) {
      if (gaps.has(conversation)) continue;
      const known = seen[others.get(conversation)?.other ?? ''];
      const fromSeq = known === undefined ? (firstSeq.get(conversation, after) ?? seq) : known + 1;
      gaps.set(conversation, { with: author === person ? to : from, fromSeq, toSeq: seq });
    }
    return { messages: rows.slice(0, room).reverse().map(asWaiting), gaps: [...gaps.values()] };
  };
}

function asWaiting({ id, seq, author, recipient, from, to, content, timestamp, replyTo, tags }: Missed): WaitingMessage {
  return { id, seq, author, recipient, from, to, content, at: Date.parse(timestamp), replyTo, tags };
}
