import Sqlite from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';
import type { WriterEvents } from './sqlite/client.ts';
import { openSqlite, type SqliteOptions } from './sqlite/index.ts';
import type { Store } from './store.ts';

/** SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint (reliability.md §0.3). */
export const oldestSqlite = '3.51.3';

/** The version of the SQLite that is built in; refuses to start (exit 70) on one that is too old or does not load. */
export function checkSqlite(): string {
  try {
    const db = new Sqlite(':memory:');
    const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
    db.close();
    if (isOlder(version, oldestSqlite))
      throw new CommandError(
        'software',
        `SQLite ${version} has a bug that can corrupt data; ${oldestSqlite} or newer is needed: run “npm ci”.`,
      );
    return version;
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError(
      'software',
      'The module better-sqlite3 does not load on this Node.js: run “npm rebuild better-sqlite3” (it needs python3, make and g++).',
      { cause },
    );
  }
}

/** Opens the store that the settings name. Rejects with CommandError: 65 damaged or newer, 70 native module. */
export function openStore(options: SqliteOptions, events: WriterEvents): Promise<Store> {
  checkSqlite();
  return openSqlite(options, events);
}

function isOlder(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((text) => text.split('.').map(Number));
  const index = (a ?? []).findIndex((part, at) => part !== b?.[at]);
  return index >= 0 && (a?.[index] ?? 0) < (b?.[index] ?? 0);
}
