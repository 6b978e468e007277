import type { Database } from 'better-sqlite3';
import type { Block, BlockStore, Report, ReportStore, StateStore } from '../moderation.ts';
import type { PersonKey } from '../store.ts';
import { auditAppender } from './audit.ts';

/** The writes of reports, of personal blocks, and of what the whole server remembers. */
export function reportWrites(db: Database) {
  const audit = auditAppender(db);
  const count = db.prepare<[string], number>('SELECT count(*) FROM reports WHERE reported_by = ? AND resolved_at IS NULL').pluck();
  const known = db.prepare<[number, string], number>('SELECT 1 FROM reports WHERE message_id = ? AND reported_by = ?').pluck();
  const insert = db
    .prepare<Record<string, unknown>, number>(
      `INSERT INTO reports (message_id, reported_by, reporter_name, reason, at) VALUES (@messageId, @by, @byName, @reason, @at) RETURNING id`,
    )
    .pluck();
  const resolve = db.prepare<[string, number, number], { message_id: number }>(
    'UPDATE reports SET resolved_by = ?, resolved_at = ? WHERE id = ? AND resolved_at IS NULL RETURNING message_id',
  );
  const blocks = db.prepare<[number], number>('SELECT count(*) FROM blocks WHERE account_id = ?').pluck();
  const blocked = db.prepare<[number, string], number>('SELECT 1 FROM blocks WHERE account_id = ? AND blocked = ?').pluck();
  const block = db.prepare<[number, string, string, number]>('INSERT INTO blocks VALUES (?, ?, ?, ?)');
  const unblock = db.prepare<[number, string]>('DELETE FROM blocks WHERE account_id = ? AND blocked = ?');
  const setState = db.prepare<[string, string]>(
    'INSERT INTO server_state VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    'reports.add': ({ most, ...report }: Parameters<ReportStore['add']>[0]): { readonly id: number } | 'again' | 'full' => {
      if (known.get(report.messageId, report.by) === 1) return 'again';
      if ((count.get(report.by) ?? 0) >= most) return 'full';
      return { id: insert.get(report) as number };
    },
    'reports.resolve': ({ id, by, at }: { id: number; by: PersonKey; at: number }): boolean => {
      const resolved = resolve.get(by, at, id);
      if (resolved === undefined) return false;
      audit({ at, action: 'report.resolve', actor: by, subject: `message:${resolved.message_id}`, detail: { report: id } });
      return true;
    },
    'blocks.add': ({ accountId, blocked: whom, name, at, most }: Parameters<BlockStore['add']>[0]): boolean => {
      if (blocked.get(accountId, whom) === 1) return true;
      if ((blocks.get(accountId) ?? 0) >= most) return false;
      block.run(accountId, whom, name, at);
      return true;
    },
    'blocks.remove': ({ accountId, blocked: whom }: { accountId: number; blocked: PersonKey }): void => {
      unblock.run(accountId, whom);
    },
    'state.set': ({ name, value, audit: draft }: Parameters<StateStore['set']>[0]): void => {
      setState.run(name, value);
      audit(draft);
    },
  };
}

/** The reads of the same, on a read-only connection. */
export function reportReads(db: Database) {
  const columns = `r.id, r.message_id AS messageId, r.reporter_name AS reportedBy, r.reason, r.at`;
  const open = db.prepare<[number], Report>(
    `SELECT * FROM (
       SELECT ${columns}, 'channel' AS kind, m.channel AS place, m.channel_id AS channelId, m.username AS "from", m.content,
         m.timestamp AS messageAt FROM reports r JOIN messages m ON m.id = r.message_id WHERE r.resolved_at IS NULL
       UNION ALL
       SELECT ${columns}, 'private', p.recipient_name, NULL, p.username, p.content, p.timestamp
         FROM reports r JOIN private_messages p ON p.id = r.message_id WHERE r.resolved_at IS NULL
     ) ORDER BY id LIMIT ?`,
  );
  const count = db.prepare<[], number>('SELECT count(*) FROM reports WHERE resolved_at IS NULL').pluck();
  const blocks = db.prepare<[], Block>(
    `SELECT b.account_id AS accountId, b.blocked, coalesce(a.username, b.blocked_name) AS username FROM blocks b
     LEFT JOIN accounts a ON b.blocked GLOB 'u[0-9]*' AND a.id = CAST(substr(b.blocked, 2) AS INTEGER) ORDER BY b.account_id, username`,
  );
  const state = db.prepare<[string], string>('SELECT value FROM server_state WHERE name = ?').pluck();
  return {
    open: (limit: number): Report[] => open.all(limit),
    countOpen: (): number => count.get() ?? 0,
    blocks: (): Block[] => blocks.all(),
    state: (name: string): string | null => state.get(name) ?? null,
  };
}
