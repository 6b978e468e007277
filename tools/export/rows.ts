import type { Database } from 'better-sqlite3';
import { fold } from '../../server/protocol/names.ts';
import type { ExportRequest } from './request.ts';
import { knowsChanges, type Source, type Sources } from './source.ts';

/** One message as it is exported; for a private one `channel` says to whom. */
export type Row = readonly [
  seq: number,
  id: number,
  username: string,
  channel: string,
  content: string,
  timestamp: string,
  /** What became of a message that an earlier run has written. */
  change?: 'edited' | 'deleted',
];

/** What one reading gave, and of how many places. */
export interface Page {
  readonly rows: readonly Row[];
  readonly places: number;
}

/** So many places of a conversation are read at once, unless they hold more than so many characters. */
const pagePlaces = 1000;
const pageCharacters = 262_144;

/** Where the tables differ. */
export const columns = {
  messages: { conversation: 'channel_id', channel: 'channel' },
  private_messages: { conversation: 'conversation_id', channel: "'private:' || recipient_name" },
};

/**
 * The messages of the sources, in the order of their names and places, page by page. Each page is a short transaction of its own: a
 * reader that takes its time never keeps the server's log from being written back (reliability.md F5). What makes the pages one picture
 * is the last place of each, noted at one moment: messages are only ever added. `afterId` is where the last run stopped. Deleted messages are gone from every export.
 */
export function* pagesOf(db: Database, sources: Sources, request: ExportRequest & { readonly afterId: number }): Generator<Page> {
  const isWanted = authorFilter(request.user);
  const kept = knowsChanges(db) ? 'AND deleted = 0' : '';
  for (const source of sources.all) {
    const { conversation, channel } = columns[source.table];
    const read = db
      .prepare<[number, number, number, number, string, string], Row>(
        `SELECT seq, id, username, ${channel}, content, timestamp FROM ${source.table}
         WHERE ${conversation} = ? AND seq BETWEEN ? AND ? AND id > ? AND timestamp >= ? AND timestamp < ? ${kept} ORDER BY seq`,
      )
      .raw();
    let next = firstSeq(db, source, request.afterId);
    while (next <= source.lastSeq) {
      const last = Math.min(next + pagePlaces - 1, source.lastSeq);
      const rows: Row[] = [];
      let characters = 0;
      let seen = last;
      const bounds = [request.afterId, ...timeBounds(request)] as const;
      for (const row of read.iterate(source.id, next, last, ...bounds)) {
        if (isWanted(row[2])) rows.push(row);
        characters += row[4].length;
        if (characters < pageCharacters) continue;
        seen = row[0];
        break;
      }
      yield { rows, places: seen - next + 1 };
      next = seen + 1;
    }
  }
}

/** How many messages there are to look at, at most: the length of the progress bar. */
export function placesOf(db: Database, sources: Sources, afterId: number): number {
  return sources.all.reduce((sum, source) => sum + Math.max(0, source.lastSeq - firstSeq(db, source, afterId) + 1), 0);
}

/** The first place of a conversation whose message is newer than `afterId`. Ids and places grow together. */
function firstSeq(db: Database, { table, id, lastSeq }: Source, afterId: number): number {
  const { conversation } = columns[table];
  if (afterId === 0) return 1;
  const first = db.prepare<[number, number], number>(`SELECT seq FROM ${table} WHERE id > ? AND ${conversation} = ? ORDER BY id LIMIT 1`);
  return first.pluck().get(afterId, id) ?? lastSeq + 1;
}

/** The first time that is in, and the first that is not any more, as the database writes times. */
export function timeBounds({ from, before }: ExportRequest): readonly [string, string] {
  return [from ?? '', before ?? '~'];
}

/** Names are the same by their fold, as everywhere; each is folded once. */
export function authorFilter(user: string | null): (username: string) => boolean {
  if (user === null) return () => true;
  const wanted = fold(user);
  const known = new Map<string, boolean>();
  return (username) => {
    const answer = known.get(username) ?? fold(username) === wanted;
    if (known.size < 100_000) known.set(username, answer);
    return answer;
  };
}
