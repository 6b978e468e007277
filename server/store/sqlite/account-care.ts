import type { Database } from 'better-sqlite3';
import type { AccountFacts, NewAccount } from '../account-care.ts';
import type { Account } from '../store.ts';
import { type AccountRow, accountColumns, accountOf } from './accounts.ts';
import { auditAppender } from './audit.ts';

interface FactsRow extends AccountRow {
  readonly createdAt: string;
  readonly lastLoginAt: string | null;
}

/** What belongs to an account and goes with it; what it said stays. */
const belongings = [
  'DELETE FROM memberships WHERE account_id = ?',
  'DELETE FROM invitations WHERE account_id = ?',
  'DELETE FROM notifications WHERE account_id = ?',
  'DELETE FROM known_addresses WHERE account_id = ?',
  'DELETE FROM conversation_reads WHERE account_id = ?',
  'DELETE FROM class_members WHERE account_id = ?',
  'DELETE FROM blocks WHERE account_id = ?',
  'DELETE FROM sessions WHERE account_id = ?',
  'DELETE FROM tokens WHERE account_id = ?',
  'DELETE FROM account_keys WHERE account_id = ?',
  'DELETE FROM totp WHERE account_id = ?',
];

/** The writes of an operator on accounts. */
export function accountCareWrites(db: Database) {
  const insert = db.prepare<[string, string, string, string, string, number], AccountRow>(
    `INSERT INTO accounts (username, fold, password_hash, role, created_at, one_time) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (fold) DO NOTHING RETURNING ${accountColumns}`,
  );
  const appendAudit = auditAppender(db);
  const setLocked = db.prepare('UPDATE accounts SET locked = ?, epoch = epoch + 1 WHERE id = ?');
  const keepReason = db.prepare("INSERT INTO server_state VALUES ('lock:u' || CAST(? AS INTEGER), ?)");
  const forgetReason = db.prepare("DELETE FROM server_state WHERE name = 'lock:u' || CAST(? AS INTEGER)");
  const setPassword = db.prepare('UPDATE accounts SET password_hash = ?, one_time = ?, epoch = epoch + 1 WHERE id = ?');
  const endSessions = db.prepare('DELETE FROM sessions WHERE account_id = ?');
  const endKeys = db.prepare('DELETE FROM account_keys WHERE account_id = ?');
  const endTokens = db.prepare('DELETE FROM tokens WHERE account_id = ?');
  const rename = db.prepare('UPDATE OR IGNORE accounts SET username = ?, fold = ? WHERE id = ?');
  const bury = db.prepare(
    "UPDATE accounts SET deleted_at = ?, password_hash = '', role = 'user', locked = 1, one_time = 0, epoch = epoch + 1 WHERE id = ?",
  );
  const leave = belongings.map((statement) => db.prepare<[number]>(statement));
  const others = db
    .prepare<[number], number>("SELECT count(*) FROM accounts WHERE role = 'admin' AND locked = 0 AND deleted_at IS NULL AND id <> ?")
    .pluck();
  const isAdmin = db
    .prepare<[number], number>("SELECT count(*) FROM accounts WHERE role = 'admin' AND locked = 0 AND deleted_at IS NULL AND id = ?")
    .pluck();
  const isLastAdmin = (id: number) => isAdmin.get(id) === 1 && others.get(id) === 0;
  return {
    'accountCare.create': ({ username, fold, passwordHash, role, isOneTime, at, audit }: NewAccount): Account | null => {
      const row = insert.get(username, fold, passwordHash, role, new Date(at).toISOString(), Number(isOneTime));
      if (row === undefined) return null;
      appendAudit({ ...audit, subject: `u${row.id}` });
      return accountOf(row);
    },
    'accountCare.setLocked': ({ id, locked, reason }: { id: number; locked: boolean; reason?: string }): boolean => {
      if (locked && isLastAdmin(id)) return false;
      setLocked.run(Number(locked), id);
      forgetReason.run(id);
      if (locked && reason) keepReason.run(id, reason);
      // Its tokens stay: nobody gets in with them as long as it is shut.
      if (locked) endSessions.run(id);
      return true;
    },
    'accountCare.setPassword': ({ id, passwordHash, isOneTime }: { id: number; passwordHash: string; isOneTime: boolean }): void => {
      setPassword.run(passwordHash, Number(isOneTime), id);
      endSessions.run(id);
      endTokens.run(id);
      endKeys.run(id);
    },
    'accountCare.rename': ({ id, username, fold }: { id: number; username: string; fold: string }): boolean =>
      rename.run(username, fold, id).changes === 1,
    'accountCare.delete': ({ id, at }: { id: number; at: number }): boolean => {
      if (isLastAdmin(id)) return false;
      forgetReason.run(id);
      bury.run(new Date(at).toISOString(), id);
      for (const statement of leave) statement.run(id);
      return true;
    },
  };
}

/** What an operator reads of accounts, on a read-only connection. */
export function accountCareReads(db: Database) {
  const columns = `${accountColumns}, created_at AS createdAt, (SELECT max(last_at) FROM known_addresses k WHERE k.account_id = accounts.id) AS lastLoginAt`;
  const list = db.prepare<[string, number], FactsRow>(
    `SELECT ${columns} FROM accounts WHERE deleted_at IS NULL AND fold > ? ORDER BY fold LIMIT ?`,
  );
  const find = db.prepare<[string], FactsRow>(`SELECT ${columns} FROM accounts WHERE deleted_at IS NULL AND fold = ?`);
  const taken = db.prepare<[string], number>('SELECT 1 FROM accounts WHERE fold = ?').pluck();
  const factsOf = (row: FactsRow): AccountFacts => ({ ...accountOf(row), createdAt: row.createdAt, lastLoginAt: row.lastLoginAt });
  return {
    list: ({ after, limit }: { after: string; limit: number }): AccountFacts[] => list.all(after, limit).map(factsOf),
    find: (fold: string): AccountFacts | null => {
      const row = find.get(fold);
      return row === undefined ? null : factsOf(row);
    },
    isTaken: (fold: string): boolean => taken.get(fold) === 1,
  };
}
