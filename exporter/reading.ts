import type { Figures } from '../server/base/figures.ts';
import { CannotRead, openRunning, type Unread } from '../server/store/reader.ts';
import { figureReads, snapshotReads } from '../server/store/sqlite/metrics.ts';
import type { MetricsSnapshot } from '../server/store/store.ts';

/** What the database says: the snapshots of the nodes and the figures of its tables, or why it cannot be read. */
export type Reading =
  | { readonly snapshots: readonly MetricsSnapshot[]; readonly figures: Figures }
  | { readonly problem: Unread | 'slow'; readonly detail: string };

/** Reads on a connection of its own, for a few milliseconds: nothing of the server waits for it, and nothing is left behind. Never throws. */
export function readDatabase(file: string): Reading {
  try {
    const db = openRunning(file);
    try {
      return { snapshots: snapshotReads(db)(), figures: figureReads(db, file)() };
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CannotRead) return { problem: error.why, detail: error.cause instanceof Error ? error.cause.message : '' };
    return { problem: 'unreadable', detail: error instanceof Error ? error.message : String(error) };
  }
}
