import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Bytes of SQLite's write-ahead log before its first frame, and before the page of each frame. */
export const walHeader = 32;
const frameHeader = 24;

/** `strace` such that the traced server keeps its pid. */
export function traceLogTo(trace: string): readonly string[] {
  return ['strace', '-D', '-f', '--seccomp-bpf', '-y', '-s', '0', '-e', 'trace=pwrite64,fdatasync,fsync', '-e', 'signal=none', '-o', trace];
}

/** Whether a tracer has written all that it saw of a server that was killed. */
export function isTraceWhole(trace: string): boolean {
  const isTracing = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0-o\0${trace}\0`);
    } catch {
      return false; // It has ended.
    }
  };
  return !readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && isTracing(pid));
}

/** How far a log was written when a sync of it began that has ended well: what a power cut must leave. From a trace of `traceLogTo`. */
export async function syncedLength(trace: string): Promise<number> {
  let [written, synced] = [0, 0];
  const covers = new Map<string, number>();
  for await (const line of createInterface({ input: createReadStream(trace), crlfDelay: Number.POSITIVE_INFINITY })) {
    const [, thread = '', event = ''] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const write = /^pwrite64\(\d+<[^>]*-wal>, .*, (\d+), (\d+)\) += \d+$/.exec(event);
    // Written again from the start: what lies behind is of an older round.
    if (write !== null && write[2] === '0') [written, synced] = [0, 0];
    if (write !== null) written = Math.max(written, Number(write[1]) + Number(write[2]));
    if (/^f(data)?sync\(\d+<[^>]*-wal>/.test(event)) covers.set(thread, written);
    if (!/sync.* = 0$/.test(event)) continue;
    synced = covers.get(thread) ?? synced;
    covers.delete(thread);
  }
  return synced;
}

/** Where the valid part of a log ends: its frames carry the salt of its header. */
export function validLength(file: string): number {
  const bytes = readFileSync(file);
  if (bytes.length < walHeader) return 0;
  const header = bytes.subarray(0, walHeader);
  const step = frameHeader + header.readUInt32BE(8);
  let end = walHeader;
  while (end + step <= bytes.length && bytes.subarray(end + 8, end + 16).equals(header.subarray(16, 24))) end += step;
  return end;
}
