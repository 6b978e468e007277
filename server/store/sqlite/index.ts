import Sqlite from 'better-sqlite3';
import type { Lang } from '../../protocol/texts.ts';
import type { ChannelDraft, PrivateDraft, Store } from '../store.ts';
import { accountCareReads } from './account-care.ts';
import { accountReads } from './accounts.ts';
import { auditReads } from './audit.ts';
import { channelReads } from './channels.ts';
import { classReads } from './classes.ts';
import { type QueueLimits, WriterClient, type WriterEvents } from './client.ts';
import { conversationReads } from './conversations.ts';
import { credentialStore } from './credentials.ts';
import { editReads } from './edits.ts';
import { membershipReads } from './memberships.ts';
import { channelRow, privateRow } from './message-rows.ts';
import { messageReads } from './messages.ts';
import { figureReads } from './metrics.ts';
import { notificationReads } from './notifications.ts';
import { pinReads } from './pins.ts';
import { ReaderClient } from './reader-client.ts';
import { reportReads } from './reports.ts';
import { sanctionReads } from './sanctions.ts';

export interface SqliteOptions {
  /** The database file; made when missing. */
  readonly file: string;
  readonly synchronous: 'FULL' | 'OFF';
  readonly busyTimeoutMs: number;
  readonly queue: QueueLimits;
  /** Of what is told when it cannot be opened; English by default. */
  readonly lang?: Lang;
}

/** What a message weighs in the write queue beside its content. */
const draftBytes = 256;

