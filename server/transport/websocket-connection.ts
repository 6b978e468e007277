import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Clock } from '../base/clock.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import type { CloseReason, Connection, ConnectionOwner } from './connection.ts';
import { Outbox, type Tick } from './outbox.ts';
import type { SharedFrames } from './websocket-frames.ts';

/** Where a connection comes from. */
export interface Peer {
  readonly id: string;
  readonly address: string;
  readonly port: number;
}

export interface LinkOptions {
  readonly tick: Tick;
  readonly clock: Clock;
  readonly frames: SharedFrames;
  readonly onBytes: (read: number, written: number) => void;
}

/** With which code the closing frame tells why (RFC 6455 §7.4; 4000 and up are ours, the status of HTTP at the end). */
export const closeCodes: Readonly<Record<CloseReason, number>> = {
  client: 1000,
  reset: 1006,
  bad_lines: 1008,
  line_too_long: 1009,
  slow_line: 4408,
  first_line: 4408,
  idle: 4408,
  vanished: 1006,
  slow_consumer: 1008,
  flood: 4429,
  evicted: 1013,
  replaced: 4409,
  ended: 4401,
  sanction: 4403,
  door: 1008,
  handshake: 1008,
  drain: 1001,
  error: 1011,
};

/** How long the peer has for its own closing frame. */
export const goodbyeMs = 2000;

/** Pings, pongs and empty frames that a peer may send: they cost work and say nothing. */
const idleFrames = { burst: 60, perSecond: 5 };

/** Inside a frame a newline is a blank between tokens, as JSON has it; inside a string it is wrong, and so is a tab. */
const LF = 0x0a;
const TAB = 0x09;

const newline = Buffer.from('\n');

/**
 * A WebSocket as a connection: one line is one frame, either way. Reading and closing are the library’s; writing goes past it,
 * straight to the socket, so that what all hear is framed once and leaves in one write per tick.
 */
export class WebSocketConnection implements Connection {
  readonly id: string;
  readonly transport = 'ws';
  readonly binding = null;
  readonly address: string;
  readonly port: number;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #options: LinkOptions;
  readonly #outbox: Outbox;
  readonly #idleFrames: TokenBucket;
  #owner: ConnectionOwner | null = null;
  #reason: CloseReason | null = null;
  #isPaused = false;
  #isGone = false;

  constructor({ ws, socket, peer }: { ws: WebSocket; socket: Socket; peer: Peer }, options: LinkOptions) {
    this.id = peer.id;
    this.address = peer.address;
    this.port = peer.port;
    this.#ws = ws;
    this.#socket = socket;
    this.#options = options;
    this.#idleFrames = new TokenBucket(idleFrames, options.clock.monotonic());
    this.#outbox = new Outbox(options.tick, (frames) => this.#write(frames));
  }

  /** Gives it its owner; from now on it is read. */
  begin(owner: ConnectionOwner): void {
    this.#owner = owner;
    const ws = this.#ws;
    ws.on('message', (frame) => this.#read(frame as Buffer));
    ws.on('ping', (data) => {
      if (this.#isBorne() && this.#socket.writableLength === 0) ws.pong(data);
    });
    ws.on('pong', () => {
      if (this.#isBorne()) this.#owner?.onAlive();
    });
    ws.on('error', (error) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.#reason ??= 'line_too_long';
      else if (code?.startsWith('WS_ERR_')) this.#reason ??= 'bad_lines';
      else this.#reason ??= 'reset';
    });
    this.#socket.on('drain', () => this.#drained());
    ws.on('close', (code) => this.#ended(code));
  }

  get queuedBytes(): number {
    return this.#isGone ? 0 : this.#outbox.bytes + this.#socket.writableLength;
  }

  send(bytes: Buffer): void {
    if (this.#reason === null && !this.#isGone) this.#outbox.add(this.#options.frames.of(bytes));
  }

  /** A link is encrypted from its first byte on, or never. */
  encrypt(): boolean {
    return false;
  }

  pause(): void {
    if (this.#isPaused || this.#reason !== null) return;
    this.#isPaused = true;
    this.#ws.pause();
  }

  resume(): void {
    if (!this.#isPaused || this.#reason !== null) return;
    this.#isPaused = false;
    this.#ws.resume();
  }

  /** Asks the peer for a sign of life. */
  ping(): void {
    if (this.#reason === null && !this.#isGone) this.#ws.ping();
  }

  close(reason: CloseReason, last?: Buffer): void {
    if (this.#reason !== null) return;
    if (last !== undefined) this.send(last);
    this.#outbox.flush();
    this.#reason = reason;
    if (this.#isGone) {
      queueMicrotask(() => this.#owner?.onClose(reason));
      return;
    }
    this.#ws.resume();
    this.#ws.close(closeCodes[reason]);
  }

  destroy(reason: CloseReason): void {
    const isWaiting = this.#isGone && this.#reason === null;
    this.#reason ??= reason;
    this.#outbox.clear();
    if (isWaiting) queueMicrotask(() => this.#owner?.onClose(reason));
    else this.#ws.terminate();
  }

  #read(frame: Buffer): void {
    this.#options.onBytes(frame.length, 0);
    if (this.#reason !== null) return;
    if (frame.length === 0) {
      this.#isBorne();
      return;
    }
    for (let at = frame.indexOf(LF); at >= 0; at = frame.indexOf(LF, at)) frame[at] = TAB;
    this.#owner?.onData(Buffer.concat([frame, newline]));
  }

  /** Whether another frame that says nothing is still borne; otherwise this was the last. */
  #isBorne(): boolean {
    if (this.#reason !== null) return false;
    if (this.#idleFrames.take(1, this.#options.clock.monotonic()) === 0) return true;
    this.close('flood');
    return false;
  }

  #write(frames: Buffer): void {
    if (this.#socket.destroyed || !this.#socket.writable) return;
    this.#options.onBytes(0, frames.length);
    this.#socket.write(frames);
    if (this.#reason !== null) return;
    if (this.#socket.writableLength > 0) this.#owner?.onQueued(this.#socket.writableLength);
    if (!this.#socket.writableNeedDrain) this.#drained();
  }

  #drained(): void {
    if (this.#reason === null) this.#owner?.onDrain();
  }

  /** After an orderly end all that was said is still dealt with, as after the FIN of a TCP client; after a reset it is lost. */
  #ended(code: number): void {
    this.#outbox.clear();
    this.#isGone = true;
    if (this.#reason === null && code !== 1006) this.#owner?.onEnd();
    else this.#owner?.onClose(this.#reason ?? 'reset');
  }
}
