import { existsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';
import { type Lang, text } from '../protocol/texts.ts';
import type { WriterEvents } from './sqlite/client.ts';
import { openSqlite, type SqliteOptions } from './sqlite/index.ts';
import type { Store } from './store.ts';

/** SQLite before 3.51.3 can corrupt a WAL database that two connections write and checkpoint (reliability.md §0.3). */
export const oldestSqlite = '3.51.3';

/** The version of the SQLite that is built in; refuses to start (exit 70) on one that is too old or does not load. */
export function checkSqlite(lang: Lang = 'en'): string {
  try {
    const db = new Sqlite(':memory:');
    const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
    db.close();
    if (isOlder(version, oldestSqlite)) throw new CommandError('software', text(lang, 'sqlite_old', { version, oldest: oldestSqlite }));
    return version;
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    throw new CommandError('software', text(lang, 'sqlite_broken'), { cause });
  }
}

/** Opens the store that the settings name. Rejects with CommandError: 65 damaged or newer, 70 native module. */
export function openStore(options: SqliteOptions, events: WriterEvents): Promise<Store> {
  checkSqlite(options.lang);
  checkReadable(options.file, options.lang);
  return openSqlite(options, events);
}

/** What is to be done about a damaged database; nothing is ever repaired or thrown away by itself. */
export function damagedText(lang: Lang, file: string, damage: string): string {
  return text(lang, 'database_damaged', { file, damage });
}

/** Refuses (exit 65) a file that is no database, or whose list of tables cannot be read, before anything may write to it. */
function checkReadable(file: string, lang: Lang = 'en'): void {
  if (!existsSync(file) || statSync(file).size === 0) return;
  const db = new Sqlite(file, { readonly: true });
  try {
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (cause) {
    throw new CommandError('damaged', damagedText(lang, file, (cause as Error).message), { cause });
  } finally {
    db.close();
  }
}

function isOlder(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((numbers) => numbers.split('.').map(Number));
  const index = (a ?? []).findIndex((part, at) => part !== b?.[at]);
  return index >= 0 && (a?.[index] ?? 0) < (b?.[index] ?? 0);
}
