import type { Database } from 'better-sqlite3';
import type { Notification } from '../follow-ups.ts';
import type { SanctionKind } from '../moderation.ts';

interface Row extends Omit<Notification, 'sanction'> {
  readonly sanctionId: number | null;
  readonly sanctionKind: SanctionKind | null;
  readonly reason: string | null;
  readonly until: number | null;
}

const columns = `n.id, n.kind, c.name AS channel, n.message_id AS messageId, n.seq, n.by, n.at AS timestamp,
  s.id AS sanctionId, s.kind AS sanctionKind, s.reason, s.until`;
const source = 'notifications n LEFT JOIN channels c ON c.id = n.channel_id LEFT JOIN sanctions s ON s.id = n.sanction_id';

function notificationOf({ sanctionId, sanctionKind, reason, until, ...row }: Row): Notification {
  const isSanction = sanctionId !== null && sanctionKind !== null;
  return { ...row, sanction: isSanction ? { id: sanctionId, kind: sanctionKind, reason: reason ?? '', until } : null };
}

/** The writes of notifications; they are made where their cause is written. */
export function notificationWrites(db: Database) {
  const seen = db.prepare<[number, number]>('DELETE FROM notifications WHERE account_id = ? AND id <= ?');
  const sanctions = db.prepare<[number], Row>(
    `SELECT ${columns} FROM ${source} WHERE n.account_id = ? AND n.kind = 'sanction' ORDER BY n.id`,
  );
  const seenSanctions = db.prepare<[number]>("DELETE FROM notifications WHERE account_id = ? AND kind = 'sanction'");
  return {
    'notifications.seen': ({ accountId, id }: { accountId: number; id: number }): void => {
      seen.run(accountId, id);
    },
    'notifications.takeSanctions': (accountId: number): Notification[] => {
      const missed = sanctions.all(accountId).map(notificationOf);
      if (missed.length > 0) seenSanctions.run(accountId);
      return missed;
    },
  };
}

/** The reads of notifications, on a read-only connection. */
export function notificationReads(db: Database) {
  const unseen = db.prepare<[number, number], Row>(
    `SELECT ${columns} FROM ${source}
     LEFT JOIN memberships m ON m.account_id = n.account_id AND m.channel_id = n.channel_id
     WHERE n.account_id = ?
       AND (n.kind = 'sanction' OR (coalesce(m.notify, '') <> 'none' AND (n.seq IS NULL OR n.seq > coalesce(m.read_seq, 0))))
     ORDER BY n.id DESC LIMIT ?`,
  );
  const channels = db.prepare<[number], { channel: string; unread: number }>(
    `SELECT c.name AS channel, c.last_seq - m.read_seq AS unread FROM memberships m JOIN channels c ON c.id = m.channel_id
     WHERE m.account_id = ? AND m.notify = 'all' AND c.last_seq > m.read_seq ORDER BY c.fold`,
  );
  const hasSanctions = db.prepare<[number], number>("SELECT 1 FROM notifications WHERE account_id = ? AND kind = 'sanction'").pluck();
  return {
    hasSanctions: (accountId: number): boolean => hasSanctions.get(accountId) === 1,
    unseen: (accountId: number, limit: number): Notification[] => unseen.all(accountId, limit).map(notificationOf).reverse(),
    unreadChannels: (accountId: number): { channel: string; unread: number }[] => channels.all(accountId),
  };
}
