import type { Database } from 'better-sqlite3';

const dayMs = 24 * 3600 * 1000;

/** Takes away what channels no longer keep, with everything that hangs on it; the search index follows by itself. */
export function retentionWrites(db: Database) {
  const limited = db.prepare<[], { id: number; days: number }>('SELECT id, retention_days AS days FROM channels WHERE retention_days > 0');
  // Time never goes back within a channel, so that the oldest by `seq` are the oldest.
  const old = db.prepare<[number, number, string], { id: number; seq: number }>(
    'SELECT id, seq FROM (SELECT id, seq, timestamp FROM messages WHERE channel_id = ? ORDER BY seq LIMIT ?) WHERE timestamp < ? ORDER BY seq',
  );
  const removals = [
    ...['revisions', 'reactions', 'pins', 'notifications', 'reports'].map((table) => `DELETE FROM ${table} WHERE message_id = ?`),
    'DELETE FROM messages WHERE id = ?',
  ].map((sql) => db.prepare<[number]>(sql));
  // What is not there is not unread.
  const read = db.prepare<[number, number, number]>('UPDATE memberships SET read_seq = ? WHERE channel_id = ? AND read_seq < ?');

  const looked = db.prepare<[], number>("SELECT value FROM counters WHERE name = 'retention_looked_at'").pluck();
  const look = db.prepare<[number]>("INSERT OR REPLACE INTO counters VALUES ('retention_looked_at', ?)");

  return {
    /** Notes the time of a look; returns that of the one before. */
    'retention.look': (now: number): number | null => {
      const former = looked.get() ?? null;
      look.run(now);
      return former;
    },
    /** The oldest first, at most so many; returns how many. */
    'retention.remove': ({ now, most }: { now: number; most: number }): number => {
      let removed = 0;
      for (const { id: channelId, days } of limited.all()) {
        if (removed === most) break;
        const rows = old.all(channelId, most - removed, new Date(Math.max(0, now - days * dayMs)).toISOString());
        for (const { id } of rows) for (const removal of removals) removal.run(id);
        const last = rows.at(-1);
        if (last !== undefined) read.run(last.seq, channelId, last.seq);
        removed += rows.length;
      }
      return removed;
    },
  };
}
