import type { Database } from 'better-sqlite3';
import { chainHash, chainStart } from '../../base/audit-chain.ts';
import type { AuditDraft, AuditRow, AuditStore } from '../moderation.ts';

const columns = 'id, at, action, actor, subject, detail, hash';

/** Adds rows to the audit, each chained to the one before it. Runs inside a transaction that holds the write lock. */
export function auditAppender(db: Database): (draft: AuditDraft) => AuditRow {
  const last = db.prepare<[], { id: number; hash: string | null }>('SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1');
  const insert = db.prepare<AuditRow>(`INSERT INTO audit (${columns}) VALUES (@id, @at, @action, @actor, @subject, @detail, @hash)`);
  return ({ action, actor, subject, detail, at }) => {
    const before = last.get();
    const row = {
      id: (before?.id ?? 0) + 1,
      at: new Date(at).toISOString(),
      action,
      actor,
      subject,
      detail: JSON.stringify(detail),
    };
    const hashed = { ...row, hash: chainHash(before === undefined ? chainStart : (before.hash ?? unchained(db)), row) };
    insert.run(hashed);
    return hashed;
  };
}

/** A write answers null, false, or that the thing is not new, when it has changed nothing. */
export function hasChanged(value: unknown): boolean {
  return value !== null && value !== false && (value as { readonly isNew?: boolean } | undefined)?.isNew !== false;
}

/** The hash up to here of rows that have none of their own, being from before the chain. */
function unchained(db: Database): string {
  let hash = chainStart;
  for (const row of db.prepare<[], AuditRow>(`SELECT ${columns} FROM audit ORDER BY id`).iterate()) hash = row.hash ?? chainHash(hash, row);
  return hash;
}

export function auditWrites(db: Database) {
  const append = auditAppender(db);
  return { 'audit.append': (draft: AuditDraft): AuditRow => append(draft) };
}

/** The name of an account that a key means, beside keys of other things. */
const nameOf = (column: string) =>
  `coalesce((SELECT username FROM accounts WHERE ${column} GLOB 'u[0-9]*' AND id = CAST(substr(${column}, 2) AS INTEGER)), ${column})`;

type Listed = AuditRow & { readonly actorName: string; readonly subjectName: string };
type Query = Parameters<AuditStore['list']>[0];

/** The reads of the audit, on a read-only connection. */
export function auditReads(db: Database) {
  const page = db.prepare<[number, number], AuditRow>(`SELECT ${columns} FROM audit WHERE id > ? ORDER BY id LIMIT ?`);
  const list = db.prepare<Record<string, unknown>, Listed>(
    `SELECT * FROM (SELECT ${columns}, ${nameOf('actor')} AS actorName, ${nameOf('subject')} AS subjectName FROM audit) listed
     WHERE (@actor IS NULL OR actor = @actor OR actorName = @actor) AND (@action IS NULL OR action = @action)
       AND (@subject IS NULL OR subject = @subject OR subjectName = @subject)
       AND (@since IS NULL OR at >= @since) AND (@before IS NULL OR id < @before)
     ORDER BY id DESC LIMIT @limit`,
  );
  return {
    page: (after: number, limit: number): AuditRow[] => page.all(after, limit),
    list: ({ actor, action, subject, since, before, limit }: Query): Listed[] =>
      list.all({
        actor: actor ?? null,
        action: action ?? null,
        subject: subject ?? null,
        since: since ?? null,
        before: before ?? null,
        limit,
      }),
  };
}
