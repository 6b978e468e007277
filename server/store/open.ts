import { copyFileSync, existsSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';
import { type Lang, text } from '../protocol/texts.ts';
import { markedCommit } from './commit-mark.ts';
import { removeSeal, sealState } from './seal.ts';
import type { WriterEvents } from './sqlite/client.ts';
import { commitsIn } from './sqlite/commits.ts';
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
  const { file, lang = 'en' } = options;
  checkSqlite(lang);
  checkReadable(file, lang);
  removeSeal(file);
  return openSqlite(options, events);
}

/** Whether each byte of the database is as the last stop left it; false when nothing vouches for that. Throws (exit 65) when it is not. */
export function isSealed(file: string, lang: Lang): boolean {
  if (!existsSync(file)) return true;
  const state = sealState(file);
  if (state === 'changed') throw new CommandError('damaged', damagedText(lang, file, text(lang, 'database_changed')));
  return state === 'intact';
}

/** What is to be done about a damaged database; nothing is ever repaired or thrown away by itself. */
export function damagedText(lang: Lang, file: string, damage: string): string {
  return text(lang, 'database_damaged', { file, damage });
}

/**
 * Refuses (exit 65) before anything may write to it: a file that is no database, or whose list of tables cannot be read, and one that
 * lacks commits which are known to have been on the disk. Nothing is made in the place of a database that is gone.
 */
export function checkReadable(file: string, lang: Lang): void {
  const marked = markedCommit(file);
  const commits = readCommits(file, lang);
  if (commits >= marked) return;
  const kept = keepLog(file);
  throw new CommandError('damaged', text(lang, 'database_behind', { file, missing: marked - commits, marked, kept }));
}

function readCommits(file: string, lang: Lang): number {
  if (!existsSync(file) || statSync(file).size === 0) return 0;
  const db = new Sqlite(file, { readonly: true });
  try {
    return commitsIn(db);
  } catch (cause) {
    throw new CommandError('damaged', damagedText(lang, file, (cause as Error).message), { cause });
  } finally {
    db.close();
  }
}

/** A copy of the log beside the database: whoever goes on with what is there overwrites the log itself. */
function keepLog(file: string): string {
  const log = `${file}-wal`;
  if (!existsSync(log)) return '–';
  const kept = `${log}.kept-${statSync(log).mtime.toISOString().replace(/\D/g, '').slice(0, 14)}`;
  copyFileSync(log, kept);
  return kept;
}

function isOlder(version: string, oldest: string): boolean {
  const [a, b] = [version, oldest].map((numbers) => numbers.split('.').map(Number));
  const index = (a ?? []).findIndex((part, at) => part !== b?.[at]);
  return index >= 0 && (a?.[index] ?? 0) < (b?.[index] ?? 0);
}
