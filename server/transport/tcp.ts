import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { plainAddress } from './address.ts';
import type { AddressEntry } from './address-book.ts';
import type { CloseReason, Connection, ConnectionOwner } from './connection.ts';
import { Outbox, type Tick } from './outbox.ts';

export interface TcpOptions {
  readonly tick: Tick;
  readonly keepAliveMs: number;
  /** The entry under which a connection from this address is counted; null refuses it, and it is closed at once. */
  readonly admit: (address: string) => AddressEntry | null;
  /** Gives a connection its owner. */
  readonly accept: (connection: Connection, entry: AddressEntry) => ConnectionOwner;
  readonly onBytes: (read: number, written: number) => void;
}

/** Input is thrown away for so long after our last word, so that the word arrives (a reset would destroy it). */
const goodbyeMs = 2000;

/** Listens for chat connections on one address. Rejects when the address cannot be had. */
export async function listenTcp({ host, port }: { host: string; port: number }, options: TcpOptions): Promise<Server> {
  const server = createServer(
    { allowHalfOpen: true, noDelay: true, keepAlive: true, keepAliveInitialDelay: options.keepAliveMs, pauseOnConnect: false },
    (socket) => {
      const address = plainAddress(socket.remoteAddress);
      const entry = options.admit(address);
      if (entry === null) {
        socket.on('error', () => undefined);
        socket.destroy();
        return;
      }
      new TcpConnection(socket, { address, entry }, options);
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4096, ipv6Only: host.includes(':') }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

/** Ids of connections: unique over restarts too, since the store keeps guests by theirs. */
const ids = (() => {
  const start = randomBytes(5).toString('hex');
  let last = 0;
  return () => {
    last += 1;
    return `${start}-${last.toString(36)}`;
  };
})();

class TcpConnection implements Connection {
  readonly id = ids();
  readonly transport = 'tcp';
  readonly address: string;
  readonly port: number;
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #outbox: Outbox;
  readonly #onBytes: TcpOptions['onBytes'];
  #reason: CloseReason | null = null;
  #isPaused = false;

  constructor(socket: Socket, { address, entry }: { address: string; entry: AddressEntry }, options: TcpOptions) {
    this.#socket = socket;
    this.address = address;
    this.port = socket.remotePort ?? 0;
    this.#onBytes = options.onBytes;
    this.#outbox = new Outbox(options.tick, (bytes) => this.#write(bytes));
    this.#owner = options.accept(this, entry);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('end', () => {
      if (this.#reason === null) this.#owner.onEnd();
    });
    socket.on('drain', () => this.#drained());
    socket.on('error', () => {
      this.#reason ??= 'reset';
    });
    socket.on('close', () => {
      this.#outbox.clear();
      this.#owner.onClose(this.#reason ?? 'client');
    });
  }

  get queuedBytes(): number {
    return this.#outbox.bytes + this.#socket.writableLength;
  }

  send(bytes: Buffer): void {
    if (this.#reason === null) this.#outbox.add(bytes);
  }

  pause(): void {
    if (this.#isPaused || this.#reason !== null) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#reason !== null) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  close(reason: CloseReason, last?: Buffer): void {
    if (this.#reason !== null) return;
    if (last !== undefined) this.#outbox.add(last);
    this.#outbox.flush();
    this.#reason = reason;
    this.#socket.end();
    this.#socket.resume();
    const timer = setTimeout(() => this.#socket.destroy(), goodbyeMs);
    timer.unref();
    this.#socket.once('end', () => this.#socket.destroySoon());
    this.#socket.once('close', () => clearTimeout(timer));
    if (this.#socket.readableEnded) this.#socket.destroySoon();
  }

  destroy(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#outbox.clear();
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#onBytes(chunk.length, 0);
    if (this.#reason === null) this.#owner.onData(chunk);
  }

  #write(bytes: Buffer): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#onBytes(0, bytes.length);
    this.#socket.write(bytes);
    if (this.#reason !== null) return;
    if (this.#socket.writableLength > 0) this.#owner.onQueued(this.#socket.writableLength);
    // What the kernel takes at once is not followed by the socket's own `drain`.
    if (!this.#socket.writableNeedDrain) this.#drained();
  }

  #drained(): void {
    if (this.#reason === null) this.#owner.onDrain();
  }
}
