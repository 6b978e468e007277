import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import type { HistoryQuery } from '../store.ts';
import { historyReads } from './history.ts';

/** The reader thread: long reads on a read-only connection of its own, one after the other. */
const { file } = workerData as { file: string };
const db = new Sqlite(file, { readonly: true, timeout: 1000 });
const history = historyReads(db);

parentPort?.on('message', ({ id, query }: { id: number; query: HistoryQuery }) => {
  try {
    parentPort?.postMessage({ id, value: history(query) });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) });
  }
});
