import Sqlite, { type Database } from 'better-sqlite3';
import type { Lang } from '../../protocol/texts.ts';
import { CommitMark } from '../commit-mark.ts';
import { migrate, ownMigrations } from '../migrate.ts';
import type { AuditDraft, AuditRow } from '../moderation.ts';
import { auditAppender, hasChanged } from './audit.ts';
import { Commits } from './commits.ts';
import { Counters } from './counters.ts';
import type { Indexing } from './idle-indexing.ts';
import { Reads } from './reads.ts';
import { describe, type Failure, isLocked, storageErrors } from './refusal.ts';
import { SearchIndex } from './search-index.ts';
import { type Write, type Writes, writesOf } from './writes.ts';

export interface WriterOptions {
  readonly file: string;
  readonly synchronous: 'FULL' | 'OFF';
  /** How long a batch waits while another program holds the database. */
  readonly busyTimeoutMs: number;
  /** One Int32: not 0 once the server ends and no batch waits for a lock any more. */
  readonly haste: SharedArrayBuffer;
  /** Of what is told when it cannot be opened. */
  readonly lang?: Lang | undefined;
}

/** What became of a batch: the result of each write in its place, and the failures. */
export interface Outcome {
  readonly values: readonly unknown[];
  readonly failures: readonly Failure[];
}

/** One try to get the write lock. */
const lockTryMs = 200;

/**
 * The one connection that writes. A batch is one transaction, durable when `run` returns (WAL, synchronous=FULL).
 * After a storage error the connection is opened anew, so that nothing is trusted that a failed sync left behind.
 */
export class Writer {
  readonly #options: WriterOptions;
  #db: Database | null = null;
  #writes: Writes | null = null;
  #audit: ((draft: AuditDraft) => AuditRow) | null = null;
  #counters: Counters | null = null;
  #index: SearchIndex | null = null;
  #reads: Reads | null = null;
  #commits: Commits | null = null;
  readonly #mark: CommitMark;
  /** Batches so far that had to wait for another program’s lock. */
  busy = 0;

  constructor(options: WriterOptions, onMarkError: (error: unknown) => void) {
    this.#options = options;
    this.#mark = new CommitMark(options.file, { isSynced: options.synchronous === 'FULL', onError: onMarkError });
  }

  /** Opens the database and brings it to this program's schema. */
  open(): { schema: number } {
    const db = new Sqlite(this.#options.file, { timeout: this.#options.busyTimeoutMs });
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${this.#options.synchronous}`);
    db.pragma('journal_size_limit = 16777216');
    const schema = migrate(db, ownMigrations(), this.#options.lang);
    db.pragma(`busy_timeout = ${lockTryMs}`);
    this.#counters = new Counters(db);
    this.#reads = new Reads(db);
    this.#commits = new Commits(db);
    this.#mark.open();
    this.#writes = writesOf(db, { counters: this.#counters, reads: this.#reads });
    this.#audit = auditAppender(db);
    this.#index = new SearchIndex(db);
    this.#db = db;
    return { schema };
  }

  /** Carries out a batch: all in one transaction; if one write of it is at fault, each by itself. */
  run(batch: readonly Write[]): Outcome {
    try {
      if (this.#db === null) this.open();
      return { values: this.#transact(batch), failures: [] };
    } catch (error) {
      const { code, message } = describe(error);
      if (storageErrors.test(code)) {
        this.#closeQuietly();
        return { values: [], failures: batch.map((_, index) => ({ index, error: `${code}: ${message}`, isStorage: true })) };
      }
      if (batch.length === 1) return { values: [], failures: [{ index: 0, error: `${code}: ${message}`, isStorage: false }] };
      return this.#runEach(batch);
    }
  }

  #runEach(batch: readonly Write[]): Outcome {
    const outcomes = batch.map((write) => this.run([write]));
    return {
      values: outcomes.map(({ values }) => values[0]),
      failures: outcomes.flatMap(({ failures }, index) => failures.map((failure) => ({ ...failure, index }))),
    };
  }

  /**
   * Brings the search index a few milliseconds further; returns whether there may be more to do. Throws when it cannot; no message is
   * concerned, and what is missing is made up for later. It needs no sync of its own: what a power cut takes is indexed again.
   */
  index(what: keyof Indexing): boolean {
    const db = this.#db;
    if (db === null || this.#index === null) return false;
    if (this.#options.synchronous === 'FULL') db.pragma('synchronous = NORMAL');
    // It never waits for a lock: a message, or the end of the server, may be behind it.
    db.pragma('busy_timeout = 0');
    try {
      db.exec('BEGIN IMMEDIATE');
      const isMore = this.#index[what]();
      db.exec('COMMIT');
      return isMore;
    } finally {
      if (db.inTransaction) db.exec('ROLLBACK');
      db.pragma(`synchronous = ${this.#options.synchronous}`);
      db.pragma(`busy_timeout = ${lockTryMs}`);
    }
  }

  /** Writes the log back into the database file and closes. When that fails the log stays beside the file, with all that is in it. */
  close(): void {
    try {
      this.#db?.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // Nothing is lost: the next start reads the log.
    }
    this.#closeQuietly();
    this.#mark.close();
  }

  /** Waits for another program's lock in short tries, so that the end of the server need not wait with it. */
  #begin(db: Database): void {
    const haste = new Int32Array(this.#options.haste);
    const until = performance.now() + this.#options.busyTimeoutMs;
    let isFirst = true;
    for (;;) {
      try {
        db.exec('BEGIN IMMEDIATE');
        return;
      } catch (error) {
        const isBusy = isLocked(error);
        if (isBusy && isFirst) this.busy += 1;
        isFirst = false;
        if (!isBusy || performance.now() >= until || Atomics.load(haste, 0) !== 0) throw error;
      }
    }
  }

  #transact(batch: readonly Write[]): unknown[] {
    const db = this.#db as Database;
    const writes = this.#writes as Writes;
    const counters = this.#counters as Counters;
    const reads = this.#reads as Reads;
    const commits = this.#commits as Commits;
    this.#begin(db);
    try {
      const values = batch.map(({ name, argument, audit }) => {
        const value = (writes[name] as (argument: unknown) => unknown)(argument);
        if (audit !== undefined && hasChanged(value)) this.#audit?.(audit);
        return value;
      });
      reads.save();
      counters.save();
      const commit = commits.next();
      db.exec('COMMIT');
      this.#mark.note(commit);
      return values;
    } catch (error) {
      reads.reset();
      counters.reset();
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }

  #closeQuietly(): void {
    try {
      this.#db?.close();
    } catch {
      // A failing disk may refuse that too; whoever needs the database next opens it anew.
    }
    this.#db = null;
  }
}
