export interface FaultProgram {
  readonly file: string;
  readonly doc: string;
  /** How many rows its long form adds to the table: one that is missing was not made. Default: 1. */
  readonly rows?: number;
}

/** The faults of the matrix, and the program of each. */
export const faults: Readonly<Record<string, FaultProgram>> = {
  F1: { file: 'kill.test.ts', doc: 'kill -9 under load' },
  F2: { file: 'sync-order.test.ts', doc: 'an ack before its sync, as the kernel would see it' },
  F3: { file: 'full-disk.test.ts', doc: 'full disk, and free again' },
  F4: { file: 'locked.test.ts', doc: 'database locked by another program', rows: 2 },
  F5: { file: 'long-reader.test.ts', doc: 'a reader that stays open' },
  F6: { file: 'read-only.test.ts', doc: 'read-only files, and writable again' },
  F7: { file: 'torn-log.test.ts', doc: 'torn tail, and flipped bytes, of the write-ahead log', rows: 2 },
  F8: { file: 'flipped-bytes.test.ts', doc: 'flipped bytes of the database', rows: 2 },
  F9: { file: 'clock.test.ts', doc: 'jumps of the clock' },
  F10: { file: 'descriptors.test.ts', doc: 'no descriptor left', rows: 2 },
  F11: { file: 'memory.test.ts', doc: 'a heap that is nearly full', rows: 3 },
  F12: { file: 'stuck.test.ts', doc: 'a thread lost, the event loop blocked', rows: 3 },
  F13: { file: 'stops-under-load.test.ts', doc: 'graceful stops under load' },
  F17: { file: 'exporter-storm.test.ts', doc: 'exporter killed, and a storm of scrapes' },
  F18: { file: 'half-open.test.ts', doc: 'peers whose cable was pulled' },
  F19: { file: 'slow-readers.test.ts', doc: 'clients that do not read', rows: 2 },
  F20: { file: 'upgrade.test.ts', doc: 'kill -9 during the update of an old database' },
  F21: { file: 'backup.test.ts', doc: 'backup under load, restored' },
  F22: { file: 'slow-disk.test.ts', doc: 'slow disk' },
  F23: { file: 'blocked-log.test.ts', doc: 'a log that nobody reads', rows: 2 },
  F24: { file: 'double-start.test.ts', doc: 'two starts at once' },
  G9: { file: 'failing-calls.test.ts', doc: 'N-th failing sync, write and opening', rows: 3 },
};
