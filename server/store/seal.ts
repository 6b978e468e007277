import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** What a seal is made and looked at with; a larger database than can be read in that time has none. */
const sealWithinMs = 1500;
const lookWithinMs = 10_000;
const chunkBytes = 4 * 1_048_576;

/** What a stop in good order leaves beside the database: what it looked like. */
interface Seal {
  readonly size: number;
  /** In nanoseconds: who writes on purpose moves it, a disk that rots does not. */
  readonly changedAt: string;
  readonly sum: number;
}

/**
 * `intact`: each byte is as the last stop left it. `unknown`: nothing vouches for it. `changed`: other bytes, though nobody has written:
 * the disk, or what lies between, has altered them (reliability.md F8).
 */
export type SealState = 'intact' | 'unknown' | 'changed';

/** Seals a closed database. Without room, or time, it stays unsealed, and the next start has it checked. */
export function seal(database: string): void {
  try {
    const state = look(database, sealWithinMs);
    if (state !== null) writeFileSync(sealOf(database), `${JSON.stringify(state)}\n`, { mode: 0o600, flush: true });
  } catch {
    removeSeal(database);
  }
}

export function sealState(database: string): SealState {
  const sealed = readSeal(database);
  if (sealed === null || !existsSync(database)) return 'unknown';
  const { size, mtimeNs } = statSync(database, { bigint: true });
  if (Number(size) !== sealed.size || String(mtimeNs) !== sealed.changedAt) return 'unknown';
  const now = look(database, lookWithinMs);
  if (now === null) return 'unknown';
  return now.sum === sealed.sum ? 'intact' : 'changed';
}

/** From now on the database is written to. */
export function removeSeal(database: string): void {
  rmSync(sealOf(database), { force: true });
}

function sealOf(database: string): string {
  return `${database}-seal`;
}

function readSeal(database: string): Seal | null {
  try {
    const { size, changedAt, sum } = JSON.parse(readFileSync(sealOf(database), 'utf8')) as Partial<Seal>;
    return size === undefined || changedAt === undefined || sum === undefined ? null : { size, changedAt, sum };
  } catch {
    return null; // There is none, or it was not written whole.
  }
}

/** Reads every byte; null when that takes longer. */
function look(database: string, withinMs: number): Seal | null {
  const until = performance.now() + withinMs;
  const descriptor = openSync(database, 'r');
  try {
    const { size, mtimeNs } = fstatSync(descriptor, { bigint: true });
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let sum = 0;
    for (let count = readSync(descriptor, chunk); count > 0; count = readSync(descriptor, chunk)) {
      sum = crc32(chunk.subarray(0, count), sum);
      if (performance.now() > until) return null;
    }
    return { size: Number(size), changedAt: String(mtimeNs), sum };
  } finally {
    closeSync(descriptor);
  }
}
