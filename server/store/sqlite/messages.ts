import type { Database } from 'better-sqlite3';
import type { Appended, AuditDraft, ChannelDraft, Extras, PersonKey, PrivateDraft, WaitingMessage } from '../store.ts';
import { auditAppender } from './audit.ts';
import type { Counters } from './counters.ts';
import { mentionWrites } from './mentions.ts';
import { type AppendedRow, appendedRow, type ChannelRow, channelDraft, type PrivateRow, privateDraft } from './message-rows.ts';
import type { Reads } from './reads.ts';

/** A nonce is remembered for so long (protocol.md §5). */
const nonceLifetimeMs = 24 * 3600 * 1000;

/** The writes of messages; each takes its place from `counters`, and moves its author's read position. */
export function messageWrites(db: Database, counters: Counters, reads: Reads) {
  const insert = db.prepare<[number, number, number, string, string, string, string, string]>(
    'INSERT INTO messages (id, channel_id, seq, author, username, channel, content, timestamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertPrivate = db.prepare<[number, number, number, string, string, string, string, string, string, number]>(
    `INSERT INTO private_messages (id, conversation_id, seq, author, username, recipient, recipient_name, content, timestamp, waiting)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const nonces = nonceWrites(db);
  const extras = extraWrites(db);
  const audit = auditAppender(db);
  const isoTime = isoTimes();
  const conversationOf = conversationFinder(db);
  const waiting = db.prepare<[string, number], WaitingMessage & { timestamp: string }>(
    `SELECT id, seq, author, recipient, username AS "from", recipient_name AS "to", content, timestamp, reply_to AS replyTo, tags
     FROM private_messages WHERE waiting = 1 AND recipient = ? ORDER BY id DESC LIMIT ?`,
  );
  const told = db.prepare<[string]>('UPDATE private_messages SET waiting = 0 WHERE waiting = 1 AND recipient = ?');
  const keep = db.prepare<[number]>('UPDATE private_messages SET waiting = 1 WHERE id = ? AND deleted = 0');

  const appendToChannel = (draft: ChannelDraft): Appended | null =>
    nonces.once(draft, () => {
      const { channelId, author, username } = draft;
      if (!extras.isAnswerable('messages', channelId, draft.extras)) return null;
      const { id, seq, at } = counters.next('channels', channelId, draft.at);
      const time = isoTime(at);
      insert.run(id, channelId, seq, author, username, draft.channel, draft.content, time);
      reads.posted('channels', author, { conversation: channelId, seq });
      if (draft.extras === undefined) return { id, seq, at, isDuplicate: false };
      const mentioned = extras.add(draft.extras, { id, seq, channelId, author, by: username, time });
      return { id, seq, at, isDuplicate: false, ...mentioned };
    });
  const appendPrivate = (draft: PrivateDraft): Appended | null =>
    nonces.once(draft, () => {
      const { author, username, recipient, content } = draft;
      const conversation = conversationOf(author, recipient);
      if (!extras.isAnswerable('private_messages', conversation, draft.extras)) return null;
      const { id, seq, at } = counters.next('conversations', conversation, draft.at);
      insertPrivate.run(id, conversation, seq, author, username, recipient, draft.to, content, isoTime(at), Number(draft.isWaiting));
      reads.posted('conversations', author, { conversation, seq });
      if (draft.extras !== undefined) extras.addPrivate(draft.extras, id);
      return { id, seq, at, isDuplicate: false };
    });

  return {
    'messages.appendToChannel': (row: ChannelRow): AppendedRow | null => appendedRow(appendToChannel(channelDraft(row))),
    'messages.appendAudited': ({ row, audit: draft }: { row: ChannelRow; audit: Omit<AuditDraft, 'subject'> }): AppendedRow | null => {
      const appended = appendToChannel(channelDraft(row));
      if (appended?.isDuplicate === false) audit({ ...draft, subject: `message:${appended.id}` });
      return appendedRow(appended);
    },
    'messages.appendPrivate': (row: PrivateRow): AppendedRow | null => appendedRow(appendPrivate(privateDraft(row))),
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
  const lastId = db.prepare<[], number>("SELECT value FROM counters WHERE name = 'message_id'").pluck();
  return { count: (): number => count.get() ?? 0, lastId: (): number => lastId.get() ?? 0 };
}

/** What few messages have beside their content: an answer's target, tags, mentions. */
function extraWrites(db: Database) {
  const mentions = mentionWrites(db);
  const find = (table: string, key: string) =>
    db.prepare<[number, number], number>(`SELECT 1 FROM ${table} WHERE id = ? AND ${key} = ?`).pluck();
  const targets = { messages: find('messages', 'channel_id'), private_messages: find('private_messages', 'conversation_id') };
  const set = db.prepare<[number | null, string | null, string | null, number]>(
    'UPDATE messages SET reply_to = ?, tags = ?, mentions = ? WHERE id = ?',
  );
  const setPrivate = db.prepare<[number | null, string | null, number]>('UPDATE private_messages SET reply_to = ?, tags = ? WHERE id = ?');
  return {
    /** Whether the message answers one of its own conversation, or none at all. */
    isAnswerable: (table: keyof typeof targets, conversation: number, extras: Extras | undefined): boolean =>
      extras?.replyTo === undefined || targets[table].get(extras.replyTo, conversation) === 1,

    add(
      { replyTo, tags, mentions: wanted }: Extras,
      message: Parameters<typeof mentions.note>[1],
    ): Pick<Appended, 'mentions' | 'notified'> {
      const found = wanted === undefined ? null : mentions.find(wanted, message.channelId);
      const isMentioning = found !== null && found.names.length > 0;
      if (!isMentioning && replyTo === undefined && tags === undefined) return {};
      set.run(replyTo ?? null, tags ?? null, isMentioning ? JSON.stringify(found.names) : null, message.id);
      return isMentioning ? { mentions: found.names, notified: mentions.note(found, message) } : {};
    },

    addPrivate({ replyTo, tags }: Extras, id: number): void {
      setPrivate.run(replyTo ?? null, tags ?? null, id);
    },
  };
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
    once(draft: { author: PersonKey; nonce?: string | undefined; at: number }, append: () => Appended | null): Appended | null {
      if (draft.nonce === undefined) return append();
      const oldest = draft.at - nonceLifetimeMs;
      const first = find.get(draft.author, draft.nonce, oldest);
      if (first !== undefined) return { ...first, isDuplicate: true };
      const appended = append();
      if (appended === null) return null;
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
