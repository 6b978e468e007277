import net from 'node:net';
import type { Frame } from './frames.ts';
import { FrameScanner } from './frames.ts';
import { FrameReader, handshake, maskedFrames } from './websocket.ts';

/** Time of the load generator in whole µs; all stamps are of this one clock. */
export const micros = () => Math.round(performance.now() * 1000);

/** One simulated client: a connection, cut into lines. */
export class Peer {
  readonly index: number;
  readonly name: string;
  /** When the bytes that are being scanned came; asking the clock once a chunk is cheaper than once a line. */
  arrivedAt = 0;
  /** Called with every line; nothing by default. */
  onLine: (frame: Frame) => void = () => {};
  onClose: () => void = () => {};
  #socket: net.Socket | undefined;
  #onFailure: ((error: Error) => void) | undefined;
  /** Null: TCP. */
  readonly #reader: FrameReader | null;

  constructor(index: number, isWebSocket = false) {
    this.index = index;
    this.#reader = isWebSocket ? new FrameReader() : null;
    this.name = `u${index}`;
  }

  /** Connects, says `lines`, and waits for the line that `isAnswer` knows. */
  open(port: number, lines: string, isAnswer: (line: string) => boolean): Promise<void> {
    const scanner = new FrameScanner((frame) => this.onLine(frame));
    const callback = (length: number, bytes: Uint8Array) => {
      this.arrivedAt = micros();
      const chunk = (bytes as Buffer).subarray(0, length);
      scanner.push(this.#reader === null ? chunk : this.#reader.lines(chunk));
      return true;
    };
    const socket = net.connect({ host: '127.0.0.1', port, noDelay: true, onread: { buffer: readBuffer(), callback } });
    this.#socket = socket;
    socket.on('connect', () => {
      if (this.#reader !== null) socket.write(handshake(port));
      this.send(lines);
    });
    socket.on('error', (error) => this.#onFailure?.(error));
    socket.on('close', () => {
      this.#onFailure?.(new Error('closed by the server'));
      this.onClose();
    });
    return this.answer(isAnswer);
  }

  /** Says `line` and waits for its answer. */
  ask(line: string, isAnswer: (line: string) => boolean): Promise<void> {
    this.send(line);
    return this.answer(isAnswer);
  }

  /** Waits for the line that `isAnswer` knows; an error line or a lost connection rejects. */
  answer(isAnswer: (line: string) => boolean): Promise<void> {
    const before = this.onLine;
    return new Promise<void>((resolve, reject) => {
      this.#onFailure = (error) => reject(new Error(`${this.name}: ${error.message}`, { cause: error }));
      this.onLine = (frame) => {
        const line = lineText(frame);
        if (isAnswer(line)) resolve();
        else if (isError(line)) reject(new Error(`${this.name} was refused: ${line}`));
        else before(frame);
      };
    }).finally(() => {
      this.onLine = before;
      this.#onFailure = undefined;
    });
  }

  send(bytes: Buffer | string): void {
    this.#socket?.write(this.#reader === null ? bytes : maskedFrames(Buffer.from(bytes)));
  }

  /** Ends the connection by a reset, which leaves nothing behind in the kernel. */
  close(): void {
    this.onClose = () => {};
    this.#socket?.resetAndDestroy();
  }
}

/** The lines by which a v1 client becomes a guest: a hello to all if wanted, and a private message to itself whose arrival proves it. */
export function guestLines(name: string, isHeard: boolean): string {
  const hello = { type: 'message', subtype: 'global', from: name, content: 'hello' };
  const proof = { type: 'message', subtype: 'private', from: name, to: name, content: proofText };
  return [...(isHeard ? [hello] : []), proof].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export const isGuestProof = (line: string) => line.includes(proofText);

/** Opens all peers as guests, not more than 64 at a time. */
export async function openGuests(
  peers: readonly Peer[],
  port: number,
  { isHeard, isV2 = false }: { readonly isHeard: boolean; readonly isV2?: boolean },
): Promise<void> {
  const waiting = peers.values();
  const hello = isV2 ? '{"type":"hello","version":2}\n' : '';
  const open = async () => {
    for (const peer of waiting) await peer.open(port, hello + guestLines(peer.name, isHeard), isGuestProof);
  };
  await Promise.all(Array.from({ length: 64 }, open));
}

export const lineText = (frame: Frame) => frame.bytes.toString('utf8', frame.start, frame.end);

export const isError = (line: string) => /"type": ?"error"/.test(line);

const proofText = '=registered=';

/** On POSIX libuv reads at once into what it asked for, so that all connections may share it; Windows fills it later. */
const sharedBuffer = Buffer.allocUnsafeSlow(262_144);

const readBuffer = () => (process.platform === 'win32' ? Buffer.allocUnsafeSlow(16_384) : sharedBuffer);
