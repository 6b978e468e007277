import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes lines, and waits for room. A stream that is gone takes everything and keeps nothing. */
export function writerTo(stream: Writable): (line: string) => Promise<void> {
  return async (line) => {
    if (stream.destroyed || stream.write(`${line}\n`)) return;
    const over = new AbortController();
    const { signal } = over;
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]).catch(() => undefined);
    over.abort();
  };
}
