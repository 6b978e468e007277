import type { Database } from 'better-sqlite3';
import type { Sanction, SanctionDraft } from '../moderation.ts';
import type { PersonKey } from '../store.ts';
import { auditAppender } from './audit.ts';

const shown = (column: string) =>
  `coalesce((SELECT username FROM accounts WHERE ${column} GLOB 'u[0-9]*' AND id = CAST(substr(${column}, 2) AS INTEGER)), ${column})`;

const columns = `s.id, s.kind, s.account_id AS accountId, s.guest, s.network, coalesce(a.username, s.guest_name) AS username,
  s.channel_id AS channelId, c.name AS channel, s.reason, ${shown('s.imposed_by')} AS "by", s.at, s.until,
  ${shown('s.lifted_by')} AS liftedBy, s.lifted_at AS liftedAt`;
const source = 'sanctions s LEFT JOIN accounts a ON a.id = s.account_id LEFT JOIN channels c ON c.id = s.channel_id';
/** What can hold for a time: a warning and a mere kick are over at once. */
const lasting = "(s.kind IN ('mute', 'ban') OR (s.kind = 'kick' AND s.until IS NOT NULL))";

/** Whom a row of the audit names: never an address, which could not be erased from it. */
function subjectOf({ accountId, guest }: SanctionDraft, id: number): string {
  if (accountId !== null) return `u${accountId}`;
  return guest === null ? `sanction:${id}` : `guest:${guest}`;
}

/** The writes of the ledger. */
export function sanctionWrites(db: Database) {
  const audit = auditAppender(db);
  const { find } = sanctionReads(db);
  const insert = db
    .prepare<Record<string, unknown>, number>(
      `INSERT INTO sanctions (kind, account_id, guest, guest_name, network, channel_id, reason, imposed_by, at, until)
       VALUES (@kind, @accountId, @guest, @guestName, @network, @channelId, @reason, @by, @at, @until) RETURNING id`,
    )
    .pluck();
  const expel = db.prepare<[number, number]>('DELETE FROM memberships WHERE account_id = ? AND channel_id = ?');
  const unnotify = db.prepare<[number, number]>("DELETE FROM notifications WHERE account_id = ? AND channel_id = ? AND kind <> 'sanction'");
  const notify = db
    .prepare<[number, number | null, number, string, string], number>(
      "INSERT INTO notifications (account_id, kind, channel_id, sanction_id, by, at) VALUES (?, 'sanction', ?, ?, ?, ?) RETURNING id",
    )
    .pluck();
  const lift = db.prepare<Record<string, unknown>>(
    `UPDATE sanctions AS s SET lifted_by = @by, lifted_at = @at WHERE id = @id AND lifted_at IS NULL AND ${lasting}
     AND (until IS NULL OR until > @at)`,
  );
  const forget = db.prepare<[number]>('DELETE FROM notifications WHERE sanction_id = ?');

  return {
    'sanctions.impose': ({ byName, isExpelled, ...draft }: SanctionDraft): { sanction: Sanction; notification: number | null } => {
      const { accountId, channelId, at, by, kind, until } = draft;
      const id = insert.get(draft) as number;
      if (isExpelled && accountId !== null && channelId !== null) {
        expel.run(accountId, channelId);
        unnotify.run(accountId, channelId);
      }
      const notification = accountId === null ? null : (notify.get(accountId, channelId, id, byName, new Date(at).toISOString()) ?? null);
      const sanction = find(id) as Sanction;
      const detail = { sanction: id, channel: sanction.channel, until: until === null ? null : new Date(until).toISOString() };
      audit({ at, action: `sanction.${kind}`, actor: by, subject: subjectOf({ ...draft, byName, isExpelled }, id), detail });
      return { sanction, notification };
    },
    'sanctions.lift': ({ id, by, at }: { id: number; by: PersonKey; at: number }): Sanction | null => {
      if (lift.run({ id, by, at }).changes === 0) return null;
      forget.run(id);
      const sanction = find(id) as Sanction;
      const subject = sanction.accountId === null ? `sanction:${id}` : `u${sanction.accountId}`;
      audit({ at, action: 'sanction.lift', actor: by, subject, detail: { sanction: id, kind: sanction.kind, channel: sanction.channel } });
      return sanction;
    },
  };
}

/** The reads of the ledger, on a read-only connection. */
export function sanctionReads(db: Database) {
  const find = db.prepare<[number], Sanction>(`SELECT ${columns} FROM ${source} WHERE s.id = ?`);
  const newest = (where: string) => `SELECT ${columns} FROM ${source} WHERE ${where} ORDER BY s.id DESC LIMIT ?`;
  const ofAccount = db.prepare<[number, number], Sanction>(newest('s.account_id = ?'));
  const ofGuest = db.prepare<[string, number], Sanction>(newest('s.guest = ?'));
  const open = db.prepare<[number], Sanction>(
    `SELECT ${columns} FROM ${source} WHERE s.lifted_at IS NULL AND ${lasting} AND (s.until IS NULL OR s.until > ?) ORDER BY s.id`,
  );
  return {
    find: (id: number): Sanction | null => find.get(id) ?? null,
    of: (target: { accountId: number } | { guest: string }, limit: number): Sanction[] =>
      ('accountId' in target ? ofAccount.all(target.accountId, limit) : ofGuest.all(target.guest, limit)).reverse(),
    open: (at: number): Sanction[] => open.all(at),
  };
}
