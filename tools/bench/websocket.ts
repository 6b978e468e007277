import { randomBytes } from 'node:crypto';

/** A WebSocket as the load generator needs it: small enough to cost less than the server that it measures (RFC 6455). */

const newline = 0x0a;
const wholeText = 0x81;
const shortest = 126;

/** The request that opens one, speaking v2. */
export function handshake(port: number): string {
  const key = randomBytes(16).toString('base64');
  return `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: classcord.v2\r\n\r\n`;
}

/** Lines as a client's text frames. They must be masked; a mask of zeros leaves them as they are. */
export function maskedFrames(lines: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let start = 0, end = lines.indexOf(newline); end >= 0; start = end + 1, end = lines.indexOf(newline, start)) {
    const length = end - start;
    const head =
      length < shortest ? Buffer.from([wholeText, 0x80 | length]) : Buffer.from([wholeText, 0x80 | shortest, length >> 8, length & 255]);
    parts.push(head, Buffer.alloc(4), lines.subarray(start, end));
  }
  return Buffer.concat(parts);
}

/** Cuts what a server sends, after its answer to the handshake, into lines. */
export class FrameReader {
  #rest = Buffer.alloc(0);
  #isOpen = false;

  /** The whole frames of all that has come, as lines. Throws when the handshake was refused. */
  lines(chunk: Buffer): Buffer {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    if (!this.#isOpen) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        return bytes.subarray(0, 0);
      }
      if (!bytes.toString('latin1', 0, 12).endsWith(' 101')) throw new Error(bytes.toString('utf8', 0, 200));
      this.#isOpen = true;
      at = end + 4;
    }
    const lines = Buffer.allocUnsafe(bytes.length);
    let length = 0;
    while (at + 4 <= bytes.length) {
      const short = (bytes[at + 1] as number) & 127;
      const head = short < shortest ? 2 : short === shortest ? 4 : 10;
      if (at + head > bytes.length) break;
      const size = short < shortest ? short : short === shortest ? bytes.readUInt16BE(at + 2) : bytes.readUInt32BE(at + 6);
      if (at + head + size > bytes.length) break;
      if (bytes[at] === wholeText) {
        length += bytes.copy(lines, length, at + head, at + head + size);
        lines[length] = newline;
        length += 1;
      }
      at += head + size;
    }
    this.#rest = Buffer.from(bytes.subarray(at));
    return lines.subarray(0, length);
  }
}
