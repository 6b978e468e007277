import { readFileSync, statSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Lang } from '../../server/protocol/texts.ts';
import { ChatError, type StoredMessage } from '../client/main.ts';
import { drawable, drawableLine } from './text/clean.ts';
import { say } from './texts.ts';

const mostScriptBytes = 64 * 1024;

/** What somebody typed, as a path: `~/` is their own folder, as it is in a shell. */
export function pathOf(typed: string): string {
  return resolve(typed.startsWith('~/') ? join(homedir(), typed.slice(2)) : typed);
}

/** The text of a script. Throws at what is no file, or too large to be one. */
export function readScript(path: string): string {
  const { size } = statSync(path);
  if (size > mostScriptBytes) throw new Error(`${size} > ${mostScriptBytes}`);
  return readFileSync(path, 'utf8');
}

/** Writes messages to a new file, as they come; returns how many. A file that is there is not overwritten, a half one does not stay. */
export async function writeMessages(path: string, pages: AsyncIterable<readonly StoredMessage[]>): Promise<number> {
  const line = path.endsWith('.txt') ? textLine : (message: StoredMessage) => JSON.stringify(message);
  const file = await open(path, 'wx', 0o600);
  let count = 0;
  const text = async function* () {
    for await (const page of pages) {
      count += page.length;
      if (page.length > 0) yield `${page.map(line).join('\n')}\n`;
    }
  };
  try {
    await pipeline(text, file.createWriteStream());
    return count;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** As people on netcat read it; the lines after the first are indented, so that none looks like somebody else's. */
function textLine({ timestamp, from, content, deleted = false }: StoredMessage): string {
  const text = deleted ? '–' : drawable(content).replaceAll('\n', '\n  ');
  return `${timestamp.slice(0, 16).replace('T', ' ')} <${drawableLine(from)}> ${text}`;
}

/** Why that failed: the usual reasons in the words of the language, others as the system says them. */
export function failureText(lang: Lang, error: unknown): string {
  if (error instanceof ChatError) return error.textIn(lang);
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'EEXIST' ? say(lang, 'file-there') : code === 'ENOENT' ? say(lang, 'file-missing') : drawableLine(message);
}
