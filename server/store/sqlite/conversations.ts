import type { Database } from 'better-sqlite3';
import type { Conversation, PersonKey } from '../store.ts';

/** The reads of private conversations; the other person of one is an account. */
export function conversationReads(db: Database) {
  const find = db.prepare<[string, string], number>('SELECT id FROM conversations WHERE low = ? AND high = ?').pluck();
  const list = db.prepare<{ key: string; account: number }, Conversation>(
    `SELECT c.id, a.username AS "with", c.last_seq AS lastSeq, c.last_seq - coalesce(r.read_seq, 0) AS unread,
       (SELECT m.content FROM private_messages m WHERE m.conversation_id = c.id AND m.seq = c.last_seq AND m.deleted = 0) AS last
     FROM (SELECT id, high AS other, last_seq, last_at FROM conversations WHERE low = @key
           UNION SELECT id, low AS other, last_seq, last_at FROM conversations WHERE high = @key) c
     JOIN accounts a ON 'u' || a.id = c.other
     LEFT JOIN conversation_reads r ON r.conversation_id = c.id AND r.account_id = @account
     ORDER BY c.last_at DESC LIMIT 1000`,
  );
  return {
    find: (one: PersonKey, other: PersonKey): number | null => (one < other ? find.get(one, other) : find.get(other, one)) ?? null,
    list: (accountId: number): Conversation[] => list.all({ key: `u${accountId}`, account: accountId }),
  };
}
