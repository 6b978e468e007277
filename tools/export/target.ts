import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, linkSync, realpathSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import { atEnd } from './at-end.ts';
import { say } from './texts.ts';

/** Where an export goes. */
export interface Target {
  write(text: string): Promise<void>;
  /** Puts it in its place; resolves with the SHA-256 of all that was written, or '' when nobody wants it. */
  finish(): Promise<string>;
  /** Leaves nothing behind. After `finish` it does nothing. */
  abandon(): Promise<void>;
}

/** A file takes bytes, too. */
export interface FileTarget extends Target {
  write(text: string | Uint8Array): Promise<void>;
}

export interface FileOptions {
  /** What errors call it. */
  readonly shown: string;
  readonly isForced: boolean;
  /** Whether the SHA-256 is wanted: it costs a tenth of the time. */
  readonly hasSum: boolean;
  /** Private messages are their readers' alone. */
  readonly isPrivate: boolean;
  readonly lang: Lang;
}

/**
 * A file that appears when it is complete: until then it is a hidden one beside it, which is gone after a failure, Ctrl-C or SIGTERM.
 * Rejects when it exists already and is not forced, before anything is read.
 */
export async function openFile(wanted: string, { shown, isForced, hasSum, isPrivate, lang }: FileOptions): Promise<FileTarget> {
  const exists = () => new CommandError('conflict', say(lang, 'exists', { file: shown }));
  const found = statSync(wanted, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) throw new CommandError('usage', say(lang, 'no_file', { file: shown }));
  if (found !== undefined && !isForced) throw exists();
  // What a link points to is replaced, not the link.
  const file = found === undefined ? wanted : realpathSync(wanted);
  const part = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  const handle = await openPart(part, isPrivate ? 0o600 : 0o666).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new CommandError('usage', say(lang, 'no_folder', { file: shown }), { cause });
    throw notWritten(cause, shown, lang);
  });
  const forget = atEnd(() => removeQuietly(part));
  const hash = hasSum ? createHash('sha256') : null;
  let isOpen = true;
  return {
    async write(text) {
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      hash?.update(bytes);
      try {
        await handle.writeFile(bytes);
      } catch (cause) {
        throw notWritten(cause, shown, lang);
      }
    },
    async finish() {
      try {
        await handle.sync();
        await handle.close();
        isOpen = false;
        if (isForced) renameSync(part, file);
        else renameWithoutReplacing(part, file);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw exists();
        throw notWritten(cause, shown, lang);
      }
      forget();
      return hash?.digest('hex') ?? '';
    },
    async abandon() {
      if (isOpen) await handle.close();
      isOpen = false;
      removeQuietly(part);
      forget();
    },
  };
}

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

/** Standard output. On a terminal nothing of what people wrote moves the cursor or turns the reading direction. */
export function streamTarget(stream: Stream): Target {
  const hash = createHash('sha256');
  return {
    async write(text) {
      hash.update(text);
      const isTaken = stream.write(stream.isTTY === true ? visible(text) : text);
      if (isTaken === false) await once(stream as unknown as NodeJS.WritableStream, 'drain');
    },
    finish: () => Promise.resolve(hash.digest('hex')),
    abandon: () => Promise.resolve(),
  };
}

/** Characters that steer a terminal, as `\uXXXX`, which JSON reads back. */
function visible(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
const steering = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

async function openPart(part: string, mode: number): Promise<FileHandle> {
  return open(part, 'wx', mode).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    unlinkSync(part); // Of a process that had our pid and was killed.
    return open(part, 'wx', mode);
  });
}

/** A second export that was faster must not be lost: a link fails where a rename would replace. Some file systems have no links. */
export function renameWithoutReplacing(part: string, file: string): void {
  try {
    linkSync(part, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    if (existsSync(file)) throw Object.assign(new Error('exists'), { code: 'EEXIST' });
    renameSync(part, file);
    return;
  }
  unlinkSync(part);
}

function removeQuietly(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // It is gone already.
  }
}

function notWritten(cause: unknown, file: string, lang: Lang): CommandError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  return new CommandError('failed', say(lang, 'not_written', { file, code }), { cause });
}
