import type { Database } from 'better-sqlite3';
import type { StoredToken, TokenDraft } from '../credentials.ts';
import type { AuditDraft } from '../moderation.ts';
import { auditAppender } from './audit.ts';

const columns =
  'id, account_id AS accountId, name, scopes, created_by AS createdBy, created_at AS createdAt, used_at AS usedAt, expires_at AS expiresAt';

interface TokenRow extends Omit<StoredToken, 'scopes'> {
  readonly scopes: string;
}

function tokenOf({ scopes, ...row }: TokenRow): StoredToken {
  return { ...row, scopes: scopes.split(' ') };
}

/** The writes of bearer tokens. */
export function tokenWrites(db: Database) {
  const count = db.prepare<[number, number], number>('SELECT count(*) FROM tokens WHERE account_id = ? AND expires_at > ?').pluck();
  const add = db.prepare<Record<string, unknown>, TokenRow>(
    `INSERT INTO tokens (account_id, name, hash, scopes, created_by, created_at, expires_at)
     VALUES (@accountId, @name, @hash, @scopes, @createdBy, @createdAt, @expiresAt) RETURNING ${columns}`,
  );
  const used = db.prepare('UPDATE tokens SET used_at = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM tokens WHERE id = ?');
  const appendAudit = auditAppender(db);
  return {
    'tokens.add': ({ draft, audit }: { draft: TokenDraft; audit: Omit<AuditDraft, 'subject'> }): StoredToken | null => {
      const { most, scopes, ...token } = draft;
      if ((count.get(token.accountId, token.createdAt) ?? 0) >= most) return null;
      const row = add.get({ ...token, scopes: scopes.join(' ') }) as TokenRow;
      appendAudit({ ...audit, subject: `u${row.accountId}`, detail: { ...audit.detail, id: row.id } });
      return tokenOf(row);
    },
    'tokens.used': ({ id, at }: { id: number; at: number }): void => void used.run(at, id),
    'tokens.remove': (id: number): boolean => remove.run(id).changes === 1,
  };
}

/** The reads of bearer tokens, on a read-only connection. */
export function tokenReads(db: Database) {
  const byHash = db.prepare<[string, number], TokenRow>(`SELECT ${columns} FROM tokens WHERE hash = ? AND expires_at > ?`);
  const find = db.prepare<[number], TokenRow>(`SELECT ${columns} FROM tokens WHERE id = ?`);
  const of = db.prepare<[number | null, number | null, number], TokenRow>(
    `SELECT ${columns} FROM tokens WHERE (? IS NULL OR account_id = ?) AND expires_at > ? ORDER BY id`,
  );
  const orNull = (row: TokenRow | undefined) => (row === undefined ? null : tokenOf(row));
  return {
    byHash: (hash: string, now: number): StoredToken | null => orNull(byHash.get(hash, now)),
    find: (id: number): StoredToken | null => orNull(find.get(id)),
    of: (accountId: number | null, now: number): StoredToken[] => of.all(accountId, accountId, now).map(tokenOf),
  };
}
