import { setPriority } from 'node:os';
import Sqlite from 'better-sqlite3';

/** What SQLite throws when the file itself is at fault, and not the way to it. */
const damageCodes = /^SQLITE_(CORRUPT|NOTADB)/;
/** The service goes first. */
const niceness = 10;

/** Tells its parent what is damaged in the database, or null; fails when it cannot look. */
const [, , file = ''] = process.argv;
setPriority(niceness);
process.send?.({ damage: damageOf(file) }, () => process.disconnect());

function damageOf(path: string): string | null {
  try {
    const db = new Sqlite(path, { readonly: true });
    const problems = db.pragma('quick_check(8)') as { quick_check: string }[];
    db.close();
    const damage = problems.map((row) => row.quick_check).join('; ');
    return damage === 'ok' ? null : damage;
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && damageCodes.test(error.code)) return error.message;
    throw error;
  }
}
