import {
  chownSync,
  closeSync,
  createReadStream,
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  rmSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Decrypter } from 'age-encryption';
import { CommandError } from '../../server/base/exit-codes.ts';
import { newestSchema } from '../../server/store/migrate.ts';
import { type NounContext, wantsColor } from '../cli/context.ts';
import { atEnd } from '../export/at-end.ts';
import { Progress } from '../export/progress.ts';
import { renameWithoutReplacing } from '../export/target.ts';
import { decrypterOf } from './keys.ts';
import { examine, type Facts, factsText, hiddenFile, isHiddenFile, sweep } from './snapshot.ts';
import { syncFolder } from './sync-folder.ts';
import { say } from './texts.ts';

export interface OpenFlags {
  readonly key: string;
}

const databaseName = 'classcord.db';

/** `classcord backup verify`: opens all of it in a folder of its own, which is gone afterwards. Rejects with CommandError. */
export async function verifyBackup(file: string, { key }: OpenFlags, context: NounContext): Promise<void> {
  const { lang, stdout } = context;
  const opened = { decrypter: decrypterOf(key, context), key, ...found(file, context) };
  const folder = emptyFolder(lang);
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const forget = atEnd(clean);
  try {
    const facts = await unpack(opened, join(folder, databaseName), context);
    stdout.write(`${say(lang, 'verified', { file, facts: factsText(facts, lang) })}\n`);
  } finally {
    clean();
    forget();
  }
}

/**
 * `classcord backup restore`: the database appears in the folder, under its name, when all of it has been opened, checked and synced; until
 * then it is a hidden file there, which is gone after a failure. Rejects with CommandError: `conflict` when the folder holds anything.
 */
export async function restoreBackup(
  file: string,
  { key, data }: OpenFlags & { readonly data: string },
  context: NounContext,
): Promise<void> {
  const { lang, cwd, stdout } = context;
  const folder = resolve(cwd, data);
  const opened = { decrypter: decrypterOf(key, context), key, ...found(file, context) };
  const made = makeEmpty(folder, data, lang);
  const part = hiddenFile(folder, 'restore');
  const clean = () => {
    // A database that was copied as it lay makes two more when it is looked at.
    for (const end of ['', '-wal', '-shm']) rmSync(`${part}${end}`, { force: true });
    if (made !== null) removeEmpty(folder, made);
  };
  const forget = atEnd(clean);
  try {
    const facts = await unpack(opened, part, context);
    putInPlace(part, folder, { shown: data, lang });
    for (let at = folder; made !== null && at !== dirname(made); at = dirname(at)) syncFolder(dirname(at));
    stdout.write(`${say(lang, 'restored', { folder: data, facts: factsText(facts, lang) })}\n`);
  } finally {
    clean();
    forget();
  }
}

/** Under its name, as the owner of the folder, and never over another. */
function putInPlace(part: string, folder: string, { shown, lang }: { readonly shown: string; readonly lang: NounContext['lang'] }): void {
  try {
    const { uid, gid } = statSync(folder);
    if (process.geteuid?.() === 0) chownSync(part, uid, gid);
    renameWithoutReplacing(part, join(folder, databaseName));
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new CommandError('conflict', say(lang, 'appeared', { folder: shown }), { cause });
    throw new CommandError('failed', say(lang, 'not_written', { file: shown, why: code }), { cause });
  }
  syncFolder(folder);
}

/** A backup, and what is to open it. */
interface Opened {
  readonly decrypter: Decrypter;
  /** As errors call it. */
  readonly key: string;
  readonly path: string;
  /** As errors call it. */
  readonly file: string;
  readonly bytes: number;
}

