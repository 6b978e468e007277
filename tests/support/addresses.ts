import { connect as connectSocket } from 'node:net';
import type { TestContext } from 'node:test';
import { Client } from './client.ts';

/** Connects from one of the loopback addresses, as if from another machine. What the server thinks of it is not known yet. */
export async function connectFrom(t: TestContext, { port }: { readonly port: number }, localAddress: string): Promise<Client> {
  const socket = connectSocket({ host: '127.0.0.1', port, localAddress, noDelay: true, allowHalfOpen: true });
  t.after(() => socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return new Client(socket);
}

/** Whether the server took the connection in: it answers, or closes. */
export async function isIn(client: Client): Promise<boolean> {
  client.send({ type: 'users' });
  return client.line().then(
    () => true,
    (error: unknown) => {
      if (client.isEnded) return false;
      throw error;
    },
  );
}

/** Connects from that address; null when the server closes instead of answering. */
export async function comeFrom(t: TestContext, server: { readonly port: number }, localAddress: string): Promise<Client | null> {
  const client = await connectFrom(t, server, localAddress);
  return (await isIn(client)) ? client : null;
}
