import { Writable } from 'node:stream';
import { type Logform, transports } from 'winston';

/** Where finished lines go. Never throws, never waits, and holds at most about `mostWaitingBytes`: past it lines are dropped. */
export interface Outlet {
  write(line: string): void;
  /** Lines that were lost. */
  readonly dropped: number;
  /** Resolves when everything is written, or cannot be. */
  close(): Promise<void>;
}

export const mostWaitingBytes = 1_048_576;

/** How long `close` waits for a reader that has stopped reading. */
export const closeWithinMs = 1000;

/** winston’s end of an outlet. It takes every line at once, so that a stuck outlet never holds up another. */
export function outletTransport(outlet: Outlet, format: Logform.Format): transports.StreamTransportInstance {
  const stream = new Writable({
    decodeStrings: false,
    write(line: string, _encoding, next) {
      outlet.write(line);
      next();
    },
  });
  return new transports.Stream({ stream, format, eol: '' });
}

/** A stream, mostly standard output. A closed pipe and a reader that has stopped reading lose lines, and nothing else. */
export class StreamOutlet implements Outlet {
  readonly #stream: Writable;
  #dropped = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
    // A lost line is counted where it is written; without a listener the stream’s error would end the process.
    stream.on('error', () => {});
  }

  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (!this.#stream.writable || this.#stream.writableLength > mostWaitingBytes) {
      this.#dropped++;
      return;
    }
    this.#stream.write(`${line}\n`, (error) => {
      if (error) this.#dropped++;
    });
  }

  close(): Promise<void> {
    if (!this.#stream.writable || this.#stream.writableLength === 0) return Promise.resolve();
    return within(closeWithinMs, new Promise((resolve) => this.#stream.write('', () => resolve())));
  }
}

/** Resolves with `work`, or after `ms` without it. */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
