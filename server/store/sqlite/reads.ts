import type { Database } from 'better-sqlite3';
import type { PersonKey } from '../store.ts';
import type { Counted, Counters } from './counters.ts';

interface Posted {
  readonly account: number;
  readonly conversation: number;
  seq: number;
}

/** Of an account that is gone by now nothing is noted: that must not cost the others of the batch their messages. */
const upsert = `INSERT INTO conversation_reads SELECT id, ?, ? FROM accounts WHERE id = ?
  ON CONFLICT DO UPDATE SET read_seq = excluded.read_seq WHERE read_seq < excluded.read_seq`;

/**
 * How far people have read. Whoever posts has read up to the own message: that is noted in memory, and written once per author,
 * conversation and batch (hot-path.md fact 2).
 */
export class Reads {
  readonly #write: Record<Counted, (account: number, conversation: number, seq: number) => void>;
  readonly #posted: Record<Counted, Map<string, Posted>> = { channels: new Map(), conversations: new Map() };

  constructor(db: Database) {
    const channel = db.prepare<[number, number, number, number]>(
      'UPDATE memberships SET read_seq = ? WHERE account_id = ? AND channel_id = ? AND read_seq < ?',
    );
    const conversation = db.prepare<[number, number, number]>(upsert);
    this.#write = {
      channels: (account, id, seq) => channel.run(seq, account, id, seq),
      conversations: (account, id, seq) => conversation.run(id, seq, account),
    };
  }

  /** Somebody said something; guests have no read positions. */
  posted(table: Counted, author: PersonKey, { conversation, seq }: { conversation: number; seq: number }): void {
    if (!author.startsWith('u')) return;
    const key = `${author}:${conversation}`;
    const known = this.#posted[table].get(key);
    if (known === undefined) this.#posted[table].set(key, { account: Number(author.slice(1)), conversation, seq });
    else known.seq = seq;
  }

  /** Writes them; called at the end of a batch, inside its transaction. */
  save(): void {
    for (const table of ['channels', 'conversations'] as const) {
      for (const { account, conversation, seq } of this.#posted[table].values()) this.#write[table](account, conversation, seq);
    }
    this.reset();
  }

  /** Forgets everything, after a rollback too. */
  reset(): void {
    this.#posted.channels.clear();
    this.#posted.conversations.clear();
  }
}

/** The writes of people who say how far they have read. */
export function readWrites(db: Database, counters: Counters) {
  const channel = db.prepare<[number, number, number, number]>(
    'UPDATE memberships SET read_seq = ? WHERE account_id = ? AND channel_id = ? AND read_seq < ?',
  );
  const position = db.prepare<[number, number], number>('SELECT read_seq FROM memberships WHERE account_id = ? AND channel_id = ?').pluck();
  const seen = db.prepare<[number, number, number]>('DELETE FROM notifications WHERE account_id = ? AND channel_id = ? AND seq <= ?');
  const conversation = db.prepare<[number, number, number]>(upsert);
  const conversationPosition = db
    .prepare<[number, number], number>('SELECT read_seq FROM conversation_reads WHERE account_id = ? AND conversation_id = ?')
    .pluck();
  return {
    'reads.channel': ({ accountId, channelId, seq }: { accountId: number; channelId: number; seq: number }): number => {
      const upTo = Math.min(seq, counters.last('channels', channelId));
      channel.run(upTo, accountId, channelId, upTo);
      seen.run(accountId, channelId, upTo);
      return position.get(accountId, channelId) ?? upTo;
    },
    'reads.conversation': ({ accountId, conversationId, seq }: { accountId: number; conversationId: number; seq: number }): number => {
      const upTo = Math.min(seq, counters.last('conversations', conversationId));
      conversation.run(conversationId, upTo, accountId);
      return conversationPosition.get(accountId, conversationId) ?? upTo;
    },
  };
}