/** The store on SQLite: one writer thread, and a read-only connection for the point reads of this thread. */
export async function openSqlite(options: SqliteOptions, events: WriterEvents): Promise<Store> {
  const { file, synchronous, busyTimeoutMs, lang } = options;
  const writer = await WriterClient.open({ file, synchronous, busyTimeoutMs, lang }, options.queue, events);
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
  const audit = auditReads(db);
  const reports = reportReads(db);
  const sanctions = sanctionReads(db);
  const reader = new ReaderClient(file);
  // A thread of its own: a long search does not hold up a page of history.
  const searcher = new ReaderClient(file);
  const figures = figureReads(db, file);
  return {
    accounts: {
      create: (account) => writer.write('accounts.create', account),
      find: async (fold) => accounts.find(fold),
      setPassword: (id, passwordHash) => writer.write('accounts.setPassword', { id, passwordHash }),
      setRole: (id, role, audit) => writer.audited('accounts.setRole', { id, role }, audit),
      byId: async (id) => accounts.byId(id),
      count: async () => accounts.count(),
    },
    accountCare: {
      list: async (query) => accountCare.list(query),
      find: async (fold) => accountCare.find(fold),
      isTaken: async (fold) => accountCare.isTaken(fold),
      create: (made) => writer.write('accountCare.create', made),
      setLocked: (change, audit) => writer.audited('accountCare.setLocked', change, audit),
      setPassword: (change, audit) => writer.audited('accountCare.setPassword', change, audit),
      rename: (change, audit) => writer.audited('accountCare.rename', change, audit),
      delete: (deletion, audit) => writer.audited('accountCare.delete', deletion, audit),
    },
    classes: {
      create: (made, audit) => writer.audited('classes.create', made, audit),
      list: async () => classes.list(),
      find: async (fold) => classes.find(fold),
      byCode: async (code) => classes.byCode(code),
      channels: async (classId) => classes.channels(classId),
      members: async (classId) => classes.members(classId),
      enter: (entry) => writer.write('classes.enter', entry),
      close: (closing, audit) => writer.audited('classes.close', closing, audit),
    },
    credentials: credentialStore(db, writer),
    logins: {
      failures: async (keys) => accounts.failures(keys),
      setFailures: (rows) => writer.write('logins.setFailures', rows, 64 * rows.length),
      addKnownAddress: (accountId, address, at) => writer.write('logins.addKnownAddress', { accountId, address, at }),
      isKnownAddress: async (accountId, address) => accounts.isKnownAddress(accountId, address),
    },
    channels: {
      ensure: (channel, audit) => writer.audited('channels.ensure', channel, audit),
      find: async (fold) => channels.find(fold),
      byId: async (id) => channels.byId(id),
      create: (channel) => writer.write('channels.create', channel),
      update: (id, changes, audit) => writer.audited('channels.update', { id, changes }, audit),
      listed: async (accountId) => channels.listed(accountId),
      all: async () => channels.all(),
    },
    memberships: {
      set: (membership, audit) => writer.audited('memberships.set', membership, audit),
      remove: (channelId, accountId) => writer.write('memberships.remove', { channelId, accountId }),
      find: async (channelId, accountId) => memberships.find(channelId, accountId),
      of: async (accountId) => memberships.of(accountId),
      in: async (channelId) => memberships.in(channelId),
      setNotify: (channelId, accountId, level) => writer.write('memberships.setNotify', { channelId, accountId, level }),
      invite: (invitation, audit) => writer.audited('memberships.invite', invitation, audit),
      isInvited: async (channelId, accountId) => memberships.isInvited(channelId, accountId),
    },
    messages: {
      appendToChannel(draft: ChannelDraft, audit) {
        const bytes = draftBytes + draft.content.length;
        if (audit === undefined) return writer.append('messages.appendToChannel', channelRow(draft), bytes);
        return writer.append('messages.appendAudited', { row: channelRow(draft), audit }, bytes);
      },
      appendPrivate: (draft: PrivateDraft) => writer.append('messages.appendPrivate', privateRow(draft), draftBytes + draft.content.length),
      takeWaiting: (recipient, limit) => writer.write('messages.takeWaiting', { recipient, limit }),
      keepWaiting: (id) => writer.write('messages.keepWaiting', id),
      count: async () => messages.count(),
      lastId: async () => messages.lastId(),
      missed: (query) => reader.read('missed', query),
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
      delete: (deletion, audit) => writer.audited('edits.delete', deletion, audit),
      revisions: async (id) => edits.revisions(id),
    },
    reactions: {
      add: (reaction) => writer.write('reactions.add', reaction),
      remove: (reaction) => writer.write('reactions.remove', reaction),
    },
    pins: {
      add: (pin, audit) => writer.audited('pins.add', pin, audit),
      remove: (pin, audit) => writer.audited('pins.remove', pin, audit),
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
      takeSanctions: async (accountId) =>
        notifications.hasSanctions(accountId) ? writer.write('notifications.takeSanctions', accountId) : [],
    },
    sanctions: {
      impose: (draft) => writer.write('sanctions.impose', draft, draftBytes + draft.reason.length),
      lift: (lift) => writer.write('sanctions.lift', lift),
      find: async (id) => sanctions.find(id),
      of: async (target, limit) => sanctions.of(target, limit),
      open: async (at) => sanctions.open(at),
    },
    reports: {
      add: (report) => writer.write('reports.add', report, draftBytes + report.reason.length),
      resolve: (resolution) => writer.write('reports.resolve', resolution),
      open: async (limit) => reports.open(limit),
      countOpen: async () => reports.countOpen(),
    },
    blocks: {
      add: (block) => writer.write('blocks.add', block),
      remove: (block) => writer.write('blocks.remove', block),
      all: async () => reports.blocks(),
    },
    audit: {
      append: (draft) => writer.write('audit.append', draft, draftBytes),
      page: async (after, limit) => audit.page(after, limit),
      list: async (query) => audit.list(query),
    },
    retention: {
      look: (now) => writer.write('retention.look', now),
      remove: (now, most) => writer.write('retention.remove', { now, most }),
    },
    state: {
      get: async (name) => reports.state(name),
      set: (state) => writer.write('state.set', state),
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
      await writer.drain();
      // Whoever closes last takes -wal and -shm away, and a read-only connection cannot.
      db.close();
      await writer.close();
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
