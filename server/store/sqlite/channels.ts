import type { Database } from 'better-sqlite3';
import type { Channel, PersonKey } from '../store.ts';

const columns = 'id, name, fold, visibility';

export interface NewChannel {
  readonly name: string;
  readonly fold: string;
  readonly visibility: Channel['visibility'];
  readonly createdBy: PersonKey;
  readonly at: number;
}

/** The writes of channels. */
export function channelWrites(db: Database) {
  const insert = db.prepare<[string, string, string, string, string], Channel>(
    `INSERT INTO channels (name, fold, visibility, created_by, created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (fold) DO NOTHING RETURNING ${columns}`,
  );
  const find = db.prepare<[string], Channel>(`SELECT ${columns} FROM channels WHERE fold = ?`);
  return {
    'channels.ensure': ({ name, fold, visibility, createdBy, at }: NewChannel): { channel: Channel; isNew: boolean } => {
      const made = insert.get(name, fold, visibility, createdBy, new Date(at).toISOString());
      const channel = made ?? find.get(fold);
      if (channel === undefined) throw new Error(`channel ${fold} neither made nor found`);
      return { channel, isNew: made !== undefined };
    },
  };
}

/** The reads of channels, on a read-only connection. */
export function channelReads(db: Database) {
  const find = db.prepare<[string], Channel>(`SELECT ${columns} FROM channels WHERE fold = ?`);
  return { find: (fold: string): Channel | null => find.get(fold) ?? null };
}
