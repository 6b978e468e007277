import type { Database } from 'better-sqlite3';
import type { StoredTotp, TotpConfirmation } from '../credentials.ts';

/** The writes of one-time codes. */
export function totpWrites(db: Database) {
  const enrol = db.prepare<[number, Uint8Array, number]>(
    `INSERT INTO totp (account_id, secret, created_at) VALUES (?, ?, ?) ON CONFLICT (account_id)
     DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0 WHERE confirmed_at IS NULL`,
  );
  const confirm = db.prepare(
    'UPDATE totp SET confirmed_at = ?, last_step = ? WHERE account_id = ? AND confirmed_at IS NULL AND secret = ?',
  );
  const addCode = db.prepare('INSERT INTO recovery_codes (account_id, hash) VALUES (?, ?)');
  const takeStep = db.prepare('UPDATE totp SET last_step = ? WHERE account_id = ? AND confirmed_at IS NOT NULL AND last_step < ?');
  const takeCode = db.prepare('DELETE FROM recovery_codes WHERE account_id = ? AND hash = ?');
  const remove = db.prepare('DELETE FROM totp WHERE account_id = ?');
  return {
    'totp.enrol': ({ accountId, secret, at }: { accountId: number; secret: Uint8Array; at: number }): boolean =>
      enrol.run(accountId, secret, at).changes === 1,
    'totp.confirm': ({ accountId, secret, step, at, recoveryHashes }: TotpConfirmation): boolean => {
      if (confirm.run(at, step, accountId, secret).changes === 0) return false;
      for (const hash of recoveryHashes) addCode.run(accountId, hash);
      return true;
    },
    'totp.takeStep': ({ accountId, step }: { accountId: number; step: number }): boolean =>
      takeStep.run(step, accountId, step).changes === 1,
    'totp.takeRecovery': ({ accountId, hash }: { accountId: number; hash: string }): boolean => takeCode.run(accountId, hash).changes === 1,
    'totp.remove': (accountId: number): boolean => remove.run(accountId).changes === 1,
  };
}

/** The reads of one-time codes, on a read-only connection. */
export function totpReads(db: Database) {
  const find = db.prepare<[number], StoredTotp>(
    `SELECT secret, confirmed_at AS confirmedAt,
       (SELECT count(*) FROM recovery_codes WHERE recovery_codes.account_id = totp.account_id) AS recoveryLeft
     FROM totp WHERE account_id = ?`,
  );
  return { find: (accountId: number): StoredTotp | null => find.get(accountId) ?? null };
}
