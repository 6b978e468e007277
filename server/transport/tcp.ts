import { createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { plainAddress } from './address.ts';
import type { AddressEntry } from './address-book.ts';
import type { CloseReason, Connection, ConnectionOwner } from './connection.ts';
import { connectionIds } from './connection-id.ts';
import { Outbox, type Tick } from './outbox.ts';
import type { Tls } from './tls.ts';

export interface TcpOptions {
  readonly tick: Tick;
  readonly keepAliveMs: number;
  /** How a connection goes on encrypted; null: there is no certificate. */
  readonly tls: Tls | null;
  /** The entry under which a connection from this address is counted; null refuses it, and it is closed at once. */
  readonly admit: (address: string) => AddressEntry | null;
  /** Gives a connection its owner. */
  readonly accept: (connection: Connection, entry: AddressEntry) => ConnectionOwner;
  readonly onBytes: (transport: Connection['transport'], read: number, written: number) => void;
}

/** Input is thrown away for so long after our last word, so that the word arrives (a reset would destroy it). */
const goodbyeMs = 2000;
/** RFC 9266, `tls-exporter`. */
const bindingLabel = 'EXPORTER-Channel-Binding';
const bindingBytes = 32;

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

const ids = connectionIds();

/** Whose a socket is. */
const heardBy = Symbol('heard by');
type HeardSocket = Socket & { [heardBy]: TcpConnection };

class TcpConnection implements Connection {
  /** What is heard of a socket. The same for all of them: listeners of its own would be a twentieth of what an idle connection takes. */
  static readonly #ears = {
    data(this: HeardSocket, chunk: Buffer) {
      this[heardBy].#read(chunk);
    },
    end(this: HeardSocket) {
      this[heardBy].#ended();
    },
    drain(this: HeardSocket) {
      this[heardBy].#drained();
    },
    error(this: HeardSocket) {
      this[heardBy].#failed();
    },
    close(this: HeardSocket) {
      this[heardBy].#closed();
    },
  };

  readonly id = ids();
  readonly address: string;
  readonly port: number;
  #socket: Socket | TLSSocket;
  readonly #owner: ConnectionOwner;
  readonly #outbox: Outbox;
  readonly #options: TcpOptions;
  #reason: CloseReason | null = null;
  #isPaused = false;
  #isSecured = false;

  constructor(socket: Socket, { address, entry }: { address: string; entry: AddressEntry }, options: TcpOptions) {
    this.#socket = socket;
    this.address = address;
    this.port = socket.remotePort ?? 0;
    this.#options = options;
    this.#outbox = new Outbox(options.tick, (bytes) => this.#write(bytes));
    this.#owner = options.accept(this, entry);
    this.#listen(socket);
  }

  get transport(): 'tcp' | 'tls' {
    return this.#isSecured ? 'tls' : 'tcp';
  }

  get binding(): Buffer | null {
    if (!this.#isSecured || !(this.#socket instanceof TLSSocket) || this.#socket.destroyed) return null;
    return this.#socket.exportKeyingMaterial(bindingBytes, bindingLabel, Buffer.alloc(0));
  }

  get queuedBytes(): number {
    return this.#outbox.bytes + this.#socket.writableLength;
  }

  encrypt(first: Buffer): boolean {
    const { tls } = this.#options;
    const plain = this.#socket;
    if (tls === null || plain instanceof TLSSocket || this.#reason !== null) return false;
    this.#unlisten(plain);
    plain.on('error', () => undefined);
    plain.pause();
    plain.unshift(first);
    const secured = tls.wrap(plain, this.address);
    secured.once('secure', () => {
      this.#isSecured = true;
    });
    this.#socket = secured;
    this.#listen(secured);
    if (this.#isPaused) secured.pause();
    return true;
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

  #listen(socket: Socket): void {
    (socket as HeardSocket)[heardBy] = this;
    for (const [event, run] of Object.entries(TcpConnection.#ears)) socket.on(event, run);
  }

  #unlisten(socket: Socket): void {
    for (const [event, run] of Object.entries(TcpConnection.#ears)) socket.off(event, run);
  }

  #read(chunk: Buffer): void {
    this.#options.onBytes(this.transport, chunk.length, 0);
    if (this.#reason === null) this.#owner.onData(chunk);
  }

  #write(bytes: Buffer): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#options.onBytes(this.transport, 0, bytes.length);
    this.#socket.write(bytes);
    if (this.#reason !== null) return;
    if (this.#socket.writableLength > 0) this.#owner.onQueued(this.#socket.writableLength);
    // What the kernel takes at once is not followed by the socket's own `drain`.
    if (!this.#socket.writableNeedDrain) this.#drained();
  }

  #drained(): void {
    if (this.#reason === null) this.#owner.onDrain();
  }

  #ended(): void {
    if (this.#reason === null) this.#owner.onEnd();
  }

  #failed(): void {
    this.#reason ??= this.#socket instanceof TLSSocket && !this.#isSecured ? 'handshake' : 'reset';
  }

  #closed(): void {
    this.#outbox.clear();
    this.#owner.onClose(this.#reason ?? 'client');
  }
}
