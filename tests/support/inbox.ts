import assert from 'node:assert/strict';

/** Longest wait for something; a server that is late by that much is broken, however busy the machine. */
const patienceMs = 90_000;

/** What a client has received, in order, and whether more will come. */
export class Inbox {
  readonly #texts: string[] = [];
  #waiting: (() => void)[] = [];
  #isEnded = false;
  readonly #what: string;

  /** Of what: `line` or `frame`, for the words of a failure. */
  constructor(what: string) {
    this.#what = what;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What came and was not yet taken. */
  get pending(): readonly string[] {
    return this.#texts;
  }

  put(text: string): void {
    this.#texts.push(text);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** The next one; fails when the connection ends first. */
  async take(): Promise<string> {
    await this.#until(() => this.#texts.length > 0 || this.#isEnded, `a ${this.#what}`);
    const text = this.#texts.shift();
    assert.notEqual(text, undefined, `the connection ended instead of another ${this.#what}`);
    return text as string;
  }

  /** Resolves when the other side has closed the connection. */
  ended(): Promise<void> {
    return this.#until(() => this.#isEnded, 'the end of the connection');
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    const timeout = AbortSignal.timeout(patienceMs);
    while (!isTrue()) {
      assert.ok(!timeout.aborted, `waited ${patienceMs} ms for ${what}`);
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        timeout.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }
}
