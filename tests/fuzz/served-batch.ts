import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { House } from '../../server/house.ts';
import { serve } from '../../server/serve.ts';
import type { AddressEntry } from '../../server/transport/address-book.ts';
import type { CloseReason, Connection } from '../../server/transport/connection.ts';
import type { Batch } from './batch.ts';

const internal = /"code": ?"internal"/;

/** A connection that nothing carries: what is sent to it is looked at, and gone. */
export class MemoryConnection implements Connection {
  readonly id = `memory-${randomUUID()}`;
  readonly address = '127.0.0.1';
  readonly port = 1;
  readonly transport = 'tcp';
  readonly binding = null;
  readonly queuedBytes = 0;
  isPaused = false;
  onClose: (reason: CloseReason) => void = () => undefined;

  send(bytes: Buffer): void {
    assert.doesNotMatch(bytes.toString('latin1'), internal);
  }

  encrypt(): boolean {
    return false;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  close(reason: CloseReason, last?: Buffer): void {
    if (last !== undefined) this.send(last);
    setImmediate(this.onClose, reason);
  }

  destroy(reason: CloseReason): void {
    setImmediate(this.onClose, reason);
  }
}

/** Where all these connections come from. */
export function placeOf(house: House): AddressEntry {
  const entry = house.admission.ask('127.0.0.1', house.clock.monotonic());
  assert.ok(typeof entry !== 'string', `refused: ${String(entry)}`);
  return entry;
}

/** Lets the server serve the batch as it serves a connection; resolves when it has ended it. */
export async function serveBatch(house: House, { pieces }: Batch): Promise<void> {
  const connection = new MemoryConnection();
  const owner = serve(connection, placeOf(house), house);
  const gone = new Promise<void>((resolve) => {
    connection.onClose = (reason) => {
      connection.onClose = () => undefined;
      owner.onClose(reason);
      resolve();
    };
  });
  for (const piece of pieces) {
    owner.onData(piece);
    await new Promise((turn) => setImmediate(turn));
  }
  owner.onEnd();
  await gone;
}
