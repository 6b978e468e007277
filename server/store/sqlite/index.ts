import Sqlite from 'better-sqlite3';
import type { ChannelDraft, PrivateDraft, Store } from '../store.ts';
import { accountReads } from './accounts.ts';
import { channelReads } from './channels.ts';
import { type QueueLimits, WriterClient, type WriterEvents } from './client.ts';
import { messageReads } from './messages.ts';
import { figureReads } from './metrics.ts';

export interface SqliteOptions {
  /** The database file; made when missing. */
  readonly file: string;
  readonly synchronous: 'FULL' | 'OFF';
  readonly busyTimeoutMs: number;
  readonly queue: QueueLimits;
}

/** What a message weighs in the write queue beside its content. */
const draftBytes = 256;

/** The store on SQLite: one writer thread, and a read-only connection for the point reads of this thread. */
export async function openSqlite(options: SqliteOptions, events: WriterEvents): Promise<Store> {
  const { file, synchronous, busyTimeoutMs } = options;
  const writer = await WriterClient.open({ file, synchronous, busyTimeoutMs }, options.queue, events);
  const db = await openReader(file, writer);
  const accounts = accountReads(db);
  const channels = channelReads(db);
  const messages = messageReads(db);
  const figures = figureReads(db, file);
  return {
    accounts: {
      create: (account) => writer.write('accounts.create', account),
      find: async (fold) => accounts.find(fold),
      setPassword: (id, passwordHash) => writer.write('accounts.setPassword', { id, passwordHash }),
      count: async () => accounts.count(),
    },
    logins: {
      failures: async (keys) => accounts.failures(keys),
      setFailures: (rows) => writer.write('logins.setFailures', rows, 64 * rows.length),
      addKnownAddress: (accountId, address, at) => writer.write('logins.addKnownAddress', { accountId, address, at }),
      isKnownAddress: async (accountId, address) => accounts.isKnownAddress(accountId, address),
    },
    channels: {
      ensure: (channel) => writer.write('channels.ensure', channel),
      find: async (fold) => channels.find(fold),
    },
    messages: {
      appendToChannel: (draft: ChannelDraft) => writer.write('messages.appendToChannel', draft, draftBytes + draft.content.length),
      appendPrivate: (draft: PrivateDraft) => writer.write('messages.appendPrivate', draft, draftBytes + draft.content.length),
      takeWaiting: (recipient, limit) => writer.write('messages.takeWaiting', { recipient, limit }),
      keepWaiting: (id) => writer.write('messages.keepWaiting', id),
      count: async () => messages.count(),
    },
    metrics: {
      save: (snapshot) => writer.write('metrics.save', snapshot, snapshot.json.length),
      probe: (node, at) => writer.write('metrics.probe', { node, at }),
      figures,
    },
    get isWritable() {
      return writer.isWritable;
    },
    get queued() {
      return writer.queued;
    },
    async close() {
      await writer.close();
      db.close();
    },
  };
}

/** The read-only connection; when it does not open, the writer thread is not left behind. */
async function openReader(file: string, writer: WriterClient): Promise<Sqlite.Database> {
  try {
    return new Sqlite(file, { readonly: true, timeout: 100 });
  } catch (error) {
    await writer.close();
    throw error;
  }
}
