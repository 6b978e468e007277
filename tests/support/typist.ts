import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Client, connect } from './client.ts';

/** Its answer comes after everything that was asked before it. */
const barrier = '/settled';

/** A person on netcat: types lines, and reads rows. */
export class Typist {
  readonly client: Client;
  readonly #rows: string[] = [];

  private constructor(client: Client) {
    this.client = client;
  }

  static async come(t: TestContext, server: { readonly port: number }): Promise<Typist> {
    return new Typist(await connect(t, server));
  }

  /** Types lines without waiting. */
  type(...lines: string[]): void {
    for (const line of lines) this.client.write(`${line}\n`);
  }

  /** Types lines, and returns every row that came until all were dealt with. */
  async ask(...lines: string[]): Promise<string[]> {
    this.type(...lines);
    return this.rows();
  }

  /** Every row that has come, or comes until the server has dealt with all that was typed. */
  async rows(): Promise<string[]> {
    if (!this.client.isEnded) this.type(barrier);
    for (;;) {
      const row = await this.client.line().catch((error: unknown) => {
        if (this.client.isEnded) return null;
        throw error;
      });
      if (row === null || row.includes(barrier)) return this.#rows.splice(0);
      this.#rows.push(row.replace(/\r$/, ''));
    }
  }

  /** Waits for a row like this, and drops those before it. */
  async hears(wanted: RegExp): Promise<string> {
    for (;;) {
      const row = this.#rows.shift() ?? (await this.client.line());
      assert.ok(!row.includes(barrier));
      if (wanted.test(row)) return row;
    }
  }
}
