import type { Database } from 'better-sqlite3';
import type { ExportRequest } from './request.ts';
import { authorFilter, columns, type Page, type Row, timeBounds } from './rows.ts';
import type { ChangeMark, Source, Sources } from './source.ts';

const pageIds = 500;

/**
 * What became of messages that earlier runs have written, after `seen` and up to `sources.lastChange`: each as it is now, oldest first, a deleted
 * one without its content.
 */
export function* changedPages(
  db: Database,
  sources: Sources,
  request: ExportRequest & { readonly afterId: number; readonly seen: ChangeMark | null },
): Generator<Page> {
  if (sources.lastChange === null || request.afterId === 0) return;
  const ids = changedIds(db, request.seen, { until: sources.lastChange.at, lastId: request.afterId });
  const isWanted = authorFilter(request.user);
  const find = findersOf(db, sources.all, request);
  for (let start = 0; start < ids.length; start += pageIds) {
    const page = ids.slice(start, start + pageIds);
    const rows = page.flatMap((id) => find.map((one) => one(id)).filter((row) => row !== undefined));
    yield { rows: rows.filter((row) => isWanted(row[2])), places: page.length };
  }
}

function changedIds(db: Database, seen: ChangeMark | null, { until, lastId }: { until: string; lastId: number }): number[] {
  const known = new Set(seen?.keys);
  const find = db.prepare<[string, string, number], { id: number; key: string; at: string }>(
    'SELECT message_id AS id, message_id || \':\' || revision AS "key", at FROM revisions WHERE at >= ? AND at <= ? AND message_id <= ? ORDER BY message_id',
  );
  const ids = new Set<number>();
  for (const { id, key, at } of find.iterate(seen?.at ?? '', until, lastId)) if (at !== seen?.at || !known.has(key)) ids.add(id);
  return [...ids];
}

/** One finder per table: the message of that id if it is in one of the sources. */
function findersOf(db: Database, sources: readonly Source[], request: ExportRequest): ((id: number) => Row | undefined)[] {
  return (['messages', 'private_messages'] as const).map((table) => {
    const { conversation, channel } = columns[table];
    const wanted = new Set(sources.filter((source) => source.table === table).map(({ id }) => id));
    if (wanted.size === 0) return () => undefined;
    const place = db.prepare<[number], number>(`SELECT ${conversation} FROM ${table} WHERE id = ?`).pluck();
    const read = db
      .prepare<[number, string, string], Row>(
        `SELECT seq, id, username, ${channel}, iif(deleted, '', content), timestamp, iif(deleted, 'deleted', 'edited') FROM ${table}
         WHERE id = ? AND timestamp >= ? AND timestamp < ?`,
      )
      .raw();
    return (id) => (wanted.has(place.get(id) ?? -1) ? read.get(id, ...timeBounds(request)) : undefined);
  });
}
