import type { Database } from 'better-sqlite3';
import type { EditStore, Revision, StoredMessage } from '../follow-ups.ts';
import { mentionWrites } from './mentions.ts';

type Edit = Parameters<EditStore['edit']>[0];
type Deletion = Parameters<EditStore['delete']>[0];

const tables = { channel: 'messages', private: 'private_messages' } as const;

/** The writes of messages that change: what they said is kept as a revision. */
export function editWrites(db: Database) {
  const mentions = mentionWrites(db);
  const forTable = (table: string, also: string) => ({
    keep: db.prepare<Record<string, unknown>>(
      `INSERT INTO revisions SELECT id, revision, content, @by, @reason, @at FROM ${table} WHERE id = @id AND deleted = 0`,
    ),
    change: db
      .prepare<[string, number], number>(`UPDATE ${table} SET content = ?, revision = revision + 1 WHERE id = ? RETURNING revision`)
      .pluck(),
    empty: db.prepare<[number]>(
      `UPDATE ${table} SET content = '', tags = NULL, ${also}, deleted = 1, revision = revision + 1 WHERE id = ?`,
    ),
  });
  const statements = {
    channel: forTable(tables.channel, 'mentions = NULL'),
    // Whoever was away is not told what was taken back meanwhile.
    private: forTable(tables.private, 'waiting = 0'),
  };
  const mention = db.prepare<[string | null, number]>('UPDATE messages SET mentions = ? WHERE id = ?');
  const unmention = db.prepare<[number, string]>(
    'DELETE FROM notifications WHERE message_id = ? AND account_id NOT IN (SELECT value FROM json_each(?))',
  );
  const traces = ['reactions', 'pins', 'notifications'].map((table) => db.prepare<[number]>(`DELETE FROM ${table} WHERE message_id = ?`));
  const keep = ({ message, by, at }: Edit | Deletion, reason: string | null) =>
    statements[message.kind].keep.run({ id: message.id, by, reason, at: new Date(at).toISOString() }).changes > 0;

  return {
    /** An edit notifies nobody; those whom it mentions no more have nothing to see. */
    'edits.edit': (edit: Edit): { revision: number; mentions?: readonly string[] | undefined } | null => {
      const { message, content } = edit;
      if (!keep(edit, null)) return null;
      const revision = statements[message.kind].change.get(content, message.id) as number;
      if (message.kind === 'private') return { revision };
      const found = edit.mentions === undefined ? null : mentions.find(edit.mentions, message.channelId);
      const names = found === null || found.names.length === 0 ? undefined : found.names;
      mention.run(names === undefined ? null : JSON.stringify(names), message.id);
      if (found?.isAll !== true) unmention.run(message.id, JSON.stringify(found?.accounts ?? []));
      return { revision, mentions: names };
    },
    'edits.delete': (deletion: Deletion): boolean => {
      const { message, reason } = deletion;
      if (!keep(deletion, reason ?? null)) return false;
      statements[message.kind].empty.run(message.id);
      for (const trace of traces) trace.run(message.id);
      return true;
    },
  };
}

interface FoundRow {
  readonly id: number;
  readonly seq: number;
  readonly author: string;
  readonly username: string;
  readonly deleted: number;
}

/** The reads of single messages, on a read-only connection. */
export function editReads(db: Database) {
  const columns = 'id, seq, author, username, deleted';
  const inChannel = db.prepare<[number], FoundRow & { channelId: number; channel: string }>(
    `SELECT ${columns}, channel_id AS channelId, channel FROM messages WHERE id = ?`,
  );
  const inPrivate = db.prepare<[number], FoundRow & { recipient: string; to: string }>(
    `SELECT ${columns}, recipient, recipient_name AS "to" FROM private_messages WHERE id = ?`,
  );
  const revisions = db.prepare<[number], Revision>(
    'SELECT revision, content, changed_by AS changedBy, reason, at AS timestamp FROM revisions WHERE message_id = ? ORDER BY revision',
  );
  return {
    find(id: number): StoredMessage | null {
      const said = inChannel.get(id);
      if (said !== undefined) {
        const { deleted, ...row } = said;
        return { kind: 'channel', ...row, isDeleted: deleted === 1 };
      }
      const told = inPrivate.get(id);
      if (told === undefined) return null;
      const { deleted, ...row } = told;
      return { kind: 'private', ...row, isDeleted: deleted === 1 };
    },
    revisions: (id: number): Revision[] => revisions.all(id),
  };
}
