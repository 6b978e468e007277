import { readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** Why a database is none of ours, or cannot be trusted. */
export type Flaw = { readonly kind: 'damaged'; readonly why: string } | { readonly kind: 'newer'; readonly schema: number };

/**
 * Copies a database at one moment into a new file of the owner's alone, beside it: on a disk that has room for it and where it may lie
 * unencrypted. In this process, which has nothing else to do; a server goes on writing meanwhile. Removes what a killed run left there.
 */
export function copyOf(db: Database, file: string): string {
  const folder = dirname(file);
  for (const name of readdirSync(folder)) if (isLeftOver(name)) rmSync(join(folder, name), { force: true });
  const copy = join(folder, `.backup-${process.pid}.db`);
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
  return copy;
}

/** Looks at every page, and counts. */
export function examine(file: string): Facts | Flaw {
  let db: Database | null = null;
  try {
    db = new Sqlite(file, { readonly: true, fileMustExist: true });
    const schema = db.pragma('user_version', { simple: true }) as number;
    if (schema > newestSchema()) return { kind: 'newer', schema };
    if (schema < 1) return { kind: 'damaged', why: 'no ClassCord database' };
    const problems = db.pragma('quick_check(8)') as { quick_check: string }[];
    const damage = problems.map((row) => row.quick_check).join('; ');
    return damage === 'ok' ? factsOf(db) : { kind: 'damaged', why: damage };
  } catch (error) {
    return { kind: 'damaged', why: (error as Error).message };
  } finally {
    db?.close();
  }
}

export function factsText({ messages, accounts, last }: Facts, lang: Lang): string {
  const number = (value: number) => value.toLocaleString(lang);
  return say(lang, 'facts', { messages: number(messages), accounts: number(accounts), last: last ?? say(lang, 'never') });
}

/** `12.3 MB` */
export function sizeText(file: string, lang: Lang): string {
  return `${(statSync(file).size / 1e6).toLocaleString(lang, { maximumFractionDigits: 1, minimumFractionDigits: 1 })} MB`;
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

/** The copy of a process that is gone. */
function isLeftOver(name: string): boolean {
  const [, pid] = /^\.backup-(\d+)\.db(?:-journal)?$/.exec(name) ?? [];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return Number(pid) === process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
