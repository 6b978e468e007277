import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';

/** Answers with null, or with what is damaged. */
const { file } = workerData as { file: string };
const db = new Sqlite(file, { readonly: true });
const problems = db.pragma('quick_check(8)', { simple: false }) as { quick_check: string }[];
db.close();
const damage = problems.map((row) => row.quick_check).join('; ');
parentPort?.postMessage(damage === 'ok' ? null : damage);
