import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fold } from '../../server/protocol/names.ts';
import { openSqlite } from '../../server/store/sqlite/index.ts';
import type { Store } from '../../server/store/store.ts';
import { folder } from './cli-run.ts';

/** A data folder as a server leaves it, with a store to write into it. */
export interface ChatDatabase {
  readonly data: string;
  readonly file: string;
  readonly store: Store;
  /** An account; its key is what private messages are to and from. */
  account(username: string): Promise<string>;
  channel(name: string, visibility?: 'public' | 'private'): Promise<number>;
  /** Said in a channel, one minute after what was said before. */
  say(channel: string, username: string, content: string): Promise<void>;
  whisper(from: readonly [name: string, key: string], to: readonly [name: string, key: string], content: string): Promise<void>;
  /** Ends the writer; beside the database nothing is left that a reader could lean on. */
  stop(): Promise<void>;
}

export const firstMinute = Date.UTC(2026, 8, 1, 8);

export async function chatDatabase(t: TestContext): Promise<ChatDatabase> {
  const data = join(folder(t), 'data');
  const file = join(data, 'classcord.db');
  mkdirSync(data);
  const ignore = () => undefined;
  const events = { onBatch: ignore, onStorageError: ignore, onWriteError: ignore, onLost: ignore, onChoreError: ignore };
  const options = { synchronous: 'OFF', busyTimeoutMs: 1000, queue: { writes: 100_000, bytes: 1 << 26 } } as const;
  const store = await openSqlite({ file, ...options }, events);
  let minute = 0;
  let isStopped = false;
  const channels = new Map<string, number>();
  const next = () => {
    minute += 1;
    return firstMinute + (minute - 1) * 60_000;
  };
  const channel = async (name: string, visibility: 'public' | 'private' = 'public'): Promise<number> => {
    const draft = { name, fold: fold(name.replace('#', '')), visibility, createdBy: 'u1', at: firstMinute };
    const { id } = (await store.channels.ensure(draft)).channel;
    channels.set(name, id);
    return id;
  };
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await store.close();
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  };
  t.after(stop);
  return {
    data,
    file,
    store,
    channel,
    stop,
    async account(username) {
      const account = await store.accounts.create({ username, fold: fold(username), passwordHash: 'x', at: firstMinute });
      return `u${account?.id}`;
    },
    async say(name, username, content) {
      const channelId = channels.get(name) ?? (await channel(name));
      await store.messages.appendToChannel({ channelId, channel: name, username, author: `g${username}`, content, at: next() });
    },
    async whisper([username, author], [to, recipient], content) {
      await store.messages.appendPrivate({ username, author, to, recipient, content, at: next(), isWaiting: false });
    },
  };
}

/** What lies in a folder, sorted; nothing when it is not there. */
export function listed(path: string): string[] {
  return existsSync(path) ? readdirSync(path).sort() : [];
}
