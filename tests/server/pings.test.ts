import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { type FakeClock, standingClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

async function start(t: TestContext) {
  const clock = standingClock(t);
  return { clock, server: await startServer(t, { clock, set: ['limits.ping_s=10', 'limits.idle_s=100000'] }) };
}

const second = 1000;

/** Lets silence pass, and expects a ping after it. */
async function expectPing(client: Client, clock: FakeClock): Promise<void> {
  clock.advance(9 * second);
  assert.deepEqual(client.pending(), []);
  clock.advance(2 * second);
  assert.equal(await client.line(), '{"type":"ping"}');
}

test('a silent v2 session is pinged, named or not; whatever it says shows that it lives', async (t) => {
  const { clock, server } = await start(t);
  const said = [
    '{"type":"pong"}',
    '{"type":"ping","ref":"1"}',
    '{"type":"users"}',
    '{"type":"dance"}',
    '{"type":"message","content":"x"}',
    '{"type":"message"}',
  ];

  for (const enter of [() => guest(t, server, 'alice'), () => connect(t, server)]) {
    const client = await upgrade(await enter());
    for (const line of said) {
      await expectPing(client, clock);
      client.write(`${line}\n`);
      if (line !== '{"type":"pong"}') await client.line();
      await client.expectNothing();
    }
    client.reset();
  }
});

test('a session that talks is never pinged', async (t) => {
  const { clock, server } = await start(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  for (let seconds = 0; seconds < 120; seconds += 5) {
    clock.advance(5 * second);
    await alice.expectNothing();
  }
});

test('two pings without a word in return end the session with idle_timeout, and it is offline', async (t) => {
  const { clock, server } = await start(t);
  const bob = await guest(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));

  for (let pings = 2; pings > 0; pings -= 1) await expectPing(alice, clock);
  clock.advance(9 * second);
  assert.equal(alice.isEnded, false);
  clock.advance(2 * second);

  await alice.expect({ type: 'error', code: 'idle_timeout', fatal: true });
  await alice.ended();
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
});

test('what others say is no sign of life, and does not put the ping off', async (t) => {
  const { clock, server } = await start(t);
  const bob = await guest(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));

  clock.advance(6 * second);
  bob.send({ type: 'message', content: 'x' });
  await alice.expect({ type: 'message', content: 'x' });
  clock.advance(5 * second);

  assert.equal(await alice.line(), '{"type":"ping"}');
});

test('v1 sessions are never pinged', async (t) => {
  const { clock, server } = await start(t);
  const alice = await guest(t, server, 'alice');
  const nameless = await connect(t, server);

  for (let seconds = 0; seconds < 600; seconds += 10) clock.advance(10 * second);

  await alice.expectNothing();
  await nameless.expectNothing();
});

test('the interval is the real one, too', async (t) => {
  const server = await startServer(t, { set: ['limits.ping_s=0.2'] });
  const alice = await upgrade(await guest(t, server, 'alice'));

  await alice.expect({ type: 'ping' });
  alice.send({ type: 'pong' });
  await alice.expect({ type: 'ping' });
  await alice.expect({ type: 'ping' });
  await alice.expect({ type: 'error', code: 'idle_timeout' });
  await alice.ended();
});
