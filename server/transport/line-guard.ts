import { isUtf8 } from 'node:buffer';
import type { ErrorCode } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import type { JsonLines } from './json-lines.ts';

/** One line from a client: the object it holds and its source text (`isUtf8` false: it was none, and is read as windows-1252), or why it is none. */
export type GuardedLine =
  | { readonly object: Readonly<Record<string, unknown>>; readonly text: () => string; readonly isUtf8: boolean }
  | { readonly error: Extract<ErrorCode, 'bad_json' | 'line_too_long'> };

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Bytes 0x80 to 0x9F in windows-1252; Node 20’s own decoder takes them for latin1. Five of them mean nothing. */
const windowsSigns = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * The byte guard in front of the parser (protocol.md §1): splits on LF before anything is decoded, bounds lines, drops CR, BOM and
 * blank lines, refuses what is not an object or nests too deep before JSON sees it.
 *
 * It keeps at most one unfinished line, in a buffer that doubles up to the limit: a byte at a time costs no more memory than a line at once.
 */
export class LineGuard {
  readonly #parser: JsonLines;
  /** Read but not yet taken, never empty buffers: the next, and those after it. A list that ever held one would keep room for seventeen. */
  #next: Buffer | null = null;
  readonly #later: Buffer[] = [];
  /** The line that has no end yet. */
  #rest: Buffer | null = null;
  #restLength = 0;
  #isOverlong = false;
  /** What the `take` under way has found, and its bounds. */
  #taken: GuardedLine[] = [];
  #bounds = { most: 0, limit: 0 };

  constructor(parser: JsonLines) {
    this.#parser = parser;
  }

  /** A line was begun and has no end yet. */
  get hasPartial(): boolean {
    return this.#restLength > 0;
  }

