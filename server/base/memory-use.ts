import { totalmem } from 'node:os';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const mib = 2 ** 20;
/** What V8 counts in its limit for objects that are young (its default); they have come and gone before memory is short. */
const youngBytes = 48 * mib;
const youngSpaces: ReadonlySet<string> = new Set(['new_space', 'new_large_object_space']);

/**
 * How much of its memory this process uses, 0 to 1: of V8's heap, past which it is aborted, or of what its container allows, past which it is
 * killed, whichever is nearer. Part of it may be garbage that nobody has collected yet.
 */
export function memoryUse(): number {
  return Math.max(heapUse(), containerUse());
}

function heapUse(): number {
  const { heap_size_limit: limit } = getHeapStatistics();
  const old = getHeapSpaceStatistics().filter(({ space_name }) => !youngSpaces.has(space_name));
  const used = old.reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return used / Math.max(limit - youngBytes, limit / 2);
}

function containerUse(): number {
  const limit = process.constrainedMemory?.() ?? 0;
  return limit > 0 && limit < totalmem() ? process.memoryUsage.rss() / limit : 0;
}

/** Has V8 collect all garbage now, which it does by itself only when something new needs the room. */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/**
 * From four fifths of its heap on V8 aborts a process of which it collects too little at once. Whoever watches memory sees it earlier, and
 * ends in good order.
 */
export function bearFullHeap(): void {
  setFlagsFromString('--no-detect-ineffective-gcs-near-heap-limit');
}
