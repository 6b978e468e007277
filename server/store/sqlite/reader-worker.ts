import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { historyReads } from './history.ts';
import { missedReads } from './missed.ts';
import type { ReadName, Reads } from './reader-client.ts';
import { searchReads } from './search.ts';

/** The reader thread: long reads on a read-only connection of its own, one after the other. */
const { file } = workerData as { file: string };
const db = new Sqlite(file, { readonly: true, timeout: 1000 });
// Searches look at many rows all over the file: 16 MiB instead of SQLite's 2.
db.pragma('cache_size = -16384');
const reads: Reads = { history: historyReads(db), missed: missedReads(db), search: searchReads(db) };

parentPort?.on('message', ({ id, name, query }: { id: number; name: ReadName; query: never }) => {
  try {
    parentPort?.postMessage({ id, value: reads[name](query) });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) });
  }
});
