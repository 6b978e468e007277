import { isUtf8 } from 'node:buffer';
import { fromWindows1252, type GuardedLine } from './line-guard.ts';
import type { LineSource } from './line-queue.ts';

const LF = 0x0a;
const CR = 0x0d;
const BACKSPACE = 0x08;
const DELETE = 0x7f;

/** Telnet (RFC 854): what follows IAC is for the terminal, not for us. */
const IAC = 0xff;
const SB = 0xfa;
const SE = 0xf0;
/** WILL, WONT, DO and DONT take an option with them. */
const WILL = 0xfb;

/** Where the bytes are: in text, after an IAC, before an option, in a subnegotiation, after an IAC in one. */
type Place = 'text' | 'iac' | 'option' | 'sub' | 'sub-iac';

/** Controls that a keyboard sends and nobody means: all but tab, and CR, which tells how the client ends its lines. */
const controls = /[\u0000-\u0008\u000a-\u000c\u000e-\u001f\u007f]/g;

/**
 * The lines of a person on netcat or telnet. Negotiation is swallowed, a backspace takes a character back, CR NUL and LF end a line,
 * and what is not UTF-8 is read as windows-1252. A line in the making has no clock running: people think while they type.
 */
export class PlainLines implements LineSource {
  readonly hasPartial = false;
  #place: Place = 'text';
  #chunks: Buffer[] = [];
  #line: number[] = [];
  #isOverlong = false;

  get hasMore(): boolean {
    return this.#chunks.length > 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0 && !this.#isOverlong) this.#chunks.push(chunk);
  }

  /** One line at a time: what the next one means may depend on it. */
  take(_most: number, limit: number): GuardedLine | undefined {
    for (let chunk = this.#chunks[0]; chunk !== undefined; chunk = this.#chunks[0]) {
      for (const [at, byte] of chunk.entries()) {
        const isEnd = this.#feed(byte);
        if (this.#line.length >= limit) return this.#overlong();
        if (!isEnd) continue;
        this.#rest(chunk, at + 1);
        return this.#whole();
      }
      this.#chunks.shift();
    }
    return undefined;
  }

  /** Takes one byte; true: it ended a line. */
  #feed(byte: number): boolean {
    const place = this.#place;
    if (place === 'text') return byte === IAC ? this.#go('iac') : this.#type(byte);
    if (place === 'iac') {
      if (byte === IAC) this.#line.push(byte);
      return this.#go(byte === SB ? 'sub' : byte >= WILL && byte < IAC ? 'option' : 'text');
    }
    if (place === 'option') return this.#go('text');
    if (place === 'sub') return this.#go(byte === IAC ? 'sub-iac' : 'sub');
    return this.#go(byte === SE ? 'text' : 'sub');
  }

  #go(place: Place): false {
    this.#place = place;
    return false;
  }

  #type(byte: number): boolean {
    if (byte === LF || (byte === 0 && this.#line.at(-1) === CR)) return true;
    if (byte === BACKSPACE || byte === DELETE) {
      // The bytes of one character of UTF-8 go together.
      while (((this.#line.at(-1) ?? 0) & 0xc0) === 0x80) this.#line.pop();
      this.#line.pop();
    } else this.#line.push(byte);
    return false;
  }

  #rest(chunk: Buffer, from: number): void {
    if (from < chunk.length) this.#chunks[0] = chunk.subarray(from);
    else this.#chunks.shift();
  }

  #whole(): GuardedLine {
    const bytes = Buffer.from(this.#line);
    this.#line = [];
    const isValid = isUtf8(bytes);
    const text = (isValid ? bytes.toString() : fromWindows1252(bytes)).replace(controls, '');
    return { object: {}, text: () => text, isUtf8: isValid };
  }

  #overlong(): GuardedLine {
    this.#isOverlong = true;
    this.#chunks = [];
    this.#line = [];
    return { error: 'line_too_long' };
  }
}
