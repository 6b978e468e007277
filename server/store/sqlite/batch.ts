import type { Outcome } from './writer.ts';
import type { Write } from './writes.ts';

/**
 * A batch as it travels between the threads: its rows laid side by side in one list. A structured clone writes out the keys of every
 * object that it meets, looks for keys in every list, and reads them all again, which for a message cost more than its insertion:
 * 6 µs for the objects of one message there and back, 1.4 as a part of one list (docs/decisions/0035-rows-between-threads.md).
 */
type Packed = readonly unknown[];

export interface PackedBatch {
  readonly names: readonly Write['name'][];
  readonly arguments: Packed;
  readonly audits: readonly Write['audit'][];
}

export type PackedOutcome = Pick<Outcome, 'failures'> & { readonly values: Packed };

export function packBatch(batch: readonly Write[]): PackedBatch {
  return {
    names: batch.map(({ name }) => name),
    arguments: pack(batch.map(({ argument }) => argument)),
    audits: batch.map(({ audit }) => audit),
  };
}

export function unpackBatch(packed: PackedBatch): readonly Write[] {
  const { names, audits } = packed;
  return unpack(packed.arguments).map((argument, index) => ({ name: names[index], argument, audit: audits[index] }) as Write);
}

export function packOutcome({ values, failures }: Outcome): PackedOutcome {
  return { values: pack(values), failures };
}

export function unpackOutcome({ values, failures }: PackedOutcome): Outcome {
  return { values: unpack(values), failures };
}

/** Stands where the length of a row would, before a value that is none. */
const single = -1;

/** Lays values side by side; those that are rows (lists of plain values) are taken apart. */
function pack(values: readonly unknown[]): Packed {
  const packed: unknown[] = [];
  for (const value of values) {
    if (Array.isArray(value)) {
      packed.push(value.length);
      for (const cell of value) packed.push(cell);
    } else packed.push(single, value);
  }
  return packed;
}

/** The values again, in their order. */
function unpack(packed: Packed): unknown[] {
  const values: unknown[] = [];
  let at = 0;
  while (at < packed.length) {
    const length = packed[at] as number;
    const end = at + 1 + (length === single ? 1 : length);
    values.push(length === single ? packed[at + 1] : packed.slice(at + 1, end));
    at = end;
  }
  return values;
}
