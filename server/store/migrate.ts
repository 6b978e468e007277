import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Database } from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';
import { type Lang, text } from '../protocol/texts.ts';

interface Migration {
  readonly version: number;
  readonly sql: string;
}

/**
 * Brings a database to this program's schema: each file `NNNN_name.sql` once, in order, in one transaction with its number in `user_version`.
 * A database that holds something is copied first, as `FILE.schema-N`. Returns the version. Refuses (exit 65) a schema newer than the program: an older program must not write what it does not understand.
 */
export function migrate(db: Database, folder = ownMigrations(), lang: Lang = 'en'): number {
  const migrations = readMigrations(folder, lang);
  const newest = newestOf(migrations);
  const current = db.pragma('user_version', { simple: true }) as number;
  if (current > newest) {
    throw new CommandError('damaged', text(lang, 'database_newer', { current, newest }));
  }
  if (current > 0 && current < newest) keepCopy(db, current, lang);
  for (const { version, sql } of migrations) {
    if (version <= current) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version}`);
    }).immediate();
  }
  return newest;
}

/** What the older program needs, should one go back to it. It has its name only once it is whole, so a kill leaves no half of it. */
function keepCopy(db: Database, schema: number, lang: Lang): void {
  const copy = `${db.name}.schema-${schema}`;
  const part = `${copy}.part`;
  try {
    for (const end of ['', '-journal']) rmSync(`${part}${end}`, { force: true });
    db.prepare('VACUUM INTO ?').run(part);
    renameSync(part, copy);
  } catch (cause) {
    throw new CommandError('temporary', text(lang, 'no_copy', { copy, why: (cause as Error).message }), { cause });
  }
}

/** The schema that this program brings a database to. */
export function newestSchema(): number {
  return newestOf(readMigrations(ownMigrations()));
}

/** Those that this program came with. */
export function ownMigrations(): string {
  return fileURLToPath(new URL('./migrations/sqlite', import.meta.url));
}

function newestOf(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

function readMigrations(folder: string, lang: Lang = 'en'): Migration[] {
  const files = readdirSync(folder).filter((name) => /^\d{4}_[\w-]+\.sql$/.test(name));
  if (files.length === 0) throw new CommandError('software', text(lang, 'no_migrations', { folder }));
  return files.sort().map((name) => ({ version: Number(name.slice(0, 4)), sql: readFileSync(join(folder, name), 'utf8') }));
}
