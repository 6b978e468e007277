import { EventEmitter } from 'node:events';
import type { Cursor } from '../view/picture.ts';

/** Where the bytes go: a terminal. */
export interface Output {
  write(text: string): unknown;
}

const begin = '\u001b[?2026h\u001b[?25l';
const end = '\u001b[?2026l';

/**
 * The standard output that ink sees. ink writes whole frames; of these only the rows that changed go to the terminal, so that nothing
 * flickers and a quiet screen costs nothing. The real cursor stands in the input: input methods and screen readers follow it.
 */
export class Screen extends EventEmitter {
  readonly isTTY = true;
  columns: number;
  rows: number;
  #drawn: string[] = [];
  #cursor: Cursor | null = null;
  #isCursorDirty = true;
  readonly #output: Output;

  constructor(output: Output, size: { readonly columns: number; readonly rows: number }) {
    super();
    this.#output = output;
    this.columns = size.columns;
    this.rows = size.rows;
  }

  /** Where the cursor is to stand after the next frame; null hides it. */
  placeCursor(cursor: Cursor | null): void {
    if (cursor?.row === this.#cursor?.row && cursor?.column === this.#cursor?.column) return;
    this.#cursor = cursor;
    this.#isCursorDirty = true;
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.forget();
  }

  /** The next frame is drawn whole: somebody else wrote to the terminal. */
  forget(): void {
    this.#drawn = [];
    this.#isCursorDirty = true;
    this.#output.write('\u001b[2J');
  }

  /** Takes one frame of ink's. */
  write(frame: string): boolean {
    const lines = frame.split('\n').slice(0, this.rows);
    const changes: string[] = [];
    for (let row = 0; row < this.rows; row++) {
      const line = lines[row] ?? '';
      if (this.#drawn[row] === line) continue;
      changes.push(`\u001b[${row + 1};1H\u001b[2K${line}\u001b[0m`);
      this.#drawn[row] = line;
    }
    this.#drawn.length = this.rows;
    if (changes.length === 0 && !this.#isCursorDirty) return true;
    this.#isCursorDirty = false;
    const cursor = this.#cursor === null ? '' : `\u001b[${this.#cursor.row + 1};${this.#cursor.column + 1}H\u001b[?25h`;
    this.#output.write(`${begin}${changes.join('')}${cursor}${end}`);
    return true;
  }
}
