import { connect as connectSocket, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A client that never reads: what is sent to it fills the kernel's buffers, then the server's. */
export class Mute {
  readonly socket: Socket;
  readonly gone: Promise<void>;
  #isGone = false;

  constructor(socket: Socket) {
    this.socket = socket;
    this.gone = new Promise((resolve) => {
      socket
        .on('error', () => undefined)
        .once('close', () => {
          this.#isGone = true;
          resolve();
        });
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Bytes that it wanted to say and nobody took. */
  get unsaid(): number {
    return this.socket.writableLength;
  }

  send(object: Readonly<Record<string, unknown>>): void {
    this.socket.write(`${JSON.stringify(object)}\n`);
  }
}

/** A guest that says its name, joins the channels, and reads nothing any more. */
export async function mute(
  t: TestContext,
  { port }: { readonly port: number },
  how: { readonly name: string; readonly channels?: readonly string[]; readonly isV2?: boolean },
): Promise<Mute> {
  const socket = connectSocket({ host: '127.0.0.1', port, noDelay: true });
  t.after(() => socket.destroy());
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const client = new Mute(socket);
  if (how.isV2 === true) client.send({ type: 'hello', version: 2 });
  client.send({ type: 'message', from: how.name, content: '' });
  for (const channel of how.channels ?? []) client.send({ type: 'join', channel });
  // The answer to this one is the last thing that it looks at.
  client.send({ type: 'users' });
  await new Promise<void>((resolve) => socket.once('readable', () => resolve()));
  return client;
}
