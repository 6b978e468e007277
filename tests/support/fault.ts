import { appendFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Ledger, Totals } from './ledger.ts';

/** One line of the table that `npm run faults` prints. */
export interface FaultRow {
  /** Its number in the fault matrix. */
  readonly fault: string;
  readonly done: string;
  /** How often it happened, as was proven. */
  readonly happened: number;
  readonly acked: number;
  readonly lost: number;
  readonly doubled: number;
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
  #acked = 0;
  #lost = 0;
  #doubled = 0;

  constructor(t: TestContext, fault: string, done: string) {
    const startedAt = performance.now();
    t.after(() => {
      const [happened, acked, lost, doubled] = [this.happened, this.#acked, this.#lost, this.#doubled];
      const tookMs = Math.round(performance.now() - startedAt);
      const row: FaultRow = { fault, done, happened, acked, lost, doubled, tookMs, note: this.note };
      if (rowsFile !== '') appendFileSync(rowsFile, `${JSON.stringify(row)}\n`);
      t.diagnostic(`${fault} happened ${happened} times; ${acked} acknowledged, ${lost} lost, ${doubled} doubled. ${this.note}`);
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
    this.#acked += totals.acked;
    this.#lost += lost;
    this.#doubled += doubled;
  }
}
