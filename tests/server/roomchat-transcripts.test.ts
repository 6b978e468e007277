import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { roomchatFrames } from '../../server/protocol/roomchat.ts';
import { account } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { matches, transcriptsOf } from '../support/transcript.ts';
import { type WebClient, webConnect } from '../support/web-client.ts';

const transcripts = transcriptsOf('docs/protocol.md', 'roomchat');

test('every frame of the second seed stands in an example of docs/protocol.md', () => {
  const said = new Set(transcripts.flatMap(({ steps }) => steps.filter(({ what }) => what === 'says')).map(({ line }) => typeOf(line)));

  assert.deepEqual(
    Object.keys(roomchatFrames).filter((type) => type !== 'auth' && !said.has(type)),
    [],
  );
});

for (const [index, { title, steps }] of transcripts.entries()) {
  test(`the server does what roomchat example ${index + 1} of docs/protocol.md shows, and no more (${title})`, async (t) => {
    const server = await startServer(t, { set: ['gateway.listen=127.0.0.1:0'] });
    const people = new Map<string, Chatter>();

    for (const { client, what, line, at } of steps) {
      const chatter = people.get(client) ?? (await come(t, server, client));
      people.set(client, chatter);
      if (what === 'says') await chatter.say(line);
      else {
        assert.equal(what, 'gets', at);
        const received = await chatter.hear();
        assert.ok(matches(line, received), `${at}\nwanted ${line}\ngot    ${received}`);
      }
    }

    for (const [name, chatter] of people) assert.deepEqual(await chatter.unexpected(), [], `${title}: ${name} got more`);
  });
}

/** Everybody in an example has an account, numbered in the order of appearance. */
async function come(t: TestContext, server: TestServer, name: string): Promise<Chatter> {
  await (await account(t, server, name)).leave();
  return new Chatter(await webConnect(t, server, { subprotocol: null }));
}

/** A client whose frames are dealt with one after the other. */
class Chatter {
  readonly #client: WebClient;
  readonly #heard: string[] = [];

  constructor(client: WebClient) {
    this.#client = client;
  }

  async say(line: string): Promise<void> {
    this.#client.write(line);
    await this.#settle();
  }

  async hear(): Promise<string> {
    return this.#heard.shift() ?? (await this.#client.line());
  }

  async unexpected(): Promise<readonly string[]> {
    await this.#settle();
    return this.#heard;
  }

  /** What the server does not know is refused in its turn: all before it is dealt with. */
  async #settle(): Promise<void> {
    this.#client.write('{"type":"settle"}');
    for (let line = await this.#client.line(); !line.includes('Type inconnu'); line = await this.#client.line()) this.#heard.push(line);
  }
}

function typeOf(line: string): string {
  return (JSON.parse(line) as { readonly type: string }).type;
}
