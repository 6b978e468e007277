import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { account, type Client, connect, upgrade } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** What happens next; with `isWaitedFor` false, the one after it does not wait for it. */
type Step = { readonly act: 'tell' | 'come' | 'leave'; readonly isWaitedFor: boolean };

/** Bob comes and goes, one connection at a time, while alice writes to him. */
class Visits {
  readonly #server: TestServer;
  readonly #t: TestContext;
  readonly #heard: string[] = [];
  #bob: Client | null = null;
  #hasArrived = false;
  #leaving: Promise<void> = Promise.resolve();

  constructor(t: TestContext, server: TestServer) {
    this.#t = t;
    this.#server = server;
  }

  /** What bob has heard, over all his connections. */
  get heard(): readonly string[] {
    return this.#heard;
  }

  /** Asks to be let in, if he is not there; the answer may still be under way. */
  async come(): Promise<void> {
    await this.#leaving;
    if (this.#bob !== null) return;
    this.#bob = await connect(this.#t, this.#server);
    this.#hasArrived = false;
    this.#bob.send({ type: 'login', username: 'bob', password: 'password of bob' });
  }

  /** Ends his connection in good order, whether or not he was let in yet. */
  async leave(): Promise<void> {
    const bob = this.#bob;
    this.#bob = null;
    if (bob !== null) this.#leaving = bob.leave().then(() => this.#note(bob));
  }

  /** Whatever he began is done. */
  async settle(): Promise<void> {
    await this.#leaving;
    if (this.#bob === null || this.#hasArrived) return;
    await this.#bob.expect({ type: 'login', status: 'ok' });
    this.#hasArrived = true;
  }

  /** He comes, if he is not there, and stays until he has heard `last`. */
  async hearTo(last: string): Promise<void> {
    await this.come();
    await this.settle();
    while (this.#bob !== null && this.#heard.at(-1) !== last) {
      const { type, content } = await this.#bob.next();
      if (type === 'message') this.#heard.push(String(content));
    }
  }

  #note(bob: Client): void {
    for (const line of bob.pending()) {
      const { type, content } = JSON.parse(line) as Record<string, unknown>;
      if (type === 'message') this.#heard.push(String(content));
    }
  }
}

describe('private messages to somebody who comes and goes', () => {
  test('are each told once and in order, however logins, departures and messages interleave', async (t) => {
    const server = await startServer(t);
    await (await account(t, server, 'bob')).leave();
    const alice = await upgrade(await account(t, server, 'alice'));
    let said = 0;
    const tell = () => {
      said += 1;
      alice.send({ type: 'message', subtype: 'private', to: 'bob', content: `${said}`, ref: `${said}` });
      return `${said}`;
    };
    const acked = async (ref: string) => {
      for (;;) if ((await alice.next())['ref'] === ref) return;
    };
    const step = fc.record({ act: fc.constantFrom<Step['act'][]>('tell', 'tell', 'tell', 'come', 'leave'), isWaitedFor: fc.boolean() });

    const property = fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const before = said;
      const visits = new Visits(t, server);
      for (const { act, isWaitedFor } of steps) {
        if (act !== 'tell') await visits[act]();
        const ref = act === 'tell' ? tell() : null;
        if (!isWaitedFor) continue;
        if (ref !== null) await acked(ref);
        else await visits.settle();
      }
      await acked(tell());
      await visits.hearTo(`${said}`);

      assert.deepEqual(
        visits.heard,
        Array.from({ length: said - before }, (_, index) => `${before + 1 + index}`),
      );
      await visits.leave();
      await visits.settle();
    });
    await fc.assert(property, { numRuns: 40, endOnFailure: true, includeErrorInReport: true });
  });
});
