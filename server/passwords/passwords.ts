/** Hashing behind a fair, bounded queue: round robin over addresses (reliability.md §2.1). */
export interface Passwords {
  /** Hashes a new password. Rejects with `server_busy` when the queue is full or the wait too long; with AbortError when `signal` fires first. */
  hash(password: string, asker: Asker): Promise<string>;
  /** Compares; with `hash` null it does the same work against a decoy and says no, so that unknown users cost the same time. */
  verify(password: string, hash: string | null, asker: Asker): Promise<boolean>;
  /** Whether a hash is weaker than what `hash` makes now. */
  isWeak(hash: string): boolean;
  /** Waits for the hashes under way and refuses the others. */
  close(): Promise<void>;
}

/** Who asks: fairness is between addresses, and the work is dropped when the asking socket is gone. */
export interface Asker {
  readonly address: string;
  readonly signal: AbortSignal;
}
