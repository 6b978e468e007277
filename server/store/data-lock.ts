import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';
import { type Lang, text } from '../protocol/texts.ts';

/** The sole right to a data folder, for as long as the process lives. */
export interface DataLock {
  /** The last server did not stop in good order, or not all was checked since: the database is to be checked. */
  readonly isCheckDue: boolean;
  /** Nothing vouches for the database: it is to be checked, now or by the next start. */
  demandCheck(): void;
  /** The database was checked, and is well. */
  checked(): void;
  /** Gives the folder back after a stop in good order. A check that is still due is left to the next start. */
  release(): void;
}

/** How long the loser of a race waits for the winner to have told its pid. */
const pidWithinMs = 1000;
const lookMs = 20;

/**
 * Takes the data folder. The kernel holds the lock (an SQLite lock on `classcord.lock`), so a crash frees it.
 * A second server on the same folder ends with exit code 73 and the pid of the first (reliability.md F24).
 * Rejects a folder that cannot be written: exit code 78, or 75 when the disk is full. Both are told in `lang`.
 */
export function lockData(folder: string, lang: Lang): DataLock {
  const pidFile = join(folder, 'classcord.pid');
  let isCheckDue = existsSync(pidFile);
  const lock = take(folder, { pidFile, lang });
  return {
    get isCheckDue() {
      return isCheckDue;
    },
    demandCheck() {
      isCheckDue = true;
    },
    checked() {
      isCheckDue = false;
    },
    release() {
      if (!isCheckDue) rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}

/** The connection that holds the lock; our pid is told. */
function take(folder: string, { pidFile, lang }: { pidFile: string; lang: Lang }): Database {
  let lock: Database | undefined;
  try {
    lock = new Sqlite(join(folder, 'classcord.lock'), { timeout: 0 });
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${process.pid}\n`);
    return lock;
  } catch (cause) {
    lock?.close();
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'SQLITE_BUSY') throw new CommandError('running', text(lang, 'data_in_use', { folder, pid: holderIn(pidFile) }), { cause });
    const isFull = code === 'ENOSPC' || code === 'SQLITE_FULL';
    throw new CommandError(isFull ? 'temporary' : 'config', text(lang, 'data_not_written', { folder, why: message }), { cause });
  }
}

/** Whoever holds the lock writes its pid right after taking it: for a moment there may be none, or that of a server that crashed. */
function holderIn(pidFile: string): string {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; waitedMs < pidWithinMs; waitedMs += lookMs) {
    const pid = pidIn(pidFile);
    if (isAlive(pid)) return String(pid);
    Atomics.wait(pause, 0, 0, lookMs);
  }
  const pid = pidIn(pidFile);
  return pid > 0 ? String(pid) : 'unknown';
}

function pidIn(pidFile: string): number {
  return existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) || 0 : 0;
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
