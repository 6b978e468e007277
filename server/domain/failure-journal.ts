import type { Clock } from '../base/clock.ts';
import type { LoginFailures, Store } from '../store/store.ts';

/** Rows of one write. */
const batchRows = 1000;
/** Rows not on the disk yet; past it the oldest is dropped: the disk has been refusing for long. */
const capacity = 65_536;
const retryMs = 5000;

/** Failure counters on their way to the store and back: nobody waits for a write, and none is lost on `close`. */
export class FailureJournal {
  readonly #logins: Store['logins'];
  readonly #clock: Clock;
  readonly #unsaved = new Map<string, LoginFailures>();
  #saving: Promise<void> | null = null;
  #cancelRetry: (() => void) | null = null;

  constructor(logins: Store['logins'], clock: Clock) {
    this.#logins = logins;
    this.#clock = clock;
  }

  /** The newest rows of `keys`, on the disk or not. */
  async load(keys: readonly string[]): Promise<ReadonlyMap<string, LoginFailures>> {
    const before = this.#unsavedOf(keys);
    const stored = await this.#logins.failures(keys);
    return new Map([...stored, ...before, ...this.#unsavedOf(keys)].map((row) => [row.key, row]));
  }

  save(row: LoginFailures): void {
    this.#unsaved.delete(row.key);
    this.#unsaved.set(row.key, row);
    for (const oldest of this.#unsaved.keys()) {
      if (this.#unsaved.size <= capacity) break;
      this.#unsaved.delete(oldest);
    }
    if (this.#cancelRetry === null) this.#write();
  }

  /** Writes what is left; gives up when the store refuses it. */
  async close(): Promise<void> {
    while (this.#saving !== null || (this.#unsaved.size > 0 && this.#cancelRetry === null)) {
      this.#write();
      await this.#saving;
    }
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (this.#unsaved.size > 0) await this.#logins.setFailures([...this.#unsaved.values()]).catch(() => undefined);
  }

  #unsavedOf(keys: readonly string[]): LoginFailures[] {
    return keys.map((key) => this.#unsaved.get(key)).filter((row) => row !== undefined);
  }

  /** One write at a time; what comes meanwhile is the next. */
  #write(): void {
    if (this.#saving !== null || this.#unsaved.size === 0) return;
    const rows = [...this.#unsaved.values()].slice(0, batchRows);
    this.#saving = this.#logins.setFailures(rows).then(
      () => this.#saved(rows),
      () => this.#retryLater(),
    );
  }

  #saved(rows: readonly LoginFailures[]): void {
    for (const row of rows) if (this.#unsaved.get(row.key) === row) this.#unsaved.delete(row.key);
    this.#saving = null;
    this.#write();
  }

  /** The store reports its own trouble; the counters in memory hold meanwhile. */
  #retryLater(): void {
    this.#saving = null;
    this.#cancelRetry = this.#clock.after(retryMs, () => {
      this.#cancelRetry = null;
      this.#write();
    });
  }
}
