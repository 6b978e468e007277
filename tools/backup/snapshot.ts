import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import type { Lang } from '../../server/protocol/texts.ts';
import { newestSchema } from '../../server/store/migrate.ts';
import { say } from './texts.ts';

/** What a database holds, as far as people ask. */
export interface Facts {
  readonly messages: number;
  readonly accounts: number;
  /** Time of the newest message; null: there is none. */
  readonly last: string | null;
}

/** Why a database is none of ours, or cannot be trusted; `why` null: it is no database of ours at all. */
export type Flaw = { readonly kind: 'damaged'; readonly why: string | null } | { readonly kind: 'newer'; readonly schema: number };

/** What SQLite finds wrong with a database, looking at every page; null: nothing. */
export function damageOf(db: Database): string | null {
  try {
    const problems = db.pragma('quick_check(8)') as { quick_check: string }[];
    const damage = problems.map((row) => row.quick_check).join('; ');
    return damage === 'ok' ? null : damage;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Copies a database as it is at one moment into a new file, of the owner's alone. In this process, which has nothing else to do and
 * answers nobody meanwhile; a server goes on writing.
 */
export function copyInto(db: Database, copy: string): void {
  const umask = process.umask(0o077);
  // It writes, if not into this database.
  db.pragma('query_only = OFF');
  try {
    db.prepare('VACUUM INTO ?').run(copy);
  } catch (error) {
    rmSync(copy, { force: true });
    throw error;
  } finally {
    process.umask(umask);
  }
}

/** What a copy of ours holds. */
export function factsIn(file: string): Facts {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true });
  try {
    return factsOf(db);
  } finally {
    db.close();
  }
}

/** Looks at every page, and counts. */
export function examine(file: string): Facts | Flaw {
  let db: Database | null = null;
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true });
    const schema = db.pragma('user_version', { simple: true }) as number;
    if (schema > newestSchema()) return { kind: 'newer', schema };
    if (schema < 1) return { kind: 'damaged', why: null };
    const why = damageOf(db);
    return why === null ? factsOf(db) : { kind: 'damaged', why };
  } catch (error) {
    return { kind: 'damaged', why: (error as Error).message };
  } finally {
    db?.close();
  }
}

export function factsText({ messages, accounts, last }: Facts, lang: Lang): string {
  const counted = (count: number, noun: 'message' | 'account') =>
    say(lang, count === 1 ? noun : `${noun}s`, { count: count.toLocaleString(lang) });
  const when = last ?? say(lang, 'never');
  return say(lang, 'facts', { messages: counted(messages, 'message'), accounts: counted(accounts, 'account'), last: when });
}

/** `12.3 MB`, `4.5 kB` */
export function sizeText(file: string, lang: Lang): string {
  const { size } = statSync(file);
  const [unit, value] = size < 1e6 ? ['kB', size / 1e3] : ['MB', size / 1e6];
  return `${value.toLocaleString(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} ${unit}`;
}

const oldMs = 24 * 3600 * 1000;
const hiddenName = /^\.classcord-(?:backup|restore)-[0-9a-f]{12}\.db(?:-wal|-shm|-journal)?$/;

/** A hidden file for what is not finished; no two runs have the same. */
export function hiddenFile(folder: string, kind: 'backup' | 'restore'): string {
  return join(folder, `.classcord-${kind}-${randomBytes(6).toString('hex')}.db`);
}

export function isHiddenFile(name: string): boolean {
  return hiddenName.test(name);
}

/** Takes away what runs that were killed left in a folder, once it is a day old: a process that still works on one may be in another container. */
export function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (isHiddenFile(name) && Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > oldMs) rmSync(file, { force: true });
  }
}

function factsOf(db: Database): Facts {
  const one = <T>(sql: string) => db.prepare<[], T>(sql).pluck().get();
  const messages = (one<number>('SELECT count(*) FROM messages') ?? 0) + (one<number>('SELECT count(*) FROM private_messages') ?? 0);
  const last = one<string | null>(
    `SELECT max(t) FROM (SELECT timestamp AS t FROM messages WHERE id = (SELECT max(id) FROM messages)
     UNION ALL SELECT timestamp FROM private_messages WHERE id = (SELECT max(id) FROM private_messages))`,
  );
  return { messages, accounts: one<number>('SELECT count(*) FROM accounts') ?? 0, last: last ?? null };
}