/** Decrypts, decompresses and checks it; what was written stays where it is, whether it is good or not. */
async function unpack({ decrypter, key, path, file, bytes }: Opened, into: string, { lang, env, stderr }: NounContext): Promise<Facts> {
  const progress = new Progress(stderr, bytes / 1e6, { lang, hasColor: wantsColor(stderr, env), unit: ' MB' });
  let read = 0;
  const source = createReadStream(path).on('data', (chunk) => {
    read += chunk.length;
    progress.at(read / 1e6);
  });
  let target: WriteStream | null = null;
  try {
    const plain = await decrypter.decrypt(Readable.toWeb(source) as ReadableStream<Uint8Array>);
    target = createWriteStream(into, { flags: 'wx', mode: 0o600, flush: true });
    await pipeline(Readable.fromWeb(plain as Parameters<typeof Readable.fromWeb>[0]), createGunzip(), target);
  } catch (cause) {
    source.destroy();
    // Its file may be about to be made: it is taken away when it has been.
    await closed(target);
    throw refusal(cause as Error, { file, path, key, into, lang });
  } finally {
    progress.end();
  }
  const facts = examine(into);
  if (!('kind' in facts)) return facts;
  if (facts.kind === 'newer') throw new CommandError('damaged', say(lang, 'newer', { file, schema: facts.schema, newest: newestSchema() }));
  throw new CommandError('damaged', say(lang, 'damaged', { file, why: facts.why ?? say(lang, 'no_classcord') }));
}

function closed(stream: WriteStream | null): Promise<void> {
  return new Promise((resolve) => (stream === null || stream.closed ? resolve() : stream.once('close', resolve)));
}

interface Refused {
  readonly file: string;
  readonly path: string;
  readonly key: string;
  readonly into: string;
  readonly lang: NounContext['lang'];
}

function refusal(cause: Error, { file, path, key, into, lang }: Refused): CommandError {
  const { code, syscall, path: at, message } = cause as NodeJS.ErrnoException;
  if (syscall === 'read' || at === path) return new CommandError('failed', say(lang, 'unreadable', { file, why: code }), { cause });
  if (syscall !== undefined) return new CommandError('failed', say(lang, 'not_written', { file: into, why: code }), { cause });
  if (/no identity matched/.test(message)) return new CommandError('forbidden', say(lang, 'wrong_key', { file, key }), { cause });
  return new CommandError('damaged', say(lang, 'damaged', { file, why: message }), { cause });
}

/** With what every such file begins (age-encryption.org/v1, “Header”). */
const beginning = 'age-encryption.org/v1\n';

function beginningOf(path: string): string {
  const bytes = Buffer.alloc(beginning.length);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, bytes, 0, bytes.length, 0);
  } finally {
    closeSync(handle);
  }
  return bytes.toString('latin1');
}

function found(file: string, { cwd, lang }: NounContext): Pick<Opened, 'path' | 'file' | 'bytes'> {
  const path = resolve(cwd, file);
  const unreadable = (why: string, cause?: unknown) => new CommandError('usage', say(lang, 'unreadable', { file, why }), { cause });
  let stats: ReturnType<typeof statSync>;
  let begins = '';
  try {
    stats = statSync(path);
    if (stats.isFile()) begins = beginningOf(path);
  } catch (cause) {
    throw unreadable((cause as NodeJS.ErrnoException).code ?? String(cause), cause);
  }
  if (!stats.isFile()) throw unreadable('EISDIR');
  // Of a file without a line's end age would read all before it says so.
  if (begins !== beginning) throw new CommandError('damaged', say(lang, 'damaged', { file, why: say(lang, 'no_age') }));
  return { path, file, bytes: stats.size };
}

/** A folder for what is looked at only. */
function emptyFolder(lang: NounContext['lang']): string {
  const parent = tmpdir();
  try {
    return mkdtempSync(join(parent, 'classcord-verify-'));
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new CommandError('failed', say(lang, 'not_written', { file: parent, why: code }), { cause });
  }
}

/** An empty folder; returns the topmost that was made for it, null when it was there. What a restore is or was at work on does not count. */
function makeEmpty(folder: string, shown: string, lang: NounContext['lang']): string | null {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined) return made;
    if (readdirSync(folder).some((name) => name !== 'README.md' && !isHiddenFile(name)))
      throw new CommandError('conflict', say(lang, 'not_empty', { folder: shown }));
    sweep(folder);
    return null;
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new CommandError('usage', say(lang, 'no_folder', { folder: shown }), { cause });
    throw new CommandError('failed', say(lang, 'not_written', { file: shown, why: code }), { cause });
  }
}

/** Takes back what was made, as far as nothing lies in it. */
function removeEmpty(folder: string, topmost: string): void {
  try {
    for (let at = folder; at.length >= topmost.length; at = dirname(at)) rmdirSync(at);
  } catch {
    // Something is in it: the database, or what somebody else put there.
  }
}
