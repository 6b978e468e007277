import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';

/** A v2 client that asks and waits for answers. */
export interface Asker {
  /** Sends a request; resolves with the last line of its answer, rejects with an error line. */
  ask(request: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Connects to a server on this machine, as the guest `name`. */
export async function openAsker(port: number, name: string): Promise<Asker> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const waiting = new Map<string, (line: string) => void>();
  createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
    const ref = /^\{"type":"\w+"(?:,"status":"\w+")?,"ref":"(\d+)"/.exec(line)?.[1];
    if (ref === undefined || line.endsWith('"more":true}')) return;
    waiting.get(ref)?.(line);
    waiting.delete(ref);
  });
  let last = 0;
  const ask = (request: Readonly<Record<string, unknown>>) => {
    last += 1;
    const ref = String(last);
    socket.write(`${JSON.stringify({ ...request, ref })}\n`);
    return new Promise<string>((resolve, reject) => {
      waiting.set(ref, (line) => (line.startsWith('{"type":"error"') ? reject(new Error(line)) : resolve(line)));
    });
  };
  await ask({ type: 'hello', version: 2 });
  await ask({ type: 'message', from: name, content: '' });
  return { ask };
}
