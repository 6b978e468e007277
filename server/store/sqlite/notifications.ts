import type { Database } from 'better-sqlite3';
import type { Notification } from '../follow-ups.ts';

/** The writes of notifications; they are made where their cause is written. */
export function notificationWrites(db: Database) {
  const seen = db.prepare<[number, number]>('DELETE FROM notifications WHERE account_id = ? AND id <= ?');
  return {
    'notifications.seen': ({ accountId, id }: { accountId: number; id: number }): void => {
      seen.run(accountId, id);
    },
  };
}

/** The reads of notifications, on a read-only connection. */
export function notificationReads(db: Database) {
  const unseen = db.prepare<[number, number], Notification>(
    `SELECT n.id, n.kind, c.name AS channel, n.message_id AS messageId, n.seq, n.by, n.at AS timestamp
     FROM notifications n JOIN channels c ON c.id = n.channel_id
     LEFT JOIN memberships m ON m.account_id = n.account_id AND m.channel_id = n.channel_id
     WHERE n.account_id = ? AND coalesce(m.notify, '') <> 'none' AND (n.seq IS NULL OR n.seq > coalesce(m.read_seq, 0))
     ORDER BY n.id DESC LIMIT ?`,
  );
  const channels = db.prepare<[number], { channel: string; unread: number }>(
    `SELECT c.name AS channel, c.last_seq - m.read_seq AS unread FROM memberships m JOIN channels c ON c.id = m.channel_id
     WHERE m.account_id = ? AND m.notify = 'all' AND c.last_seq > m.read_seq ORDER BY c.fold`,
  );
  return {
    unseen: (accountId: number, limit: number): Notification[] => unseen.all(accountId, limit).reverse(),
    unreadChannels: (accountId: number): { channel: string; unread: number }[] => channels.all(accountId),
  };
}
