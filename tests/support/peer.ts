import { connect as connectSocket, type Socket } from 'node:net';

type Json = Readonly<Record<string, unknown>>;

/** One connection of a load, from a loopback address of its choice, as if from another machine. What comes is thrown away, or left unread. */
export class Peer {
  readonly #socket: Socket;
  readonly #opened: Promise<boolean>;
  readonly gone: Promise<void>;
  #isGone = false;

  constructor(port: number, localAddress: string, isReading = true) {
    const socket = connectSocket({ host: '127.0.0.1', port, localAddress, noDelay: true });
    this.#socket = socket;
    this.gone = new Promise((resolve) => {
      socket.once('close', () => {
        this.#isGone = true;
        resolve();
      });
    });
    this.#opened = Promise.race([
      new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true))),
      this.gone.then(() => false),
    ]);
    socket.on('error', () => undefined);
    if (isReading) socket.resume();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Whether the server took it. */
  opened(): Promise<boolean> {
    return this.#opened;
  }

  send(...objects: readonly Json[]): void {
    this.write(Buffer.from(objects.map((object) => `${JSON.stringify(object)}\n`).join('')));
  }

  write(bytes: Buffer): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Resolves when the bytes have left, or never: the server may have stopped reading. */
  written(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.writable) this.#socket.write(bytes, () => resolve());
    });
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    // Node 20 never ends if a socket is reset while its own FIN is on its way.
    if (this.#socket.writableEnded || this.#socket.readableEnded) this.#socket.destroy();
    else if (!this.#isGone) this.#socket.resetAndDestroy();
  }
}
