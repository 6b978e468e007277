import { close, fstatSync, open, openSync, rename, write } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CommandError } from './exit-codes.ts';
import { closeWithinMs, mostWaitingBytes, type Outlet, within } from './log-outlet.ts';
import { makeFolder } from './make-folder.ts';

/** Gives the descriptor that the next bytes belong into. */
interface Descriptors {
  next(bytes: number): Promise<number>;
  close(): Promise<void>;
}

/**
 * Lines into a file, by one write at a time. winston’s own File transport is not used: after one failed write (a full disk) or one failed
 * rotation it never writes again, holds its lines in memory without bound, and holds up the other transports.
 */
export class FileOutlet implements Outlet {
  readonly #descriptors: Descriptors;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #work: Promise<void> | null = null;
  #isTorn = false;
  #dropped = 0;

  constructor(descriptors: Descriptors) {
    this.#descriptors = descriptors;
  }

  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#waitingBytes + bytes > mostWaitingBytes) {
      this.#dropped++;
      return;
    }
    this.#waiting.push(`${line}\n`);
    this.#waitingBytes += bytes;
    this.#work ??= this.#writeAll();
  }

  async close(): Promise<void> {
    await within(closeWithinMs, this.#work ?? Promise.resolve());
    // A write that hangs keeps its descriptor: its number must not become another file’s meanwhile.
    if (this.#work === null) await this.#descriptors.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const lines = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      await this.#append(lines);
    }
    this.#work = null;
  }

  /** A full disk cuts a line in the middle: what comes after it, later, begins on a line of its own. */
  async #append(lines: readonly string[]): Promise<void> {
    const bytes = Buffer.from((this.#isTorn ? '\n' : '') + lines.join(''));
    let written = 0;
    try {
      const descriptor = await this.#descriptors.next(bytes.length);
      while (written < bytes.length) written += (await writeBytes(descriptor, bytes, written)).bytesWritten;
      this.#isTorn = false;
    } catch {
      const lost = bytes.subarray(written).filter((byte) => byte === newline).length;
      this.#dropped += Math.min(lost, lines.length);
      if (written > 0) this.#isTorn = bytes[written - 1] !== newline;
    }
  }
}

/** A descriptor that somebody else opened: standard output that leads into a file. */
export function givenDescriptor(descriptor: number): Descriptors {
  return { next: () => Promise.resolve(descriptor), close: () => Promise.resolve() };
}

export interface Rotation {
  readonly maxBytes: number;
  readonly maxFiles: number;
  /** Of what is told when there can be no such file; English by default. */
  readonly lang?: 'en' | 'fr' | undefined;
}

/** `x.log`, and when it is full `x.log.1` and so on: the higher the older. When it cannot be rotated, the old file goes on. */
export class RotatingFile implements Descriptors {
  readonly #path: string;
  readonly #rotation: Rotation;
  #descriptor: number | null;
  #size = 0;

  /** Throws CommandError `config` when there can be no such file; a full disk is no reason. */
  constructor(path: string, rotation: Rotation) {
    this.#path = path;
    this.#rotation = rotation;
    this.#descriptor = openNow(path, rotation.lang);
    if (this.#descriptor !== null) this.#size = fstatSync(this.#descriptor).size;
  }

  async next(bytes: number): Promise<number> {
    if (this.#size > 0 && this.#size + bytes > this.#rotation.maxBytes) await this.#rotate();
    this.#descriptor ??= await openFile(this.#path, 'a', mode);
    this.#size += bytes;
    return this.#descriptor;
  }

  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    if (descriptor !== null) await closeFile(descriptor).catch(() => {});
  }

  async #rotate(): Promise<void> {
    // Also when it fails: the next try is then one file later, not at every line.
    this.#size = 0;
    try {
      for (let age = this.#rotation.maxFiles - 1; age >= 1; age--) await this.#moveOn(age);
      const next = await openFile(this.#path, 'a', mode);
      await this.close();
      this.#descriptor = next;
    } catch {
      // The open descriptor still leads to the old file.
    }
  }

  async #moveOn(age: number): Promise<void> {
    const younger = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
    await renameFile(younger, `${this.#path}.${age}`).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

const mode = 0o640;
const newline = 0x0a;
const [openFile, closeFile, renameFile, writeBytes] = [promisify(open), promisify(close), promisify(rename), promisify(write)];

function openNow(path: string, lang: 'en' | 'fr' = 'en'): number | null {
  try {
    makeFolder(dirname(path), 0o777);
    return openSync(path, 'a', mode);
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE'].includes(code)) return null;
    throw new CommandError('config', `log.file = ${JSON.stringify(path)} ${notOpened[lang].replace('{code}', code)}`, { cause });
  }
}

const notOpened = {
  en: 'cannot be opened ({code}); name a file that can be written',
  fr: 'ne peut pas être ouvert ({code}) ; indiquez un fichier qui peut être écrit',
};
