import type { Readable } from 'node:stream';

/** The longest line that is read from a program; of a longer one the rest is skipped, and `tooLong` stands for it. */
export const mostLineChars = 1_048_576;
export const tooLong = '\u0000';

/** The lines of a stream, read only as they are asked for: a program that says too much waits. */
export class LineReader {
  readonly #chunks: AsyncIterator<string>;
  readonly #lines: string[] = [];
  #rest = '';
  #isOver = false;
  #isSkipping = false;

  constructor(stream: Readable) {
    this.#chunks = stream.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  }

  /** Null: there are no more. A stream that fails has ended. */
  async next(): Promise<string | null> {
    while (this.#lines.length === 0 && !this.#isOver) await this.#read();
    return this.#lines.shift() ?? null;
  }

  /** All that is left, as one text. */
  async rest(): Promise<string> {
    const lines: string[] = [];
    for (let line = await this.next(); line !== null; line = await this.next()) lines.push(line);
    return lines.join('\n');
  }

  async #read(): Promise<void> {
    const chunk = await this.#chunks.next().catch(() => ({ done: true, value: '' }) as const);
    if (chunk.done === true) {
      this.#isOver = true;
      if (this.#rest !== '' && !this.#isSkipping) this.#lines.push(this.#rest);
      this.#rest = '';
      return;
    }
    const parts = (this.#rest + chunk.value).split('\n');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) {
      if (!this.#isSkipping) this.#lines.push(part.length > mostLineChars ? tooLong : part.replace(/\r$/, ''));
      this.#isSkipping = false;
    }
    if (this.#rest.length <= mostLineChars) return;
    if (!this.#isSkipping) this.#lines.push(tooLong);
    this.#isSkipping = true;
    this.#rest = '';
  }
}
