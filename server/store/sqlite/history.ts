import type { Database } from 'better-sqlite3';
import type { HistoryPage, HistoryQuery, HistorySource } from '../store.ts';

/** A message as its row has it. */
export interface MessageRow {
  readonly id: number;
  readonly seq: number;
  readonly username: string;
  readonly content: string;
  readonly timestamp: string;
  readonly reply_to: number | null;
  readonly tags: string | null;
  readonly mentions: string | null;
  readonly revision: number;
  readonly deleted: number;
}

/** The tables of the two kinds of conversation look alike where history is concerned. */
const tables = {
  channel: { table: 'messages', key: 'channel_id', mentions: 'mentions' },
  conversation: { table: 'private_messages', key: 'conversation_id', mentions: 'NULL AS mentions' },
} as const;

const columnsOf = (kind: keyof typeof tables) =>
  `id, seq, username, content, timestamp, reply_to, tags, ${tables[kind].mentions}, revision, deleted`;

/** The columns of a `MessageRow` in the table of channel messages, and in that of private ones. */
export const messageColumns = { channel: columnsOf('channel'), conversation: columnsOf('conversation') } as const;

/** Pages of history, on a read-only connection; runs in the reader thread. */
export function historyReads(db: Database) {
  const pagers = { channel: pager(db, 'channel'), conversation: pager(db, 'conversation') };
  const reactionsOf = reactionReads(db);

  return ({ source, cursor, limit, chunkBytes }: HistoryQuery): HistoryPage => {
    const rows = pagers[source.kind](source.id, cursor, limit);
    const first = rows.messages[0];
    const last = rows.messages.at(-1);
    const counts = reactionsOf(first?.id ?? 0, last?.id ?? -1);
    const texts = rows.messages.map((row) => JSON.stringify(messageOf(row, source, counts.get(row.id))));
    return { chunks: chunksOf(texts, chunkBytes), firstSeq: first?.seq ?? null, lastSeq: last?.seq ?? null, isComplete: rows.isComplete };
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
export function messageOf(row: MessageRow, source: HistorySource, reactions: Record<string, number> | undefined) {
  const isDeleted = row.deleted === 1;
  return {
    id: row.id,
    seq: row.seq,
    from: row.username,
    content: isDeleted ? '' : row.content,
    timestamp: row.timestamp,
    ...(source.kind === 'channel' ? { channel: source.name } : { with: source.name }),
    ...(isDeleted ? { deleted: true } : {}),
    ...(row.mentions === null ? {} : { mentions: JSON.parse(row.mentions) as unknown }),
    ...(row.reply_to === null ? {} : { reply_to: row.reply_to }),
    ...(row.tags === null ? {} : { tags: JSON.parse(row.tags) as unknown }),
    ...(row.revision === 0 ? {} : { revision: row.revision }),
    ...(reactions === undefined ? {} : { reactions }),
  };
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

/** Reads pages of one kind of conversation. One row more than asked tells whether there are more. */
function pager(db: Database, kind: keyof typeof tables): (id: number, cursor: HistoryQuery['cursor'], limit: number) => Page {
  const { table, key } = tables[kind];
  const columns = messageColumns[kind];
  const ascending = db.prepare<[number, number, number], MessageRow>(
    `SELECT ${columns} FROM ${table} WHERE ${key} = ? AND seq >= ? ORDER BY seq LIMIT ?`,
  );
  const descending = db.prepare<[number, number, number], MessageRow>(
    `SELECT ${columns} FROM ${table} WHERE ${key} = ? AND seq <= ? ORDER BY seq DESC LIMIT ?`,
  );
  const seqAt = firstSeqAt(db, kind);
  const up = (id: number, from: number, limit: number): Page => {
    const rows = ascending.all(id, from, limit + 1);
    return { messages: rows.slice(0, limit), isComplete: rows.length <= limit };
  };
  const down = (id: number, to: number, limit: number): Page => {
    const rows = descending.all(id, to, limit + 1);
    return { messages: rows.slice(0, limit).reverse(), isComplete: rows.length <= limit };
  };
  return (id, cursor, limit) => {
    if ('after' in cursor) return up(id, cursor.after + 1, limit);
    if ('before' in cursor) return down(id, cursor.before - 1, limit);
    if ('since' in cursor) return up(id, seqAt(id, cursor.since), limit);
    if ('until' in cursor) return down(id, seqAt(id, cursor.until) - 1, limit);
    if ('around' in cursor) {
      const half = Math.floor(limit / 2);
      const earlier = down(id, cursor.around - 1, half);
      const later = up(id, cursor.around, limit - earlier.messages.length);
      return { messages: [...earlier.messages, ...later.messages], isComplete: earlier.isComplete && later.isComplete };
    }
    return down(id, Number.MAX_SAFE_INTEGER, limit);
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
