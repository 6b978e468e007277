import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Carrier, type Client, connect, enter, upgrade } from './client.ts';
import { sendInPieces } from './raw.ts';
import { type ServerOverrides, startServer, type TestServer } from './server.ts';

type Start = (t: TestContext, overrides?: ServerOverrides) => Promise<TestServer>;

/** What a connection promises whatever carries it. `settings`: what the server needs for it. */
export function linkConformance(carrier: Carrier, settings: (t: TestContext) => Promise<readonly string[]>): void {
  const start: Start = async (t, { set = [], ...others } = {}) => startServer(t, { ...others, set: [...(await settings(t)), ...set] });
  const guest = async (t: TestContext, server: TestServer, name: string) => enter(await connect(t, server, carrier), name);

  describe(`a connection over ${carrier}`, () => {
    test('is read as one stream, however its bytes are cut', async (t) => {
      const client = await connect(t, await start(t), carrier);

      await sendInPieces(client, [...'{"type":"users"}\n{"type":"us', 'ers"}\n{"type":"users"}', '\n']);

      for (let i = 0; i < 3; i += 1) await client.expect({ type: 'users' });
    });

    test('carries messages to both ends of the line limit, in order', async (t) => {
      const server = await start(t);
      const [alice, bob] = [await guest(t, server, 'alice'), await guest(t, server, 'bob')];
      const contents = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(i % 2 === 0 ? 0 : 50_000)}`);

      alice.write(contents.map((content) => `${JSON.stringify({ type: 'message', content })}\n`).join(''));

      for (const content of contents) await bob.expect({ type: 'message', from: 'alice', content });
    });

    test('that its client has ended is served to the end: what was sent is carried out and answered', async (t) => {
      const server = await start(t);
      const bob = await guest(t, server, 'bob');
      const alice = await upgrade(await guest(t, server, 'alice'));

      for (let i = 0; i < 20; i += 1) alice.send({ type: 'message', content: `${i}`, ref: `${i}` });
      alice.socket.end();

      for (let i = 0; i < 20; i += 1) await bob.expect({ content: `${i}` });
      await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
      for (let i = 0; i < 20; i += 1) assert.equal(await nextAck(alice), `${i}`);
      await alice.ended();
    });

    test('that is reset takes its name with it, and disturbs nobody', async (t) => {
      const server = await start(t);
      const bob = await guest(t, server, 'bob');
      const alice = await guest(t, server, 'alice');

      alice.socket.destroy();

      await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
      await bob.expectNothing();
    });

    test('is told why before it is closed', async (t) => {
      const client = await connect(t, await start(t), carrier);

      client.write('x'.repeat(20_000));

      await client.expect({ type: 'error', code: 'line_too_long' });
      await client.ended();
    });

    test('whose client reads nothing is closed, and the others go on', async (t) => {
      const server = await start(t, { set: ['limits.outbox_bytes=300000', 'limits.outbox_soft_bytes=300000'] });
      const mute = await guest(t, server, 'mute');
      mute.socket.pause();
      const alice = await upgrade(await guest(t, server, 'alice'));

      while (!server.log().includes('"event.reason":"slow_consumer"')) {
        alice.send({ type: 'message', content: 'x'.repeat(60_000), ref: 'long' });
        assert.equal(await nextAck(alice), 'long');
      }

      mute.socket.resume();
      await mute.ended();
    });

    test('that answers are not taken from is not read from either', async (t) => {
      const server = await start(t, { set: ['limits.outbox_pause_bytes=4096'] });
      const bob = await guest(t, server, 'bob');
      const alice = await upgrade(await guest(t, server, 'alice'));
      alice.send({ type: 'message', content: 'x'.repeat(60_000), ref: 'long' });
      assert.equal(await nextAck(alice), 'long');
      assert.equal((await bob.next())['type'], 'message');
      alice.socket.pause();
      const line = `${JSON.stringify({ type: 'history', channel: '#general', limit: 1, pad: 'x'.repeat(16_000) })}\n`;
      const lines = 500;

      alice.write(line.repeat(lines));

      let [last, read] = [-1, 0];
      for (; last < read; [last, read] = [read, await receivedBytes(server, carrier)]) {
        for (let i = 0; i < 10; i += 1) await bob.expectNothing();
      }
      assert.ok(read < (line.length * lines) / 2, `${read} bytes of ${line.length * lines} were read`);
    });

    test('counts for the limits of its address', async (t) => {
      const server = await start(t, { set: ['limits.connections_per_address=2'] });
      await connect(t, server, carrier);
      await connect(t, server, carrier);

      await assert.rejects(async () => {
        const third = await connect(t, server, carrier);
        await third.line();
      });
    });

    test('is named in the figures', async (t) => {
      const server = await start(t);
      const client = await connect(t, server, carrier);
      client.send({ type: 'users' });
      await client.expect({ type: 'users' });

      const text = await server.app.telemetry.metrics.registry.metrics();

      assert.match(text, new RegExp(`^classcord_connections{transport="${carrier}"} 1$`, 'm'));
      assert.match(text, new RegExp(`^classcord_received_bytes_total{transport="${carrier}"} 17$`, 'm'));
    });
  });
}

/** Bytes that the server has read. Bob's questions are among them: counted in whole lines of alice's. */
async function receivedBytes(server: TestServer, carrier: Carrier): Promise<number> {
  const text = await server.app.telemetry.metrics.registry.getSingleMetricAsString('classcord_received_bytes_total');
  const bytes = Number(new RegExp(`transport="${carrier}"} (\\d+)`).exec(text)?.[1]);
  return Math.floor(bytes / 16_000) * 16_000;
}

/** The `ref` of the next ack; what others said before it is passed over. */
async function nextAck(client: Client): Promise<unknown> {
  for (;;) {
    const { type, ref } = await client.next();
    if (type === 'ack') return ref;
  }
}
