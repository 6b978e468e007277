/** The end of a tick: first those who make bytes (the fan-out), then one write per connection that has any. */
export class Tick {
  readonly #before: (() => void)[] = [];
  #outboxes: Outbox[] = [];
  #isRequested = false;

  /** Registers work that makes bytes and runs before the outboxes are written. */
  beforeFlush(run: () => void): void {
    this.#before.push(run);
  }

  /** Asks for the end of this tick to come. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    setImmediate(() => this.flush());
  }

  /** Writes everything now; shutdown calls it too. */
  flush(): void {
    this.#isRequested = false;
    for (const run of this.#before) run();
    const outboxes = this.#outboxes;
    this.#outboxes = [];
    for (const outbox of outboxes) outbox.flush();
  }

  add(outbox: Outbox): void {
    this.#outboxes.push(outbox);
    this.request();
  }
}

/** What one connection is to be sent in this tick, joined into one write: seven to nine times less CPU than a write per line. */
export class Outbox {
  readonly #tick: Tick;
  readonly #write: (bytes: Buffer) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(tick: Tick, write: (bytes: Buffer) => void) {
    this.#tick = tick;
    this.#write = write;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: Buffer): void {
    if (this.#parts.length === 0) this.#tick.add(this);
    this.#parts.push(bytes);
    this.#bytes += bytes.length;
  }

  flush(): void {
    const parts = this.#parts;
    if (parts.length === 0) return;
    const bytes = this.#bytes;
    this.#parts = [];
    this.#bytes = 0;
    const [only] = parts;
    this.#write(parts.length === 1 && only !== undefined ? only : Buffer.concat(parts, bytes));
  }

  /** Forgets what was not written. */
  clear(): void {
    this.#parts = [];
    this.#bytes = 0;
  }
}
