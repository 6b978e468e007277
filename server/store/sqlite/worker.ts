import { parentPort, workerData } from 'node:worker_threads';
import { CommandError } from '../../base/exit-codes.ts';
import { type Write, Writer, type WriterOptions } from './writer.ts';

/** The writer thread: opens the database, then answers each batch with its outcomes. An empty batch closes. */
if (parentPort === null) throw new Error('worker.ts runs as a worker thread');
const port = parentPort;
const writer = new Writer(workerData as WriterOptions);

try {
  port.postMessage({ ready: writer.open() });
  port.on('message', (batch: readonly Write[]) => {
    if (batch.length > 0) {
      port.postMessage(writer.run(batch));
      return;
    }
    writer.close();
    port.close();
  });
} catch (error) {
  const exit = error instanceof CommandError ? error.exit : 'damaged';
  port.postMessage({ failed: error instanceof Error ? error.message : String(error), exit });
  port.close();
}
