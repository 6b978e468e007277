import type { Database } from 'better-sqlite3';
import type { Channel, MemberRole, Membership, NotifyLevel, PersonKey } from '../store.ts';
import { channelReads } from './channels.ts';
import type { Counters } from './counters.ts';

export interface Place {
  readonly channelId: number;
  readonly accountId: number;
}

/** The writes of memberships. */
export function membershipWrites(db: Database, counters: Counters) {
  const set = db.prepare<{ accountId: number; channelId: number; role: string; at: string; readSeq: number }>(
    `INSERT INTO memberships (account_id, channel_id, role, joined_at, read_seq) VALUES (@accountId, @channelId, @role, @at, @readSeq)
     ON CONFLICT DO UPDATE SET role = excluded.role`,
  );
  const invited = db.prepare<[number, number]>("DELETE FROM notifications WHERE account_id = ? AND channel_id = ? AND kind = 'invitation'");
  const unnotify = db.prepare<[number, number]>("DELETE FROM notifications WHERE account_id = ? AND channel_id = ? AND kind <> 'sanction'");
  const remove = db.prepare<[number, number]>('DELETE FROM memberships WHERE account_id = ? AND channel_id = ?');
  const notify = db.prepare<[string, number, number]>('UPDATE memberships SET notify = ? WHERE account_id = ? AND channel_id = ?');
  const invite = db.prepare<[number, number, string, string]>('INSERT INTO invitations VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
  const uninvite = db.prepare<[number, number]>('DELETE FROM invitations WHERE account_id = ? AND channel_id = ?');
  const announce = db
    .prepare<[number, number, string, string], number>(
      "INSERT INTO notifications (account_id, kind, channel_id, by, at) VALUES (?, 'invitation', ?, ?, ?) RETURNING id",
    )
    .pluck();
  return {
    /** Whoever joins has read everything so far: unread counts what comes from now on. */
    'memberships.set': ({ channelId, accountId, role, at }: Place & { role: MemberRole; at: number }): void => {
      set.run({ accountId, channelId, role, at: new Date(at).toISOString(), readSeq: counters.last('channels', channelId) });
      if (uninvite.run(accountId, channelId).changes > 0) invited.run(accountId, channelId);
    },
    'memberships.remove': ({ channelId, accountId }: Place): void => {
      remove.run(accountId, channelId);
      unnotify.run(accountId, channelId);
    },
    'memberships.setNotify': ({ channelId, accountId, level }: Place & { level: NotifyLevel }): void => {
      notify.run(level, accountId, channelId);
    },
    'memberships.invite': ({ channelId, accountId, by, name, at }: Place & { by: PersonKey; name: string; at: number }): number | null => {
      const time = new Date(at).toISOString();
      if (invite.run(accountId, channelId, by, time).changes === 0) return null;
      return announce.get(accountId, channelId, name, time) ?? null;
    },
  };
}

interface MembershipRow extends Place {
  readonly username: string;
  readonly role: MemberRole;
  readonly readSeq: number;
  readonly notify: NotifyLevel;
}

const columns = 'm.channel_id AS channelId, m.account_id AS accountId, a.username, m.role, m.read_seq AS readSeq, m.notify';
const source = 'memberships m JOIN accounts a ON a.id = m.account_id';

/** The reads of memberships, on a read-only connection. */
export function membershipReads(db: Database) {
  const channels = channelReads(db);
  const one = db.prepare<[number, number], MembershipRow>(`SELECT ${columns} FROM ${source} WHERE m.account_id = ? AND m.channel_id = ?`);
  const of = db.prepare<[number], MembershipRow>(`SELECT ${columns} FROM ${source} WHERE m.account_id = ?`);
  const within = db.prepare<[number], MembershipRow>(`SELECT ${columns} FROM ${source} WHERE m.channel_id = ? ORDER BY a.fold`);
  const invited = db.prepare<[number, number], number>('SELECT 1 FROM invitations WHERE account_id = ? AND channel_id = ?').pluck();
  return {
    find: (channelId: number, accountId: number): Membership | null => one.get(accountId, channelId) ?? null,
    of: (accountId: number): (Membership & { channel: Channel })[] =>
      of.all(accountId).map((row) => ({ ...row, channel: channels.findById(row.channelId) })),
    in: (channelId: number): Membership[] => within.all(channelId),
    isInvited: (channelId: number, accountId: number): boolean => invited.get(accountId, channelId) === 1,
  };
}
