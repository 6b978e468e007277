import Sqlite from 'better-sqlite3';
import type { ChannelDraft, PrivateDraft, Store } from '../store.ts';
import { accountCareReads } from './account-care.ts';
import { accountReads } from './accounts.ts';
import { channelReads } from './channels.ts';
import { classReads } from './classes.ts';
import { type QueueLimits, WriterClient, type WriterEvents } from './client.ts';
import { conversationReads } from './conversations.ts';
import { editReads } from './edits.ts';
import { membershipReads } from './memberships.ts';
import { messageReads } from './messages.ts';
import { figureReads } from './metrics.ts';
import { notificationReads } from './notifications.ts';
import { pinReads } from './pins.ts';
import { ReaderClient } from './reader-client.ts';

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
  const accountCare = accountCareReads(db);
  const classes = classReads(db);
  const channels = channelReads(db);
  const memberships = membershipReads(db);
  const messages = messageReads(db);
  const conversations = conversationReads(db);
  const edits = editReads(db);
  const pins = pinReads(db);
  const notifications = notificationReads(db);
  const reader = new ReaderClient(file);
  // A thread of its own: a long search does not hold up a page of history.
  const searcher = new ReaderClient(file);
  const figures = figureReads(db, file);
  return {
    accounts: {
      create: (account) => writer.write('accounts.create', account),
      find: async (fold) => accounts.find(fold),
      setPassword: (id, passwordHash) => writer.write('accounts.setPassword', { id, passwordHash }),
      count: async () => accounts.count(),
    },
    accountCare: {
      list: async (query) => accountCare.list(query),
      find: async (fold) => accountCare.find(fold),
      isTaken: async (fold) => accountCare.isTaken(fold),
      setRole: (change) => writer.write('accountCare.setRole', change),
      setLocked: (change) => writer.write('accountCare.setLocked', change),
      setPassword: (change) => writer.write('accountCare.setPassword', change),
      rename: (change) => writer.write('accountCare.rename', change),
      delete: (deletion) => writer.write('accountCare.delete', deletion),
    },
    classes: {
      create: (made) => writer.write('classes.create', made, 256 * (made.people.length + made.channels.length)),
      list: async () => classes.list(),
      find: async (fold) => classes.find(fold),
      byCode: async (code) => classes.byCode(code),
      channels: async (classId) => classes.channels(classId),
      members: async (classId) => classes.members(classId),
      enter: (entry) => writer.write('classes.enter', entry),
      close: (closing) => writer.write('classes.close', closing),
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
      byId: async (id) => channels.byId(id),
      create: (channel) => writer.write('channels.create', channel),
      update: (id, changes) => writer.write('channels.update', { id, changes }),
      listed: async (accountId) => channels.listed(accountId),
      all: async () => channels.all(),
    },
    memberships: {
      set: (membership) => writer.write('memberships.set', membership),
      remove: (channelId, accountId) => writer.write('memberships.remove', { channelId, accountId }),
      find: async (channelId, accountId) => memberships.find(channelId, accountId),
      of: async (accountId) => memberships.of(accountId),
      in: async (channelId) => memberships.in(channelId),
      setNotify: (channelId, accountId, level) => writer.write('memberships.setNotify', { channelId, accountId, level }),
      invite: (invitation) => writer.write('memberships.invite', invitation),
      isInvited: async (channelId, accountId) => memberships.isInvited(channelId, accountId),
    },
    messages: {
      appendToChannel: (draft: ChannelDraft) => writer.write('messages.appendToChannel', draft, draftBytes + draft.content.length),
      appendPrivate: (draft: PrivateDraft) => writer.write('messages.appendPrivate', draft, draftBytes + draft.content.length),
      takeWaiting: (recipient, limit) => writer.write('messages.takeWaiting', { recipient, limit }),
      keepWaiting: (id) => writer.write('messages.keepWaiting', id),
      count: async () => messages.count(),
    },
    history: {
      page: (query) => reader.read('history', query),
      conversation: async (one, other) => conversations.find(one, other),
      conversations: async (accountId) => conversations.list(accountId),
      search: (query) => searcher.read('search', query),
    },
    edits: {
      find: async (id) => edits.find(id),
      edit: (edit) => writer.write('edits.edit', edit, draftBytes + edit.content.length),
      delete: (deletion) => writer.write('edits.delete', deletion),
      revisions: async (id) => edits.revisions(id),
    },
    reactions: {
      add: (reaction) => writer.write('reactions.add', reaction),
      remove: (reaction) => writer.write('reactions.remove', reaction),
    },
    pins: {
      add: (pin) => writer.write('pins.add', pin),
      remove: (pin) => writer.write('pins.remove', pin),
      in: async (channelId) => pins.in(channelId),
    },
    reads: {
      channel: (read) => writer.write('reads.channel', read),
      conversation: (read) => writer.write('reads.conversation', read),
    },
    notifications: {
      unseen: async (accountId, limit) => notifications.unseen(accountId, limit),
      unreadChannels: async (accountId) => notifications.unreadChannels(accountId),
      seen: (accountId, id) => writer.write('notifications.seen', { accountId, id }),
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
      await reader.close();
      await searcher.close();
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
