import type { Database } from 'better-sqlite3';
import type { PasswordChange, Rotation, SessionDraft, StoredSession } from '../credentials.ts';

const columns =
  'id, account_id AS accountId, kind, token_id AS tokenId, node, client, address, created_at AS createdAt, seen_at AS seenAt, expires_at AS expiresAt, refresh_hash AS refreshHash';

interface Refresh {
  readonly refreshHash: string | null;
  readonly previousHash: string | null;
  readonly rotatedAt: number | null;
  readonly expiresAt: number | null;
}

/** The writes of logins that are in force. */
export function sessionWrites(db: Database) {
  const put = db.prepare<SessionDraft>(
    `INSERT OR REPLACE INTO sessions (id, account_id, kind, token_id, node, client, address, created_at, seen_at, expires_at, refresh_hash)
     SELECT @id, id, @kind, @tokenId, @node, @client, @address, @createdAt, @seenAt, @expiresAt, @refreshHash FROM accounts
     WHERE id = @accountId AND epoch = @epoch AND (@tokenId IS NULL OR EXISTS (SELECT 1 FROM tokens WHERE tokens.id = @tokenId))`,
  );
  const touch = db.prepare('UPDATE sessions SET seen_at = ?, expires_at = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM sessions WHERE id = ?');
  const sweep = db.prepare('DELETE FROM sessions WHERE expires_at <= ?');
  const sweepTokens = db.prepare('DELETE FROM tokens WHERE expires_at <= ?');
  const sweepNode = db.prepare('DELETE FROM sessions WHERE node = ?');
  const refresh = db.prepare<[string], Refresh>(
    'SELECT refresh_hash AS refreshHash, previous_hash AS previousHash, rotated_at AS rotatedAt, expires_at AS expiresAt FROM sessions WHERE id = ?',
  );
  const rotate = db.prepare(
    'UPDATE sessions SET refresh_hash = @to, previous_hash = @from, rotated_at = @at, seen_at = @at, expires_at = @expiresAt WHERE id = @id',
  );
  const setHash = db.prepare('UPDATE accounts SET password_hash = ?, one_time = 0, epoch = epoch + 1 WHERE id = ?');
  const endOthers = db.prepare('DELETE FROM sessions WHERE account_id = ? AND id IS NOT ?');
  const endTokens = db.prepare('DELETE FROM tokens WHERE account_id = ?');
  const endKeys = db.prepare('DELETE FROM account_keys WHERE account_id = ?');
  const endUntokened = db.prepare('DELETE FROM sessions WHERE account_id = ? AND id IS NOT ? AND token_id IS NULL');
  return {
    'sessions.put': (session: SessionDraft): boolean => put.run(session).changes === 1,
    'sessions.touch': ({ id, seenAt, expiresAt }: { id: string; seenAt: number; expiresAt: number | null }): void =>
      void touch.run(seenAt, expiresAt, id),
    'sessions.remove': (id: string): boolean => remove.run(id).changes === 1,
    'sessions.sweep': ({ now, node }: { now: number; node?: string }): void => {
      if (node !== undefined) sweepNode.run(node);
      sweepTokens.run(now);
      sweep.run(now);
    },
    'sessions.rotate': ({ graceMs, ...rotation }: Rotation): 'rotated' | 'reused' | 'unknown' => {
      const { id, from, at } = rotation;
      const row = refresh.get(id);
      if (row === undefined || (row.expiresAt ?? 0) <= at) return 'unknown';
      const isPrevious = row.previousHash === from;
      if (row.refreshHash !== from && !isPrevious) return 'unknown';
      if (isPrevious && at - (row.rotatedAt ?? 0) > graceMs) {
        remove.run(id);
        return 'reused';
      }
      // What was turned in first stays the one before, so that its grace ends.
      rotate.run(isPrevious ? { ...rotation, at: row.rotatedAt } : rotation);
      return 'rotated';
    },
    'credentials.changePassword': ({ id, passwordHash, keep, keepTokens }: PasswordChange): { sessions: number; tokens: number } => {
      setHash.run(passwordHash, id);
      const sessions = (keepTokens ? endUntokened : endOthers).run(id, keep).changes;
      if (!keepTokens) endKeys.run(id);
      return { sessions, tokens: keepTokens ? 0 : endTokens.run(id).changes };
    },
  };
}

/** The reads of logins, on a read-only connection. */
export function sessionReads(db: Database) {
  const find = db.prepare<[string, number], StoredSession>(
    `SELECT ${columns} FROM sessions WHERE id = ? AND (expires_at IS NULL OR expires_at > ?)`,
  );
  const of = db.prepare<[number, number], StoredSession>(
    `SELECT ${columns} FROM sessions WHERE account_id = ? AND (expires_at IS NULL OR expires_at > ?) ORDER BY created_at, id`,
  );
  return {
    find: (id: string, now: number): StoredSession | null => find.get(id, now) ?? null,
    of: (accountId: number, now: number): StoredSession[] => of.all(accountId, now),
  };
}
