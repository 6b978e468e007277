import type { Database } from 'better-sqlite3';
import type { Account, LoginFailures } from '../store.ts';

/** Failures are forgiven after a day without another (see `domain/login-failures.ts`). */
const failureLifetimeMs = 24 * 3600 * 1000;

export const accountColumns =
  "id, username, fold, password_hash AS passwordHash, role, locked, one_time AS oneTime, epoch, CASE WHEN locked THEN (SELECT value FROM server_state WHERE name = 'lock:u' || accounts.id) END AS lockReason";

/** An account as its row: SQLite has no booleans. */
export interface AccountRow extends Omit<Account, 'isLocked' | 'isOneTime'> {
  readonly locked: number;
  readonly oneTime: number;
}

export function accountOf({ id, username, fold, passwordHash, role, locked, lockReason, oneTime, epoch }: AccountRow): Account {
  return { id, username, fold, passwordHash, role, isLocked: locked === 1, lockReason, isOneTime: oneTime === 1, epoch };
}

export interface NewAccount {
  readonly username: string;
  readonly fold: string;
  readonly passwordHash: string;
  readonly at: number;
}

/** The writes of accounts and of what is counted against password guessing. */
export function accountWrites(db: Database) {
  const insert = db.prepare<[string, string, string, string], AccountRow>(
    `INSERT INTO accounts (username, fold, password_hash, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (fold) DO NOTHING RETURNING ${accountColumns}`,
  );
  const setRole = db.prepare<[string, number, string]>(
    `UPDATE accounts SET role = ? WHERE id = ? AND (role <> 'admin' OR ? = 'admin' OR EXISTS (SELECT 1 FROM accounts o WHERE o.role = 'admin' AND o.locked = 0 AND o.deleted_at IS NULL AND o.id <> accounts.id))`,
  );
  const setHash = db.prepare('UPDATE accounts SET password_hash = ?, one_time = 0 WHERE id = ?');
  const setFailure = db.prepare(
    'INSERT INTO login_failures VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = excluded.count, last_at = excluded.last_at',
  );
  const clearFailure = db.prepare('DELETE FROM login_failures WHERE key = ?');
  const forgive = db.prepare('DELETE FROM login_failures WHERE last_at < ?');
  const addAddress = db.prepare('INSERT INTO known_addresses VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET last_at = excluded.last_at');
  return {
    'accounts.create': ({ username, fold, passwordHash, at }: NewAccount): Account | null => {
      const row = insert.get(username, fold, passwordHash, new Date(at).toISOString());
      return row === undefined ? null : accountOf(row);
    },
    'accounts.setPassword': ({ id, passwordHash }: { id: number; passwordHash: string }): void => {
      setHash.run(passwordHash, id);
    },
    /** False: it is the last admin, or gone. */
    'accounts.setRole': ({ id, role }: { id: number; role: Account['role'] }): boolean => setRole.run(role, id, role).changes > 0,
    /** A count of 0 forgets the row; rows older than a day count for nothing and go too. */
    'logins.setFailures': (rows: readonly LoginFailures[]): void => {
      const newest = Math.max(...rows.map(({ lastAt }) => lastAt));
      forgive.run(newest - failureLifetimeMs);
      for (const { key, count, lastAt } of rows) {
        if (count === 0) clearFailure.run(key);
        else setFailure.run(key, count, lastAt);
      }
    },
    'logins.addKnownAddress': ({ accountId, address, at }: { accountId: number; address: string; at: number }): void => {
      addAddress.run(accountId, address, new Date(at).toISOString());
    },
  };
}

/** The reads of accounts, on a read-only connection. */
export function accountReads(db: Database) {
  const find = db.prepare<[string], AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE fold = ? AND deleted_at IS NULL`);
  const byId = db.prepare<[number], AccountRow>(`SELECT ${accountColumns} FROM accounts WHERE id = ?`);
  const count = db.prepare<[], number>('SELECT count(*) FROM accounts').pluck();
  const failure = db.prepare<[string], LoginFailures>('SELECT key, count, last_at AS lastAt FROM login_failures WHERE key = ?');
  const known = db.prepare<[number, string], number>('SELECT 1 FROM known_addresses WHERE account_id = ? AND address = ?').pluck();
  return {
    find: (fold: string): Account | null => {
      const row = find.get(fold);
      return row === undefined ? null : accountOf(row);
    },
    byId: (id: number): Account | null => {
      const row = byId.get(id);
      return row === undefined ? null : accountOf(row);
    },
    count: (): number => count.get() ?? 0,
    failures: (keys: readonly string[]): LoginFailures[] => keys.map((key) => failure.get(key)).filter((row) => row !== undefined),
    isKnownAddress: (accountId: number, address: string): boolean => known.get(accountId, address) === 1,
  };
}
