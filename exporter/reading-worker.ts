import { parentPort, workerData } from 'node:worker_threads';
import { readDatabase } from './reading.ts';

/** Reads the database whenever it is asked to. A thread of its own: a disk that hangs must not silence the exporter. */
const { file } = workerData as { file: string };
parentPort?.on('message', () => parentPort?.postMessage(readDatabase(file)));