  /** Bytes are there that were not looked at yet. */
  get hasUnread(): boolean {
    return this.#next !== null;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0 || this.#isOverlong) return;
    if (this.#next === null) this.#next = chunk;
    else this.#later.push(chunk);
  }

  /**
   * Takes up to `most` whole lines, in order; fewer, or none, when no more have come. Lines longer than `limit` bytes (newline
   * included) end the input: one `line_too_long`, and nothing after it.
   */
  take(most: number, limit: number): GuardedLine[] {
    this.#taken = [];
    this.#bounds = { most, limit };
    while (this.#taken.length < most) {
      const chunk = this.#next;
      if (chunk === null) break;
      const end = this.#takeFrom(chunk);
      if (this.#isOverlong) {
        this.#taken.push({ error: 'line_too_long' });
        this.#next = null;
        this.#later.length = 0;
        this.#rest = null;
        this.#restLength = 0;
        break;
      }
      this.#next = end >= chunk.length ? (this.#later.shift() ?? null) : chunk.subarray(end);
    }
    const taken = this.#taken;
    this.#taken = [];
    return taken;
  }

  /** Takes lines from one chunk; returns how far it got. What has no end yet becomes the rest. */
  #takeFrom(chunk: Buffer): number {
    const { most, limit } = this.#bounds;
    let start = 0;
    if (this.#restLength > 0) {
      const end = chunk.indexOf(LF);
      const upTo = end < 0 ? chunk.length : end + 1;
      if (this.#restLength + upTo > limit) {
        this.#isOverlong = true;
        return chunk.length;
      }
      this.#keep(chunk.subarray(0, upTo));
      if (end < 0) return chunk.length;
      const line = (this.#rest as Buffer).subarray(0, this.#restLength);
      this.#rest = null;
      this.#restLength = 0;
      this.#read(line, [line.length]);
      start = upTo;
    }
    const ends: number[] = [];
    let at = start;
    while (ends.length < most - this.#taken.length) {
      const end = chunk.indexOf(LF, at);
      if (end < 0) break;
      if (end + 1 - at > limit) {
        this.#isOverlong = true;
        break;
      }
      ends.push(end + 1 - start);
      at = end + 1;
    }
    if (ends.length > 0) this.#read(chunk.subarray(start, at), ends);
    if (this.#isOverlong || at >= chunk.length || this.#taken.length >= most) return at;
    if (chunk.indexOf(LF, at) >= 0) return at;
    if (chunk.length - at > limit) this.#isOverlong = true;
    else this.#keep(chunk.subarray(at));
    return chunk.length;
  }

  /** Copies, so that a few waiting bytes do not hold the whole chunk that they came in. */
  #keep(bytes: Buffer): void {
    const length = this.#restLength + bytes.length;
    if (this.#rest === null || this.#rest.length < length) {
      const grown = Buffer.allocUnsafeSlow(
        Math.min(Math.max(length, 256, (this.#rest?.length ?? 0) * 2), Math.max(this.#bounds.limit, length)),
      );
      this.#rest?.copy(grown, 0, 0, this.#restLength);
      this.#rest = grown;
    }
    bytes.copy(this.#rest, this.#restLength);
    this.#restLength = length;
  }

  /** Reads a run of whole lines that end at `ends`: good neighbours are parsed together. */
  #read(run: Buffer, ends: readonly number[]): void {
    const isValid = isUtf8(run);
    let group = 0;
    let grouped: number[] = [];
    const flush = (upTo: number) => {
      if (grouped.length > 0) this.#parse(run.subarray(group, upTo), grouped, true);
      grouped = [];
    };
    let from = 0;
    for (const end of ends) {
      const start = skipBlanks(run, from, end);
      const line = run.subarray(start, end);
      const isLineValid = isValid || isUtf8(line);
      const isPlain = start === from && isLineValid && start < end && run[start] === OPEN_BRACE && !nestsTooDeep(run, start, end);
      if (isPlain) {
        if (grouped.length === 0) group = from;
        grouped.push(end - group);
      } else {
        flush(from);
        this.#readOdd(line, isLineValid);
      }
      from = end;
    }
    flush(from);
  }

  /** A line that is not simply one valid object from its first byte on. */
  #readOdd(line: Buffer, isValid: boolean): void {
    if (line.length === 0) return;
    const bytes = isValid ? line : Buffer.from(fromWindows1252(line));
    if (bytes[0] !== OPEN_BRACE || nestsTooDeep(bytes, 0, bytes.length)) this.#taken.push({ error: 'bad_json' });
    else this.#parse(bytes, [bytes.length], isValid);
  }

  #parse(run: Buffer, ends: readonly number[], isUtf8: boolean): void {
    const parsed = this.#parser.parse(run, ends.length);
    for (const [index, object] of parsed.entries()) {
      if (object === null || hasTooManyKeys(object)) {
        this.#taken.push({ error: 'bad_json' });
        continue;
      }
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      this.#taken.push({ object, text: () => run.toString('utf8', start, ends[index]), isUtf8 });
    }
  }
}

/** A line that is not UTF-8, as old clients on Windows mean it. */
export function fromWindows1252(line: Buffer): string {
  return line.toString('latin1').replace(/[\u0080-\u009f]/g, (sign) => windowsSigns[sign.charCodeAt(0) - 0x80] ?? sign);
}

/** The first byte of a line that counts: after blanks and one BOM. For a blank line that is its end. */
function skipBlanks(run: Buffer, from: number, end: number): number {
  let at = from;
  if (run[at] === 0xef && run[at + 1] === 0xbb && run[at + 2] === 0xbf) at += 3;
  while (at < end && (run[at] === SPACE || run[at] === TAB || run[at] === CR || run[at] === LF)) at += 1;
  return at;
}

/** Counts brackets outside strings. A quick pass without looking at strings clears nearly every line. */
function nestsTooDeep(run: Buffer, start: number, end: number): boolean {
  let openers = 0;
  for (let at = start; at < end; at += 1) {
    const byte = run[at];
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) openers += 1;
  }
  if (openers <= wire.depth) return false;
  let depth = 0;
  let isInString = false;
  for (let at = start; at < end; at += 1) {
    const byte = run[at];
    if (isInString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) isInString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > wire.depth) return true;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return false;
}

function hasTooManyKeys(value: object): boolean {
  let keys = 0;
  const isList = Array.isArray(value);
  for (const key in value) {
    if (!isList) {
      keys += 1;
      if (keys > wire.keys) return true;
    }
    const inner = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof inner === 'object' && inner !== null && hasTooManyKeys(inner)) return true;
  }
  return false;
}
