import type { Worker } from 'node:worker_threads';
import { startThread } from '../base/thread.ts';

/** A check of the whole database under way. */
export interface DatabaseCheck {
  /** Resolves to null when all is well, else to what is damaged. Resolves to null, too, when stopped. */
  readonly damage: Promise<string | null>;
  stop(): void;
}

/** Checks the database in a thread of its own, beside the service, on a read-only connection. */
export function checkDatabase(file: string): DatabaseCheck {
  const worker: Worker = startThread(import.meta.url, './check-worker', { file });
  const damage = new Promise<string | null>((resolve) => {
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(String(error)));
    worker.once('exit', () => resolve(null));
  });
  worker.unref();
  return { damage, stop: () => void worker.terminate() };
}
