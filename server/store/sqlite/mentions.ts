import type { Database } from 'better-sqlite3';
import type { Mentions, Notified } from '../follow-ups.ts';

/** Whom a message mentions: as it is told and stored, and which accounts are to be notified. */
export interface Mentioned {
  readonly names: readonly string[];
  readonly accounts: readonly number[];
  readonly isAll: boolean;
}

/** The message in which somebody is mentioned. */
interface Mention {
  readonly id: number;
  readonly seq: number;
  readonly channelId: number;
  /** The author: nobody is notified of what one says oneself. */
  readonly author: string;
  readonly by: string;
  readonly time: string;
}

/** Finds out whom a message mentions, and notes it for them; runs inside the write of the message. */
export function mentionWrites(db: Database) {
  const account = db.prepare<[string], { id: number; username: string }>('SELECT id, username FROM accounts WHERE fold = ?');
  const member = db.prepare<[number, number], number>('SELECT 1 FROM memberships WHERE account_id = ? AND channel_id = ?').pluck();
  const blocked = db.prepare<[number, string], number>('SELECT 1 FROM blocks WHERE account_id = ? AND blocked = ?').pluck();
  const level =
    '(SELECT notify FROM memberships m WHERE m.account_id = notifications.account_id AND m.channel_id = notifications.channel_id)';
  const returning = `RETURNING id, account_id AS accountId, ${level} AS level`;
  const note = db.prepare<Record<string, unknown>, Notified & { level: string | null }>(
    `INSERT INTO notifications (account_id, kind, channel_id, message_id, seq, by, at)
     VALUES (@account, 'mention', @channelId, @id, @seq, @by, @time) ${returning}`,
  );
  const noteAll = db.prepare<Record<string, unknown>, Notified & { level: string | null }>(
    `INSERT INTO notifications (account_id, kind, channel_id, message_id, seq, by, at)
     SELECT account_id, 'mention', channel_id, @id, @seq, @by, @time FROM memberships
     WHERE channel_id = @channelId AND 'u' || account_id <> @author ${returning}`,
  );
  const mayRead = (accountId: number, channelId: number, isPrivate: boolean) => !isPrivate || member.get(accountId, channelId) === 1;

  return {
    /** Of the names that an `@` may stand for, the longest that somebody wears who may read the channel. */
    find({ names, isAll, isPrivate }: Mentions, channelId: number): Mentioned {
      const found = new Map<string, number | null>();
      for (const candidates of names) {
        for (const { fold, guest } of candidates) {
          const known = account.get(fold);
          if (known !== undefined && mayRead(known.id, channelId, isPrivate)) found.set(known.username, known.id);
          else if (guest !== undefined && !isPrivate) found.set(guest, null);
          else continue;
          break;
        }
      }
      const accounts = [...found.values()].filter((id) => id !== null);
      return { names: [...(isAll ? ['all'] : []), ...found.keys()], accounts, isAll };
    },

    /** Stores the notifications; returns those of accounts that want to be told. */
    note({ accounts, isAll }: Mentioned, { author, ...mention }: Mention): readonly Notified[] {
      const notified = isAll ? noteAll.all({ ...mention, author }) : [];
      const done = new Set(notified.map(({ accountId }) => accountId));
      const isTold = (id: number) => `u${id}` !== author && !done.has(id) && blocked.get(id, author) === undefined;
      for (const id of accounts) if (isTold(id)) notified.push(...note.all({ ...mention, account: id }));
      return notified.filter((one) => one.level !== 'none').map(({ id, accountId }) => ({ id, accountId }));
    },
  };
}
