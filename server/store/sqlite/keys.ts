import type { Database } from 'better-sqlite3';
import type { StoredKey } from '../credentials.ts';

/** The writes of public keys. */
export function keyWrites(db: Database) {
  const count = db.prepare<[number], number>('SELECT count(*) FROM account_keys WHERE account_id = ?').pluck();
  const there = db.prepare<[number, string], number>('SELECT 1 FROM account_keys WHERE account_id = ? AND key = ?').pluck();
  const add = db.prepare<StoredKey>('INSERT INTO account_keys VALUES (@accountId, @key, @comment, @addedAt, @usedAt)');
  const used = db.prepare('UPDATE account_keys SET used_at = ? WHERE account_id = ? AND key = ?');
  const remove = db.prepare('DELETE FROM account_keys WHERE account_id = ? AND key = ?');
  return {
    'keys.add': ({ key, most }: { key: StoredKey; most: number }): 'added' | 'there' | 'full' => {
      if (there.get(key.accountId, key.key) === 1) return 'there';
      if ((count.get(key.accountId) ?? 0) >= most) return 'full';
      add.run(key);
      return 'added';
    },
    'keys.used': ({ accountId, key, at }: { accountId: number; key: string; at: number }): void => void used.run(at, accountId, key),
    'keys.remove': ({ accountId, key }: { accountId: number; key: string }): boolean => remove.run(accountId, key).changes === 1,
  };
}

/** The reads of public keys, on a read-only connection. */
export function keyReads(db: Database) {
  const of = db.prepare<[number], StoredKey>(
    'SELECT account_id AS accountId, key, comment, added_at AS addedAt, used_at AS usedAt FROM account_keys WHERE account_id = ? ORDER BY added_at, key',
  );
  const has = db.prepare<[number, string], number>('SELECT 1 FROM account_keys WHERE account_id = ? AND key = ?').pluck();
  return {
    of: (accountId: number): StoredKey[] => of.all(accountId),
    has: (accountId: number, key: string): boolean => has.get(accountId, key) === 1,
  };
}
