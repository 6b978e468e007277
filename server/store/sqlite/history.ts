import type { Database } from 'better-sqlite3';
import type { HistoryPage, HistoryQuery, HistorySource } from '../store.ts';
import type { Room } from './room.ts';

/**
 * A message as it is read: SQLite spells the JSON that every message has, a fifth of the time that rows cost which JavaScript spells;
 * `extras` holds what few messages have.
 */
export type MessageRow = readonly [id: number, seq: number, text: string, extras: string | null, author?: string];

/** The tables of the two kinds of conversation look alike where history is concerned. */
const tables = {
  channel: { table: 'messages', key: 'channel_id', place: 'channel', mentions: 'mentions' },
  conversation: { table: 'private_messages', key: 'conversation_id', place: 'with', mentions: 'NULL' },
} as const;

/** The columns of a `MessageRow`; `name` is the SQL of the channel's name, or of the other person's. */
export function messageColumns(kind: keyof typeof tables, name: string): string {
  const { place, mentions } = tables[kind];
  return `id, seq,
    json_object('id', id, 'seq', seq, 'from', username, 'content', iif(deleted, '', content), 'timestamp', timestamp, '${place}', ${name}),
    CASE WHEN deleted = 0 AND revision = 0 AND reply_to IS NULL AND tags IS NULL AND ${mentions} IS NULL THEN NULL ELSE
      json_object('deleted', iif(deleted, json('true'), NULL), 'mentions', json(${mentions}), 'reply_to', reply_to, 'tags', json(tags),
        'revision', nullif(revision, 0)) END`;
}

/** Pages of history, on a read-only connection; runs in the reader thread. */
export function historyReads(db: Database) {
  const pagers = { channel: pager(db, 'channel'), conversation: pager(db, 'conversation') };
  const reactionsOf = reactionReads(db);

  return ({ source, cursor, limit, hasAuthorIds, chunkBytes, pageBytes }: HistoryQuery): HistoryPage => {
    const rows = pagers[source.kind](source, cursor, { limit, bytes: pageBytes });
    const first = rows.messages[0];
    const last = rows.messages.at(-1);
    const counts = reactionsOf(first?.[0] ?? 0, last?.[0] ?? -1);
    const texts = rows.messages.map((row) => {
      const text = messageText(row, counts.get(row[0]));
      return hasAuthorIds === true ? `${text.slice(0, -1)},"from_id":${/^u(\d+)$/.exec(row[4] ?? '')?.[1] ?? 0}}` : text;
    });
    return { chunks: chunksOf(texts, chunkBytes), firstSeq: first?.[1] ?? null, lastSeq: last?.[1] ?? null, isComplete: rows.isComplete };
  };
}

/** The reactions of the messages from one id to another: how many of each. */
export function reactionReads(db: Database): (from: number, to: number) => ReadonlyMap<number, Record<string, number>> {
  const reactions = db.prepare<[number, number], { message_id: number; emoji: string; count: number }>(
    'SELECT message_id, emoji, count(*) AS count FROM reactions WHERE message_id BETWEEN ? AND ? GROUP BY message_id, emoji',
  );
  return (from, to) => {
    const counts = new Map<number, Record<string, number>>();
    for (const { message_id, emoji, count } of reactions.all(from, to)) {
      counts.set(message_id, { ...counts.get(message_id), [emoji]: count });
    }
    return counts;
  };
}

/** A message as it is told. */
export function messageText([, , text, extras]: MessageRow, reactions: Record<string, number> | undefined): string {
  if (extras === null && reactions === undefined) return text;
  const given = Object.entries(JSON.parse(extras ?? '{}') as Record<string, unknown>).filter(([, value]) => value !== null);
  const more = JSON.stringify({ ...Object.fromEntries(given), ...(reactions === undefined ? {} : { reactions }) });
  return `${text.slice(0, -1)},${more.slice(1)}`;
}

