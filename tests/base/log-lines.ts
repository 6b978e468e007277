import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import type { TestContext } from 'node:test';
import { createLog, type Log, type LogOptions } from '../../server/base/log.ts';

/** 22 November 2026, 09:00 UTC. */
export const at = Date.UTC(2026, 10, 22, 9, 0, 0, 123);

/** What a log writes when `say` has spoken, line by line. */
export async function linesOf(options: Partial<LogOptions>, say: (log: Log) => void): Promise<string[]> {
  let text = '';
  const stream = new Writable({
    write(chunk, _encoding, next) {
      text += String(chunk);
      next();
    },
  });
  const log = createLog({ format: 'text', level: 'info', file: '', isTerminal: false, stream, now: () => at, ...options });
  say(log);
  await log.close();
  return text.split('\n').slice(0, -1);
}

/** A temporary folder, gone after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'classcord-log-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
