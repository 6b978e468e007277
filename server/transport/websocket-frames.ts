import type { Tick } from './outbox.ts';

const LF = 0x0a;
/** FIN, and the opcode of text. */
const wholeText = 0x81;
const shortest = 126;
const longer = 65_536;

/**
 * Lines as text frames, one each and without their newlines, as a server sends them (RFC 6455 §5.2): unmasked, so that the
 * same bytes serve every connection.
 */
export function framesOf(lines: Buffer): Buffer {
  const ends = endsOf(lines);
  let size = 0;
  let start = 0;
  for (const end of ends) {
    size += headBytes(end - start) + end - start;
    start = end + 1;
  }
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  start = 0;
  for (const end of ends) {
    at = writeHead(frames, at, end - start);
    at += lines.copy(frames, at, start, end);
    start = end + 1;
  }
  return frames;
}

/**
 * What many connections are sent in one tick is framed once. The fan-out hands the same buffer to all of them; that is how it
 * is known again. Nothing is kept past the tick.
 */
export class SharedFrames {
  readonly #made = new Map<Buffer, Buffer>();

  constructor(tick: Tick) {
    tick.beforeFlush(() => this.#made.clear());
  }

  of(lines: Buffer): Buffer {
    const known = this.#made.get(lines);
    if (known !== undefined) return known;
    const frames = framesOf(lines);
    this.#made.set(lines, frames);
    return frames;
  }
}

/** Where the lines end: at their newlines, the last one perhaps without. */
function endsOf(lines: Buffer): number[] {
  const ends: number[] = [];
  let start = 0;
  while (start < lines.length) {
    const end = lines.indexOf(LF, start);
    ends.push(end < 0 ? lines.length : end);
    start = end < 0 ? lines.length : end + 1;
  }
  return ends;
}

function headBytes(length: number): number {
  return length < shortest ? 2 : length < longer ? 4 : 10;
}

function writeHead(frames: Buffer, at: number, length: number): number {
  frames[at] = wholeText;
  if (length < shortest) {
    frames[at + 1] = length;
    return at + 2;
  }
  if (length < longer) {
    frames[at + 1] = shortest;
    return frames.writeUInt16BE(length, at + 2);
  }
  frames[at + 1] = shortest + 1;
  return frames.writeUInt32BE(length % 2 ** 32, frames.writeUInt32BE(Math.floor(length / 2 ** 32), at + 2));
}
