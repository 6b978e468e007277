import assert from 'node:assert/strict';
import { appendFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Ledger, Totals } from './ledger.ts';

/** What a ledger and the database say of each other, summed. */
export interface Book {
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
}

/** One line of the table that `npm run faults` prints. */
export interface FaultRow {
  /** Its number in the fault matrix. */
  readonly fault: string;
  readonly done: string;
  /** How often it happened, as was proven. */
  readonly happened: number;
  /** Held against the database; null: this program keeps no book, and looks at something else. */
  readonly book: Book | null;
  readonly tookMs: number;
  readonly note: string;
}

/** Where `npm run faults` collects the rows; without it the tests run their quick forms. */
const rowsFile = process.env['CLASSCORD_FAULT_ROWS'] ?? '';
const isLong = process.env['CLASSCORD_FAULTS'] === 'long';

/** How often a fault is made: in `npm test`, and in `npm run faults`. */
export function times(forms: { readonly quick: number; readonly long: number }): number {
  return isLong ? forms.long : forms.quick;
}

/** What one fault did; told when the test ends, whether it passed or not. */
export class Fault {
  happened = 0;
  note = '';
  #book: Book | null = null;
  readonly #times: string[] = [];

  constructor(t: TestContext, fault: string, done: string) {
    const startedAt = performance.now();
    t.after(() => {
      const tookMs = Math.round(performance.now() - startedAt);
      const note = [this.note, ...this.#times].filter((part) => part !== '').join('; ');
      const row: FaultRow = { fault, done, happened: this.happened, book: this.#book, tookMs, note };
      if (rowsFile !== '') appendFileSync(rowsFile, `${JSON.stringify(row)}\n`);
      const { acked = 0, lost = 0, doubled = 0 } = this.#book ?? {};
      t.diagnostic(`${fault} happened ${this.happened} times; ${acked} acknowledged, ${lost} lost, ${doubled} doubled. ${note}`);
    });
  }

  /** Holds the book against the database that the fault left behind; throws when they differ. */
  compare(ledger: Ledger, file: string): Totals {
    this.count(ledger, file);
    return ledger.compare(file);
  }

  /** The same, and goes on. */
  count(ledger: Ledger, file: string): void {
    const { totals, lost, doubled } = ledger.examine(file);
    const before = this.#book ?? { acked: 0, lost: 0, doubled: 0 };
    this.#book = { acked: before.acked + totals.acked, lost: before.lost + lost, doubled: before.doubled + doubled };
  }

  /** How long something took, which the matrix bounds: told with the fault, and in the long form held to it. `npm test` runs on shared machines. */
  within(what: string, tookMs: number, mostMs: number): void {
    this.#times.push(`${what} ${tookMs.toFixed(0)} ms (bound ${mostMs})`);
    if (isLong) assert.ok(tookMs <= mostMs, `${what} ${tookMs.toFixed(0)} ms, more than ${mostMs}`);
  }
}
