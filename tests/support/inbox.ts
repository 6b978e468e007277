import assert from 'node:assert/strict';

/** Longest wait for a frame; a server that is late by that much is broken, however busy the machine. */
const patienceMs = 60_000;

/** What a client has received, in order, and whether more will come. */
export class Inbox {
  readonly #texts: string[] = [];
  #waiting: (() => void)[] = [];
  #isEnded = false;

  put(text: string): void {
    this.#texts.push(text);
    this.#wake();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  async take(): Promise<string> {
    await this.#until(() => this.#texts.length > 0 || this.#isEnded, 'a frame');
    const text = this.#texts.shift();
    assert.notEqual(text, undefined, 'the link ended instead of another frame');
    return text as string;
  }

  ended(): Promise<void> {
    return this.#until(() => this.#isEnded, 'the end of the link');
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
