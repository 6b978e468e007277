/**
 * The measured messages. Their content is 100 bytes: `@B`, the time of sending (8 hex digits, µs of the load generator's
 * clock), the sender's number (4), the message's number (8), padding, `~`. Finding them by their bytes instead of
 * `JSON.parse` keeps the load generator cheaper than the server that it measures.
 */
export const contentBytes = 100;

/** The line that was just scanned; the scanner reuses the object for the next. */
export interface Frame {
  /** False for every other line; then the three numbers mean nothing. */
  isMeasured: boolean;
  sentAt: number;
  sender: number;
  sequence: number;
  /** The line is `bytes` from `start` up to `end`, without its newline. */
  bytes: Buffer;
  start: number;
  end: number;
}

/** `count` lines in one buffer; `sequence` is the first one's number. */
export function measuredLines(sample: SampleLine, stamp: { sentAt: number; sequence: number; count: number }): Buffer {
  const { line, contentAt } = sample;
  const lines = Buffer.allocUnsafe(line.length * stamp.count);
  for (let i = 0; i < stamp.count; i += 1) {
    const start = i * line.length;
    line.copy(lines, start);
    writeHex(lines.subarray(start + contentAt + 2), stamp.sentAt, 8);
    writeHex(lines.subarray(start + contentAt + 14), stamp.sequence + i, 8);
  }
  return lines;
}

/** A sender's line with everything but time and number filled in. */
export interface SampleLine {
  readonly line: Buffer;
  readonly contentAt: number;
}

/** The line of sender number `sender`, whose keys before `content` are `head`. */
export function sampleLine(sender: number, head: Record<string, string>): SampleLine {
  const line = Buffer.from(`${JSON.stringify({ ...head, content: emptyContent })}\n`);
  const contentAt = line.indexOf('@B');
  writeHex(line.subarray(contentAt + 10), sender, 4);
  return { line, contentAt };
}

/** True for a content whose padding and ends are those that were sent. */
export function isWhole(content: unknown): boolean {
  return typeof content === 'string' && content.startsWith('@B') && content.slice(22) === emptyContent.slice(22);
}

/** Cuts what one connection receives into lines, wherever the chunks end, and reads the stamps of measured messages. */
export class FrameScanner {
  readonly #visit: (frame: Frame) => void;
  readonly #frame: Frame = { isMeasured: false, sentAt: 0, sender: 0, sequence: 0, bytes: nothing, start: 0, end: 0 };
  #rest = nothing;
  /** Where the last measured line's content began, and its length: the next one's are nearly always the same. */
  #mark = 0;
  #length = 0;

  constructor(visit: (frame: Frame) => void) {
    this.#visit = visit;
  }

  push(chunk: Buffer): void {
    let at = 0;
    if (this.#rest.length > 0) {
      at = chunk.indexOf(newline) + 1;
      const joined = Buffer.concat([this.#rest, at === 0 ? chunk : chunk.subarray(0, at)]);
      if (joined.length > longestLine) throw new Error(`The server sent a line of more than ${longestLine} bytes.`);
      this.#rest = at === 0 ? joined : nothing;
      if (at === 0) return;
      this.#line(joined, 0);
    }
    while (at < chunk.length) {
      const next = this.#line(chunk, at);
      if (next === 0) break;
      at = next;
    }
    // A copy: the chunk lies in a buffer that all connections read into.
    if (at < chunk.length) this.#rest = Buffer.from(chunk.subarray(at));
  }

  /** Visits the line at `start`; answers where the next one begins, or 0 when this one is not complete. */
  #line(bytes: Buffer, start: number): number {
    let content = start + this.#mark;
    if (!(this.#mark > 0 && bytes[content] === atSign && bytes[content + 1] === capitalB)) content = -1;
    let end = start + this.#length;
    if (content < 0 || bytes[end] !== newline) end = bytes.indexOf(newline, content < 0 ? start : content);
    if (end < 0) return 0;
    if (content < 0) {
      content = bytes.subarray(start, end).indexOf('@B') + start;
      this.#mark = Math.max(0, content - start);
    }
    const frame = this.#frame;
    frame.bytes = bytes;
    frame.start = start;
    frame.end = end;
    frame.isMeasured = content >= start && end - content >= contentBytes && bytes[content + contentBytes - 1] === tilde;
    if (frame.isMeasured) this.#stamp(bytes, content);
    this.#visit(frame);
    return end + 1;
  }

  #stamp(bytes: Buffer, content: number): void {
    this.#length = this.#frame.end - this.#frame.start;
    this.#frame.sentAt = readHex(bytes, content + 2, 8);
    this.#frame.sender = readHex(bytes, content + 10, 4);
    this.#frame.sequence = readHex(bytes, content + 14, 8);
  }
}

const newline = 0x0a;
const atSign = 0x40;
const capitalB = 0x42;
const tilde = 0x7e;
const longestLine = 1_048_576;
const nothing = Buffer.alloc(0);
const digits = Buffer.from('0123456789abcdef');
const values = Uint8Array.from({ length: 256 }, (_, byte) => Math.max(0, digits.indexOf(byte)));
const emptyContent = `@B${'0'.repeat(20)}${'x'.repeat(contentBytes - 23)}~`;

function writeHex(bytes: Buffer, value: number, length: number): void {
  for (let i = length - 1, rest = value; i >= 0; i -= 1, rest >>>= 4) bytes[i] = digits[rest & 15] as number;
}

function readHex(bytes: Buffer, from: number, length: number): number {
  let value = 0;
  for (let i = from; i < from + length; i += 1) value = (value << 4) | (values[bytes[i] as number] as number);
  return value >>> 0;
}
