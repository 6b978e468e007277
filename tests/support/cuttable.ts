import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A way to a server that can be cut, or made deaf, while the server goes on. */
export interface Cuttable {
  readonly port: number;
  /** Connections that came so far. */
  readonly count: number;
  /** Resets every connection, both ways. */
  cut(): void;
  /** What the server says from now on does not arrive, until the next `cut`. */
  deafen(): void;
}

export async function cuttable(t: TestContext, server: { readonly port: number }): Promise<Cuttable> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let count = 0;
  let isDeaf = false;
  const proxy = createServer((near) => {
    const far = connect(server.port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    count += 1;
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const socket of pair) socket.on('error', end).on('close', end);
    near.on('data', (chunk) => far.write(chunk));
    far.on('data', (chunk) => isDeaf || near.write(chunk));
  });
  const cut = () => {
    isDeaf = false;
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  t.after(async () => {
    cut();
    proxy.close();
    await once(proxy, 'close');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    get count() {
      return count;
    },
    cut,
    deafen: () => {
      isDeaf = true;
    },
  };
}
