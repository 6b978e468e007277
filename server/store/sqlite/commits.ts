import type { Database } from 'better-sqlite3';

/** Counts the commits of the writer, in the page that its other counters are in anyway. */
export class Commits {
  readonly #next: () => number;

  constructor(db: Database) {
    // A database that is older than this counting; looked for first, so that to open one takes no lock.
    if (db.prepare("SELECT 1 FROM counters WHERE name = 'commit'").get() === undefined)
      db.exec("INSERT OR IGNORE INTO counters VALUES ('commit', 0)");
    const next = db.prepare<[], number>("UPDATE counters SET value = value + 1 WHERE name = 'commit' RETURNING value").pluck();
    this.#next = () => next.get() ?? 0;
  }

  /** The number of the commit that is about to be made; called inside its transaction. */
  next(): number {
    return this.#next();
  }
}

/** How many commits a database holds; 0 for one that is older than the counting of them. */
export function commitsIn(db: Database): number {
  const hasCounters = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'counters'").get() !== undefined;
  if (!hasCounters) return 0;
  return db.prepare<[], number>("SELECT value FROM counters WHERE name = 'commit'").pluck().get() ?? 0;
}
