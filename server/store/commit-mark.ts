import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** The mark is at most so old: what is committed within it before a crash is not vouched for. */
const everyMs = 500;
/** Two places that are written in turn: a write that is torn leaves the other one. */
const slotBytes = 512;

/**
 * The number of the last commit that is surely on the disk, in a small file beside the database. SQLite stops reading its log at the
 * first damaged frame without a word, as if the rest had never been; the mark knows better (reliability.md F7).
 */
export class CommitMark {
  readonly #path: string;
  readonly #isSynced: boolean;
  readonly #onError: (error: unknown) => void;
  #descriptor: number | null = null;
  #commit = 0;
  #slot = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(database: string, { isSynced, onError }: { isSynced: boolean; onError: (error: unknown) => void }) {
    this.#path = markOf(database);
    this.#isSynced = isSynced;
    this.#onError = onError;
  }

  /** Opens its file, with the database: later there may be no descriptor left, or no room. */
  open(): void {
    try {
      this.#descriptor ??= openSync(this.#path, existsSync(this.#path) ? 'r+' : 'w+', 0o600);
    } catch (error) {
      this.#onError(error);
    }
  }

  /** So many commits are on the disk. */
  note(commit: number): void {
    this.#commit = commit;
    this.#timer ??= setTimeout(() => this.#save(), everyMs);
  }

  close(): void {
    if (this.#timer !== null) this.#save();
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  /** No message is concerned when it cannot be written: it only vouches for less. */
  #save(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.open();
    if (this.#descriptor === null) return;
    try {
      writeSync(this.#descriptor, slotOf(this.#commit), 0, slotBytes, this.#slot * slotBytes);
      if (this.#isSynced) fdatasyncSync(this.#descriptor);
      this.#slot = 1 - this.#slot;
    } catch (error) {
      this.#onError(error);
    }
  }
}

/** Where the mark of a database lies. */
export function markOf(database: string): string {
  return `${database}-mark`;
}

/** The number of commits that the mark vouches for; 0 when there is no mark that can be read. */
export function markedCommit(database: string): number {
  const path = markOf(database);
  if (!existsSync(path)) return 0;
  const bytes = readFileSync(path);
  return Math.max(commitIn(bytes.subarray(0, slotBytes)), commitIn(bytes.subarray(slotBytes)));
}

function slotOf(commit: number): Buffer {
  const text = `commit ${commit}`;
  return Buffer.from(`${text} ${crc32(text)}\n`.padEnd(slotBytes - 1).concat('\n'));
}

function commitIn(slot: Buffer): number {
  const [, text = '', commit, sum] = /^(commit (\d+)) (\d+)\n/.exec(slot.toString('latin1')) ?? [];
  return Number(sum) === crc32(text) ? Number(commit) : 0;
}
