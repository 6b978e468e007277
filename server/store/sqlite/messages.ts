import type { Database } from 'better-sqlite3';
import type { Appended, ChannelDraft, PersonKey, PrivateDraft, WaitingMessage } from '../store.ts';
import type { Counters } from './counters.ts';

/** A nonce is remembered for so long (protocol.md §5). */
const nonceLifetimeMs = 24 * 3600 * 1000;

/** The writes of messages; each takes its place from `counters`. */
export function messageWrites(db: Database, counters: Counters) {
  const insert = db.prepare<[number, number, number, string, string, string, string, string]>(
    'INSERT INTO messages (id, channel_id, seq, author, username, channel, content, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertPrivate = db.prepare<[number, number, number, string, string, string, string, string, string, number]>(
    `INSERT INTO private_messages (id, conversation_id, seq, author, username, recipient, recipient_name, content, timestamp, waiting)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const nonces = nonceWrites(db);
  const isoTime = isoTimes();
  const conversationOf = conversationFinder(db);
  const waiting = db.prepare<[string, number], WaitingMessage & { timestamp: string }>(
    `SELECT id, seq, username AS "from", recipient_name AS "to", content, timestamp FROM private_messages
     WHERE waiting = 1 AND recipient = ? ORDER BY id DESC LIMIT ?`,
  );
  const told = db.prepare<[string]>('UPDATE private_messages SET waiting = 0 WHERE waiting = 1 AND recipient = ?');
  const keep = db.prepare<[number]>('UPDATE private_messages SET waiting = 1 WHERE id = ?');

  return {
    'messages.appendToChannel': (draft: ChannelDraft): Appended =>
      nonces.once(draft, () => {
        const { id, seq, at } = counters.next('channels', draft.channelId, draft.at);
        insert.run(id, draft.channelId, seq, draft.author, draft.username, draft.channel, draft.content, isoTime(at));
        return { id, seq, at, isDuplicate: false };
      }),
    'messages.appendPrivate': (draft: PrivateDraft): Appended =>
      nonces.once(draft, () => {
        const conversation = conversationOf(draft.author, draft.recipient);
        const { id, seq, at } = counters.next('conversations', conversation, draft.at);
        const waits = draft.isWaiting ? 1 : 0;
        insertPrivate.run(
          id,
          conversation,
          seq,
          draft.author,
          draft.username,
          draft.recipient,
          draft.to,
          draft.content,
          isoTime(at),
          waits,
        );
        return { id, seq, at, isDuplicate: false };
      }),
    'messages.takeWaiting': ({ recipient, limit }: { recipient: PersonKey; limit: number }): WaitingMessage[] => {
      const rows = waiting.all(recipient, limit).reverse();
      told.run(recipient);
      return rows.map(({ timestamp, ...row }) => ({ ...row, at: Date.parse(timestamp) }));
    },
    'messages.keepWaiting': (id: number): void => {
      keep.run(id);
    },
  };
}

/** The reads of messages, on a read-only connection. */
export function messageReads(db: Database) {
  const count = db.prepare<[], number>('SELECT (SELECT count(*) FROM messages) + (SELECT count(*) FROM private_messages)').pluck();
  return { count: (): number => count.get() ?? 0 };
}

function nonceWrites(db: Database) {
  const find = db.prepare<[string, string, number], { id: number; seq: number; at: number }>(
    'SELECT id, seq, at FROM nonces WHERE author = ? AND nonce = ? AND at > ?',
  );
  const remember = db.prepare<[string, string, number, number, number]>('INSERT OR REPLACE INTO nonces VALUES (?, ?, ?, ?, ?)');
  const purge = db.prepare<[number]>(
    'DELETE FROM nonces WHERE (author, nonce) IN (SELECT author, nonce FROM nonces WHERE at <= ? LIMIT 16)',
  );
  return {
    /** Appends, unless the author's nonce says that it was done already. */
    once(draft: { author: PersonKey; nonce?: string | undefined; at: number }, append: () => Appended): Appended {
      if (draft.nonce === undefined) return append();
      const oldest = draft.at - nonceLifetimeMs;
      const first = find.get(draft.author, draft.nonce, oldest);
      if (first !== undefined) return { ...first, isDuplicate: true };
      const appended = append();
      purge.run(oldest);
      remember.run(draft.author, draft.nonce, appended.id, appended.seq, appended.at);
      return appended;
    },
  };
}

function conversationFinder(db: Database) {
  const find = db.prepare<[string, string], number>('SELECT id FROM conversations WHERE low = ? AND high = ?').pluck();
  const make = db.prepare<[string, string], number>('INSERT INTO conversations (low, high) VALUES (?, ?) RETURNING id').pluck();
  return (one: PersonKey, other: PersonKey): number => {
    const [low, high] = one < other ? [one, other] : [other, one];
    return find.get(low, high) ?? (make.get(low, high) as number);
  };
}

/** Times of rows as text; the many rows of a batch share few milliseconds. */
function isoTimes(): (at: number) => string {
  let last = { at: Number.NaN, text: '' };
  return (at) => {
    if (last.at !== at) last = { at, text: new Date(at).toISOString() };
    return last.text;
  };
}
