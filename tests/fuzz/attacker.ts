import { connect as connectSocket } from 'node:net';
import type { Batch } from './batch.ts';
import { plainLine, v1Line, v2Line } from './clean-lines.ts';
import { Splitter } from './splitter.ts';

/** Longest time in which the server takes a batch and answers it, on however busy a machine. */
const patienceMs = 600_000;

const internal = [Buffer.from('"code":"internal"'), Buffer.from('"code": "internal"')];

/** Sends one batch on a connection of its own and resolves when the server is done with it; rejects at an answer that may not be. */
export function attack(port: number, { tongue, pieces, isReset }: Batch, isChecked: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    const tooLong = setTimeout(() => reject(new Error(`a connection was not ended within ${patienceMs} ms: ${tongue}`)), patienceMs);
    const fail = (error: unknown) => {
      reject(error);
      socket.destroy();
    };
    const splitter = new Splitter((line) => checkAnswer(tongue, line));
    let isJson: boolean | null = null;
    socket.on('data', (chunk) => {
      isJson ??= chunk[0] === 0x7b || tongue === 'plain';
      if (internal.some((word) => chunk.includes(word))) fail(new Error(`told “internal”: ${chunk.toString('latin1')}`));
      if (!isChecked || !isJson) return;
      try {
        splitter.push(chunk);
      } catch (error) {
        fail(error);
      }
    });
    // A connection that the server ended may be reset while it is still written to.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.end());
    socket.on('close', () => {
      clearTimeout(tooLong);
      resolve();
    });
    socket.on('connect', () => {
      const last = pieces.length - 1;
      const write = (index: number) => {
        const piece = pieces[index];
        if (piece === undefined || !socket.writable) return;
        socket.write(piece, () => {
          if (index < last) setImmediate(write, index + 1);
          else if (isReset && !socket.readableEnded && !socket.writableEnded) socket.resetAndDestroy();
          else socket.end();
        });
      };
      write(0);
    });
  });
}

/** How each line of v2 begins; one of v1 has a space after the colon, and what is relayed the sender's own key first. */
const beginningOfV2 = '{"type":"';

/** A connection may change from v1 to v2 by a line of its own. */
function checkAnswer(tongue: Batch['tongue'], line: Buffer): void {
  if (tongue === 'plain') plainLine(line);
  else if (tongue === 'stranger') return;
  else if (line.toString('latin1', 0, beginningOfV2.length) !== beginningOfV2) v1Line(line, true);
  else v2Line(line);
}
