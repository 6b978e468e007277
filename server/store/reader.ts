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
  if (!existsSync(`${file}-wal`) || !existsSync(`${file}-shm`)) throw new CannotRead('stopped');
  return open(file, true);
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
  const byte = Buffer.alloc(1);
  try {
    const descriptor = openSync(file, 'r');
    readSync(descriptor, byte, 0, 1, 18);
    closeSync(descriptor);
  } catch (cause) {
    throw new CannotRead('unreadable', { cause });
  }
  return byte[0] === 2;
}
