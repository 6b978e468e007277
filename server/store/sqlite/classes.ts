import type { Database } from 'better-sqlite3';
import type { ClassChannel, NewClass, SchoolClass } from '../classes.ts';

const columns = 'id, name, fold, code, created_at AS createdAt, closed_at AS closedAt';

/** The writes of classes. */
export function classWrites(db: Database) {
  const insert = db.prepare<[string, string, string, string], SchoolClass>(
    `INSERT INTO classes (name, fold, code, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING ${columns}`,
  );
  const insertChannel = db
    .prepare<[string, string, string, number], number>(
      "INSERT INTO channels (name, fold, visibility, created_by, created_at, read_only) VALUES (?, ?, 'private', 'server', ?, ?) ON CONFLICT DO NOTHING RETURNING id",
    )
    .pluck();
  const insertAccount = db
    .prepare<[string, string, string, string], number>(
      'INSERT INTO accounts (username, fold, password_hash, created_at, one_time) VALUES (?, ?, ?, ?, 1) ON CONFLICT DO NOTHING RETURNING id',
    )
    .pluck();
  const addChannel = db.prepare('INSERT INTO class_channels VALUES (?, ?, ?)');
  const addMember = db.prepare('INSERT OR IGNORE INTO class_members VALUES (?, ?)');
  const join = db.prepare(
    'INSERT INTO memberships (account_id, channel_id, role, joined_at) VALUES (?, ?, ?, ?) ON CONFLICT (account_id, channel_id) DO NOTHING',
  );
  const joinCommon = db.prepare(
    `INSERT INTO memberships (account_id, channel_id, role, joined_at)
     SELECT ?, channel_id, 'member', ? FROM class_channels WHERE class_id = ? AND is_common = 1 ON CONFLICT (account_id, channel_id) DO NOTHING`,
  );
  const close = db.prepare('UPDATE classes SET closed_at = ? WHERE id = ?');
  const archive = db.prepare('UPDATE channels SET archived = 1 WHERE id IN (SELECT channel_id FROM class_channels WHERE class_id = ?)');

  /** A name that is taken undoes what was made so far. */
  const makeWhole = db.transaction((made: NewClass): SchoolClass => {
    const at = new Date(made.at).toISOString();
    const one = insert.get(made.name, made.fold, made.code, at) ?? taken();
    const ids = new Map<string, number>();
    for (const { name, fold, isCommon, readOnly } of made.channels) {
      const id = insertChannel.get(name, fold, at, Number(readOnly)) ?? taken();
      ids.set(fold, id);
      addChannel.run(one.id, id, Number(isCommon));
    }
    for (const teacher of made.teachers) for (const id of ids.values()) join.run(teacher, id, 'owner', at);
    for (const person of made.people) {
      const account =
        'accountId' in person ? person.accountId : (insertAccount.get(person.username, person.fold, person.passwordHash, at) ?? taken());
      addMember.run(one.id, account);
      joinCommon.run(account, at, one.id);
      for (const fold of person.channels) join.run(account, ids.get(fold), 'member', at);
    }
    return one;
  });

  return {
    'classes.create': (made: NewClass): SchoolClass | null => {
      try {
        return makeWhole(made);
      } catch (error) {
        if (error instanceof Taken) return null;
        throw error;
      }
    },
    'classes.enter': ({ classId, accountId, at }: { classId: number; accountId: number; at: number }): void => {
      addMember.run(classId, accountId);
      joinCommon.run(accountId, new Date(at).toISOString(), classId);
    },
    'classes.close': ({ classId, at }: { classId: number; at: number }): void => {
      close.run(new Date(at).toISOString(), classId);
      archive.run(classId);
    },
  };
}

/** The reads of classes, on a read-only connection. */
export function classReads(db: Database) {
  const list = db.prepare<[], SchoolClass>(`SELECT ${columns} FROM classes ORDER BY fold`);
  const find = db.prepare<[string], SchoolClass>(`SELECT ${columns} FROM classes WHERE fold = ?`);
  const byCode = db.prepare<[string], SchoolClass>(`SELECT ${columns} FROM classes WHERE code = ? AND closed_at IS NULL`);
  const channels = db.prepare<[number], Omit<ClassChannel, 'isCommon'> & { isCommon: number }>(
    `SELECT c.id AS channelId, c.name, c.fold, cc.is_common AS isCommon
     FROM class_channels cc JOIN channels c ON c.id = cc.channel_id WHERE cc.class_id = ? ORDER BY cc.is_common DESC, c.id`,
  );
  const members = db.prepare<[number], { accountId: number; username: string }>(
    `SELECT a.id AS accountId, a.username FROM class_members m JOIN accounts a ON a.id = m.account_id
     WHERE m.class_id = ? AND a.deleted_at IS NULL ORDER BY a.fold`,
  );
  return {
    list: (): SchoolClass[] => list.all(),
    find: (fold: string): SchoolClass | null => find.get(fold) ?? null,
    byCode: (code: string): SchoolClass | null => byCode.get(code) ?? null,
    channels: (classId: number): ClassChannel[] => channels.all(classId).map((row) => ({ ...row, isCommon: row.isCommon === 1 })),
    members: (classId: number) => members.all(classId),
  };
}

class Taken extends Error {}

function taken(): never {
  throw new Taken();
}
