import type { Database } from 'better-sqlite3';
import type { ReactionStore } from '../follow-ups.ts';

/** The writes of reactions. */
export function reactionWrites(db: Database) {
  const kinds = db
    .prepare<[number, string], number>('SELECT count(DISTINCT emoji) FROM reactions WHERE message_id = ? AND emoji <> ?')
    .pluck();
  const add = db.prepare<[number, string, string, string, string]>('INSERT INTO reactions VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const remove = db.prepare<[number, string, string]>('DELETE FROM reactions WHERE message_id = ? AND emoji = ? AND person = ?');
  const count = db.prepare<[number, string], number>('SELECT count(*) FROM reactions WHERE message_id = ? AND emoji = ?').pluck();
  return {
    'reactions.add': ({
      id,
      emoji,
      person,
      username,
      at,
      most,
    }: Parameters<ReactionStore['add']>[0]): { count: number; isNew: boolean } | null => {
      if ((kinds.get(id, emoji) ?? 0) >= most) return null;
      const isNew = add.run(id, emoji, person, username, new Date(at).toISOString()).changes > 0;
      return { count: count.get(id, emoji) ?? 0, isNew };
    },
    'reactions.remove': ({ id, emoji, person }: Parameters<ReactionStore['remove']>[0]): { count: number; isNew: boolean } => {
      const isNew = remove.run(id, emoji, person).changes > 0;
      return { count: count.get(id, emoji) ?? 0, isNew };
    },
  };
}
