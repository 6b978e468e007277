import type { Database } from 'better-sqlite3';
import type { Channel, ChannelChanges, ListedChannel, MemberRole, NotifyLevel, PersonKey } from '../store.ts';

/** A channel as its row: SQLite has no booleans. */
interface ChannelRow {
  readonly id: number;
  readonly name: string;
  readonly fold: string;
  readonly visibility: Channel['visibility'];
  readonly topic: string;
  readonly read_only: number;
  readonly slow_mode_s: number;
  readonly archived: number;
  readonly retention_days: number;
}

export const channelColumns = ['id', 'name', 'fold', 'visibility', 'topic', 'read_only', 'slow_mode_s', 'archived', 'retention_days']
  .map((name) => `c.${name}`)
  .join(', ');

export function channelOf(row: ChannelRow): Channel {
  const { id, name, fold, visibility, topic } = row;
  return {
    id,
    name,
    fold,
    visibility,
    topic,
    readOnly: row.read_only === 1,
    slowModeS: row.slow_mode_s,
    archived: row.archived === 1,
    retentionDays: row.retention_days,
  };
}

interface ListedRow extends ChannelRow {
  readonly last_seq: number;
  readonly members: number;
  readonly role: MemberRole | null;
  readonly read_seq: number | null;
  readonly notify: NotifyLevel | null;
  readonly mentions: number;
}

export interface NewChannel {
  readonly name: string;
  readonly fold: string;
  readonly visibility: Channel['visibility'];
  readonly createdBy: PersonKey;
  readonly at: number;
}
export interface OwnedChannel extends Omit<NewChannel, 'createdBy'> {
  readonly topic: string;
  readonly owner: number;
}

/** The writes of channels. */
export function channelWrites(db: Database) {
  const insert = db
    .prepare<[string, string, string, string, string, string], number>(
      'INSERT INTO channels (name, fold, visibility, topic, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (fold) DO NOTHING RETURNING id',
    )
    .pluck();
  const own = db.prepare<[number, number, string]>(
    "INSERT INTO memberships (account_id, channel_id, role, joined_at) VALUES (?, ?, 'owner', ?)",
  );
  const { findById, find } = channelReads(db);
  const change = db.prepare<[string, number, number, number, number, number]>(
    'UPDATE channels SET topic = ?, read_only = ?, slow_mode_s = ?, archived = ?, retention_days = ? WHERE id = ?',
  );
  const insertOne = ({ name, fold, visibility, at }: Omit<NewChannel, 'createdBy'>, createdBy: PersonKey, topic: string) =>
    insert.get(name, fold, visibility, topic, createdBy, new Date(at).toISOString());

  return {
    'channels.ensure': (channel: NewChannel): { channel: Channel; isNew: boolean } => {
      const id = insertOne(channel, channel.createdBy, '');
      const found = find(channel.fold);
      if (found === null) throw new Error(`channel ${channel.fold} neither made nor found`);
      return { channel: found, isNew: id !== undefined };
    },
    'channels.create': (channel: OwnedChannel): Channel | null => {
      const id = insertOne(channel, `u${channel.owner}`, channel.topic);
      if (id === undefined) return null;
      own.run(channel.owner, id, new Date(channel.at).toISOString());
      return findById(id);
    },
    'channels.update': ({ id, changes }: { id: number; changes: ChannelChanges }): Channel => {
      const { topic, readOnly, slowModeS, archived, retentionDays } = { ...findById(id), ...changes };
      change.run(topic, Number(readOnly), slowModeS, Number(archived), retentionDays, id);
      return findById(id);
    },
  };
}

/** The reads of channels, on a read-only connection. */
export function channelReads(db: Database) {
  const byFold = db.prepare<[string], ChannelRow>(`SELECT ${channelColumns} FROM channels c WHERE fold = ?`);
  const byId = db.prepare<[number], ChannelRow>(`SELECT ${channelColumns} FROM channels c WHERE id = ?`);
  const listedColumns = `SELECT ${channelColumns}, c.last_seq, m.role, m.read_seq, m.notify,
       (SELECT count(*) FROM memberships a WHERE a.channel_id = c.id) AS members,
       (SELECT count(*) FROM notifications n WHERE n.account_id = @account AND n.channel_id = c.id AND n.kind = 'mention' AND n.seq > coalesce(m.read_seq, 0)) AS mentions
     FROM channels c LEFT JOIN memberships m ON m.channel_id = c.id AND m.account_id = @account`;
  const all = db.prepare<{ account: number }, ListedRow>(`${listedColumns} ORDER BY c.fold`);
  const listed = db.prepare<{ account: number }, ListedRow>(
    `${listedColumns}
     WHERE c.visibility = 'public' OR m.role IS NOT NULL
       OR EXISTS (SELECT 1 FROM invitations i WHERE i.channel_id = c.id AND i.account_id = @account)
     ORDER BY c.fold`,
  );
  return {
    find: (fold: string): Channel | null => {
      const row = byFold.get(fold);
      return row === undefined ? null : channelOf(row);
    },
    byId: (id: number): Channel | null => {
      const row = byId.get(id);
      return row === undefined ? null : channelOf(row);
    },
    findById: (id: number): Channel => {
      const row = byId.get(id);
      if (row === undefined) throw new Error(`no channel ${id}`);
      return channelOf(row);
    },
    listed: (accountId: number | null): ListedChannel[] => listed.all({ account: accountId ?? 0 }).map(listedOf),
    all: (): ListedChannel[] => all.all({ account: 0 }).map(listedOf),
  };
}

function listedOf(row: ListedRow): ListedChannel {
  const { members, mentions, role, read_seq: readSeq, notify } = row;
  const membership = role === null ? null : { role, readSeq: readSeq ?? 0, notify: notify ?? 'mentions' };
  return { channel: channelOf(row), members, lastSeq: row.last_seq, mentions, membership };
}
