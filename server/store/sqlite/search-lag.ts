import type { Database } from 'better-sqlite3';

/** Reads when the oldest message was said that no search finds yet, because it is not in the index; null: there is none. */
export function unsearchable(db: Database): () => number | null {
  const first = (table: string) =>
    `SELECT timestamp FROM (SELECT timestamp FROM ${table} WHERE id > (SELECT last_id FROM search_position) ORDER BY id LIMIT 1)`;
  const oldest = db
    .prepare<[], string | null>(`SELECT min(timestamp) FROM (${first('messages')} UNION ALL ${first('private_messages')})`)
    .pluck();
  return () => {
    const time = oldest.get();
    return time === null || time === undefined ? null : Date.parse(time);
  };
}