/** JSON texts as arrays of about `most` bytes each; the last may be empty. */
export function chunksOf(texts: readonly string[], most: number): string[] {
  const chunks: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text) + 1;
    if (open.length > 0 && bytes + size > most) {
      chunks.push(`[${open.join(',')}]`);
      open = [];
      bytes = 0;
    }
    open.push(text);
    bytes += size;
  }
  return [...chunks, `[${open.join(',')}]`];
}

type Page = { readonly messages: readonly MessageRow[]; readonly isComplete: boolean };

/** The rows that have room, the first in any case; of what has none no more is read. */
function roomFor(rows: Iterable<MessageRow>, { limit, bytes }: Room): Page {
  const messages: MessageRow[] = [];
  let taken = 0;
  for (const row of rows) {
    taken += Buffer.byteLength(row[2]) + (row[3] === null ? 0 : Buffer.byteLength(row[3]));
    if (messages.length === limit || (messages.length > 0 && taken > bytes)) return { messages, isComplete: false };
    messages.push(row);
  }
  return { messages, isComplete: true };
}

/** Reads pages of one kind of conversation. One row more than asked tells whether there are more. */
function pager(db: Database, kind: keyof typeof tables): (source: HistorySource, cursor: HistoryQuery['cursor'], room: Room) => Page {
  const { table, key } = tables[kind];
  const columns = `${messageColumns(kind, '?')}, author`;
  const ascending = db
    .prepare<[string, number, number, number], MessageRow>(
      `SELECT ${columns} FROM ${table} WHERE ${key} = ? AND seq >= ? ORDER BY seq LIMIT ?`,
    )
    .raw();
  const descending = db
    .prepare<[string, number, number, number], MessageRow>(
      `SELECT ${columns} FROM ${table} WHERE ${key} = ? AND seq <= ? ORDER BY seq DESC LIMIT ?`,
    )
    .raw();
  const seqAt = firstSeqAt(db, kind);
  const up = ({ id, name }: HistorySource, from: number, room: Room): Page =>
    roomFor(ascending.iterate(name, id, from, room.limit + 1), room);
  const down = ({ id, name }: HistorySource, to: number, room: Room): Page => {
    const { messages, isComplete } = roomFor(descending.iterate(name, id, to, room.limit + 1), room);
    return { messages: messages.toReversed(), isComplete };
  };
  return (source, cursor, room) => {
    if ('after' in cursor) return up(source, cursor.after + 1, room);
    if ('before' in cursor) return down(source, cursor.before - 1, room);
    if ('since' in cursor) return up(source, seqAt(source.id, cursor.since), room);
    if ('until' in cursor) return down(source, seqAt(source.id, cursor.until) - 1, room);
    if ('around' in cursor) {
      const bytes = Math.floor(room.bytes / 2);
      const earlier = down(source, cursor.around - 1, { limit: Math.floor(room.limit / 2), bytes });
      const later = up(source, cursor.around, { limit: room.limit - earlier.messages.length, bytes });
      return { messages: [...earlier.messages, ...later.messages], isComplete: earlier.isComplete && later.isComplete };
    }
    return down(source, Number.MAX_SAFE_INTEGER, room);
  };
}

/** The first `seq` of a conversation at or after a time. Time never goes back within it, so a binary search finds it without an index. */
function firstSeqAt(db: Database, kind: keyof typeof tables): (id: number, time: string) => number {
  const { table, key } = tables[kind];
  const last = db.prepare<[number], number | null>(`SELECT max(seq) FROM ${table} WHERE ${key} = ?`).pluck();
  const next = db.prepare<[number, number], { seq: number; timestamp: string }>(
    `SELECT seq, timestamp FROM ${table} WHERE ${key} = ? AND seq >= ? ORDER BY seq LIMIT 1`,
  );
  return (id, time) => {
    let low = 1;
    let high = (last.get(id) ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(id, middle);
      if (row === undefined || row.timestamp >= time) high = middle;
      else low = row.seq + 1;
    }
    return low;
  };
}
