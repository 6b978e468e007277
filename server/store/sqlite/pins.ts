import type { Database } from 'better-sqlite3';
import type { Pin, PinStore } from '../follow-ups.ts';

/** The writes of pins. */
export function pinWrites(db: Database) {
  const others = db.prepare<[number, number], number>('SELECT count(*) FROM pins WHERE channel_id = ? AND message_id <> ?').pluck();
  const add = db.prepare<[number, number, string, string]>('INSERT INTO pins VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const remove = db.prepare<[number, number]>('DELETE FROM pins WHERE channel_id = ? AND message_id = ?');
  return {
    'pins.add': ({ channelId, id, by, at, most }: Parameters<PinStore['add']>[0]): boolean | null => {
      if ((others.get(channelId, id) ?? 0) >= most) return null;
      return add.run(channelId, id, by, new Date(at).toISOString()).changes > 0;
    },
    'pins.remove': ({ channelId, id }: Parameters<PinStore['remove']>[0]): boolean => remove.run(channelId, id).changes > 0,
  };
}

/** The reads of pins, on a read-only connection. */
export function pinReads(db: Database) {
  const within = db.prepare<[number], Pin>(
    `SELECT m.id, m.seq, m.username AS "from", m.content, m.timestamp, p.pinned_by AS pinnedBy
     FROM pins p JOIN messages m ON m.id = p.message_id WHERE p.channel_id = ? ORDER BY m.seq`,
  );
  return { in: (channelId: number): Pin[] => within.all(channelId) };
}
