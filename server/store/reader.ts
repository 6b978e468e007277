import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';

/** Why a database is not read: it is not there, its server does not run, it is another user's, or something else. */
export type Unread = 'missing' | 'stopped' | 'owner' | 'unreadable';

export class CannotRead extends Error {
  override readonly name = 'CannotRead';
  readonly why: Unread;
  constructor(why: Unread, options?: ErrorOptions) {
    super(why, options);
    this.why = why;
  }
}

const busyMs = 1000;

/**
 * Opens the database of a running server to read. It creates nothing: without the server's `-wal` and `-shm` SQLite would make them,
 * under the reader's name, and the server would not get in any more. Throws CannotRead. After a crash they are there: the tables can be read.
 */
export function openRunning(file: string): Database {
  if (!existsSync(file)) throw new CannotRead('missing');
  if (!existsSync(`${file}-wal`) || !existsSync(`${file}-shm`)) throw notRunning(file);
  return open(file, true);
}

/** Whether a server was stopped, or what lies there is no database and never will be. */
function notRunning(file: string): CannotRead {
  let start: Buffer = Buffer.alloc(0);
  try {
    start = startOf(file);
  } catch {
    // Whoever may not read it while the server is stopped may do so again when it runs.
  }
  if (start.length === 0 || start.subarray(0, magic.length).equals(magic)) return new CannotRead('stopped');
  return new CannotRead('unreadable', { cause: new Error('file is not a database') });
}

/**
 * Opens a database to read, whether its server runs or not, and leaves no file behind. With nobody there only its owner (or root, whose
 * files SQLite gives to the owner) can do that. Throws CannotRead.
 */
export function openAtRest(file: string): Database {
  if (!existsSync(file)) throw new CannotRead('missing');
  if (!isWal(file) || (existsSync(`${file}-wal`) && existsSync(`${file}-shm`))) return open(file, true);
  const uid = process.geteuid?.() ?? 0;
  if (uid !== 0 && uid !== statSync(file).uid) throw new CannotRead('owner');
  // A read-only connection would leave -wal and -shm behind; one that may write takes them away when it closes.
  const db = open(file, false);
  db.pragma('query_only = ON');
  return db;
}

function open(file: string, isReadOnly: boolean): Database {
  let db: Database | null = null;
  try {
    db = new Sqlite(file, { readonly: isReadOnly, fileMustExist: true, timeout: busyMs });
    db.pragma('schema_version');
    return db;
  } catch (cause) {
    db?.close();
    throw new CannotRead('unreadable', { cause });
  }
}

/** Byte 18 of an SQLite file: 2 means that it needs its `-wal` and `-shm`. */
function isWal(file: string): boolean {
  try {
    return startOf(file)[18] === 2;
  } catch (cause) {
    throw new CannotRead('unreadable', { cause });
  }
}

/** With what every SQLite file begins. */
const magic = Buffer.from('SQLite format 3\0');

/** The first bytes of a file. */
function startOf(file: string): Buffer {
  const bytes = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(descriptor);
  }
}
