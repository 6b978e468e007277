import { createHash } from 'node:crypto';

/** What a row says. */
interface Chained {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly actor: string;
  readonly subject: string;
  readonly detail: string;
}

/** A row with its place in the chain; null: it is from before the chain. */
interface Link extends Chained {
  readonly hash: string | null;
}

/** What the first row follows. */
export const chainStart = '0'.repeat(64);

/** The hash of a row: over the one before it, and over everything that the row says, its number included. */
export function chainHash(before: string, { id, at, action, actor, subject, detail }: Chained): string {
  return createHash('sha256')
    .update(`${before}\n${JSON.stringify([id, at, action, actor, subject, detail])}`)
    .digest('hex');
}

/** What a check of the audit found. `head` is the hash of the last row: noted elsewhere, it proves that none was cut off. */
export type AuditVerdict =
  | { readonly isWhole: true; readonly rows: number; readonly head: string; readonly lastId: number }
  | { readonly isWhole: false; readonly rows: number; readonly brokenAt: number };

const pageRows = 500;

/**
 * Follows the chain from the first row to the last. Rows from before the chain have no hash of their own: the first one that has one
 * covers them. Past that a row without a hash, with a wrong one, or out of number, is where it breaks. A chain that never comes by
 * `noted`, a head of earlier, breaks behind its last row: what followed was cut off.
 */
export async function verifyChain(
  page: (after: number, limit: number) => Promise<readonly Link[]>,
  noted = chainStart,
): Promise<AuditVerdict> {
  let [head, lastId, rows, isChained] = [chainStart, 0, 0, false];
  let unproven: number | null = null;
  let isNotedMet = noted === chainStart;
  for (;;) {
    const found = await page(lastId, pageRows);
    if (found.length === 0) break;
    for (const row of found) {
      const hash = chainHash(head, row);
      if (row.id !== lastId + 1 || (row.hash === null && isChained)) return { isWhole: false, rows, brokenAt: row.id };
      if (row.hash !== null && row.hash !== hash) return { isWhole: false, rows, brokenAt: unproven ?? row.id };
      isChained = row.hash !== null;
      unproven = isChained ? null : (unproven ?? row.id);
      isNotedMet ||= hash === noted;
      [head, lastId, rows] = [hash, row.id, rows + 1];
    }
  }
  if (!isNotedMet) return { isWhole: false, rows, brokenAt: lastId + 1 };
  return { isWhole: true, rows, head, lastId };
}
