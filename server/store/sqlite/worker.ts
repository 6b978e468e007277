import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { CommandError } from '../../base/exit-codes.ts';
import { type PackedBatch, packOutcome, unpackBatch } from './batch.ts';
import type { Chore } from './client.ts';
import { IdleIndexing } from './idle-indexing.ts';
import { Writer, type WriterOptions } from './writer.ts';

/** The writer thread: opens the database, then answers each batch with its outcome, and indexes in between. An empty batch closes. */
if (parentPort === null) throw new Error('worker.ts runs as a worker thread');
const port = parentPort;
const tell = (chore: Chore) => (error: unknown) => port.postMessage({ chore, error: String(error) });
const writer = new Writer(workerData as WriterOptions, tell('commit mark'));
const steps = { add: () => writer.index('add'), merge: () => writer.index('merge') };
const indexing = new IdleIndexing(steps, tell('search index'), systemClock);

try {
  port.postMessage({ ready: writer.open() });
  // What a former run left unindexed.
  indexing.wrote(0);
  port.on('message', (packed: PackedBatch) => {
    const batch = unpackBatch(packed);
    if (batch.length > 0) {
      const before = writer.busy;
      const outcome = writer.run(batch);
      if (writer.busy > before) port.postMessage({ busy: true });
      port.postMessage({ outcome: packOutcome(outcome) });
      indexing.wrote(batch.length);
      return;
    }
    indexing.stop();
    writer.close();
    port.close();
  });
} catch (error) {
  const exit = error instanceof CommandError ? error.exit : 'damaged';
  port.postMessage({ failed: error instanceof Error ? error.message : String(error), exit });
  port.close();
}
