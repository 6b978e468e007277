/** Why a write failed; `index`: its place in the batch. `isStorage`: the disk or the lock, not the write itself, is to blame. */
export interface Failure {
  readonly index: number;
  readonly error: string;
  readonly isStorage: boolean;
}

/** SQLite refused for reasons outside the statement: disk full, read-only, locked, unreadable. */
export const storageErrors = /^SQLITE_(FULL|IOERR|READONLY|BUSY|LOCKED|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL|PERM|AUTH)/;

/** Another program holds the database; a moment later it may not. */
export function isLocked(error: unknown): boolean {
  return describe(error).code.startsWith('SQLITE_BUSY');
}

/** What SQLite, or whoever else threw, says of a failure. */
export function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'unknown', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message };
}
