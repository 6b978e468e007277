/** The faults of the matrix, and the program of each. */
export const faults: Readonly<Record<string, { readonly file: string; readonly doc: string }>> = {
  F1: { file: 'kill.test.ts', doc: 'kill -9 under load' },
  F2: { file: 'sync-order.test.ts', doc: 'an ack before its sync, as the kernel would see it' },
  F3: { file: 'full-disk.test.ts', doc: 'full disk, and free again' },
  F4: { file: 'locked.test.ts', doc: 'database locked by another program' },
  F7: { file: 'torn-log.test.ts', doc: 'torn tail, and flipped bytes, of the write-ahead log' },
  F8: { file: 'flipped-bytes.test.ts', doc: 'flipped bytes of the database' },
  F10: { file: 'descriptors.test.ts', doc: 'no descriptor left' },
  F12: { file: 'stuck.test.ts', doc: 'a thread lost, the event loop blocked' },
  G9: { file: 'failing-calls.test.ts', doc: 'N-th failing sync, write and opening' },
};
