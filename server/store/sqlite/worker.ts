import { parentPort, workerData } from 'node:worker_threads';
import { CommandError } from '../../base/exit-codes.ts';
import { IdleIndexing } from './idle-indexing.ts';
import { type Write, Writer, type WriterOptions } from './writer.ts';

/** The writer thread: opens the database, then answers each batch with its outcomes, and indexes in between. An empty batch closes. */
if (parentPort === null) throw new Error('worker.ts runs as a worker thread');
const port = parentPort;
const writer = new Writer(workerData as WriterOptions);
const indexing = new IdleIndexing(
  () => writer.index(),
  (error) => port.postMessage({ indexError: String(error) }),
);

try {
  port.postMessage({ ready: writer.open() });
  // What a former run left unindexed.
  indexing.wrote(0);
  port.on('message', (batch: readonly Write[]) => {
    if (batch.length > 0) {
      const before = writer.busy;
      const outcomes = writer.run(batch);
      if (writer.busy > before) port.postMessage({ busy: true });
      port.postMessage(outcomes);
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
