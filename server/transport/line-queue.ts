import type { JsonLines } from './json-lines.ts';
import { type GuardedLine, LineGuard } from './line-guard.ts';

/** The lines of one connection in order, made of its bytes. */
export interface LineSource {
  /** A line was begun and has no end yet; it has so long and no longer. */
  readonly hasPartial: boolean;
  /** Something whole may be there. */
  readonly hasMore: boolean;
  push(chunk: Buffer): void;
  /** The next line; when none is read ahead, up to `most` are read, each of at most `limit` bytes. */
  take(most: number, limit: number): GuardedLine | undefined;
}

/** Of somebody who has said goodbye nothing more is read. */
export const noLines: LineSource = { hasPartial: false, hasMore: false, push: () => undefined, take: () => undefined };

const nothing: readonly GuardedLine[] = [];

/** The lines of one connection in order, read from its bytes a few at a time: what cannot be handled yet stays unparsed. */
export class LineQueue implements LineSource {
  readonly #guard: LineGuard;
  #lines: readonly GuardedLine[] = nothing;
  #next = 0;

  constructor(parser: JsonLines) {
    this.#guard = new LineGuard(parser);
  }

  /** A line was begun and has no end yet. */
  get hasPartial(): boolean {
    return this.#guard.hasPartial;
  }

  /** Something whole may be there. */
  get hasMore(): boolean {
    return this.#next < this.#lines.length || this.#guard.hasUnread;
  }

  push(chunk: Buffer): void {
    this.#guard.push(chunk);
  }

  /** The next line; when none is read ahead, up to `most` are read, each of at most `limit` bytes. */
  take(most: number, limit: number): GuardedLine | undefined {
    if (this.#next >= this.#lines.length) {
      this.#lines = this.#guard.take(most, limit);
      this.#next = 0;
    }
    const line = this.#lines[this.#next];
    this.#next += 1;
    // A quiet connection does not hold on to what it said last, nor to the chunk that this came in.
    if (this.#next >= this.#lines.length) this.#lines = nothing;
    return line;
  }
}
