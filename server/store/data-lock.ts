import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../base/exit-codes.ts';

/** The sole right to a data folder, for as long as the process lives. */
export interface DataLock {
  /** The last server did not stop in good order. */
  readonly wasUnclean: boolean;
  /** Gives the folder back after a stop in good order. */
  release(): void;
}

/**
 * Takes the data folder. The kernel holds the lock (an SQLite lock on `classcord.lock`), so a crash frees it.
 * A second server on the same folder ends with exit code 73 and the pid of the first (reliability.md F24).
 */
export function lockData(folder: string): DataLock {
  const pidFile = join(folder, 'classcord.pid');
  const lock = new Sqlite(join(folder, 'classcord.lock'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : 'unknown';
    throw new CommandError(
      'running',
      `Another server uses ${folder}: pid ${pid}. Stop it first, or give this one its own folder with --data.`,
      { cause },
    );
  }
  const wasUnclean = existsSync(pidFile);
  writeFileSync(pidFile, `${process.pid}\n`);
  return {
    wasUnclean,
    release() {
      rmSync(pidFile, { force: true });
      lock.close();
    },
  };
}
