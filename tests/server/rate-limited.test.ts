import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

const rates = ['limits.messages_guest.burst=5', 'limits.messages_guest.per_second=2'];

async function start(t: TestContext, set: readonly string[] = rates) {
  const clock = standingClock(t);
  const server = await startServer(t, { clock, set });
  const bob = await guest(t, server, 'bob');
  const alice = await connect(t, server);
  alice.send({ type: 'hello', version: 2 });
  await alice.expect({ type: 'hello', status: 'ok' });
  return { clock, server, alice, bob };
}

const say = (ref: string) => ({ type: 'message', from: 'alice', content: ref, ref });

test('a v2 session over its rate is told how long to wait, and nobody hears what was refused', async (t) => {
  const { alice, bob, clock } = await start(t);

  for (const ref of ['1', '2', '3', '4', '5', '6']) alice.send(say(ref));
  for (const ref of ['1', '2', '3', '4']) await alice.expect({ type: 'ack', ref });
  assert.equal(
    await alice.line(),
    '{"type":"error","ref":"5","code":"rate_limited","message":"Too many requests: try again in 1 s.","retry_after_ms":500,"fatal":false}',
  );
  await alice.expect({ ref: '6', code: 'rate_limited', retry_after_ms: 500 });
  clock.advance(250);
  alice.send(say('7'));
  await alice.expect({ ref: '7', code: 'rate_limited', retry_after_ms: 250 });
  clock.advance(250);
  alice.send(say('8'));
  await alice.expect({ type: 'ack', ref: '8' });

  for (const content of ['1', '2', '3', '4', '8']) await bob.expect({ type: 'message', from: 'alice', content });
});

test('a request that costs more waits for more', async (t) => {
  const { alice } = await start(t);
  for (const ref of ['1', '2', '3', '4']) alice.send(say(ref));
  for (const ref of ['1', '2', '3', '4']) await alice.expect({ type: 'ack', ref });

  alice.send({ type: 'users', ref: '5' });
  await alice.expect({ ref: '5', code: 'rate_limited', retry_after_ms: 1000 });
  alice.send({ type: 'pong' });
  alice.send({ type: 'ping', ref: '6' });

  await alice.expect({ ref: '6', code: 'rate_limited', retry_after_ms: 500 });
});

test('the hundredth refusal within a minute ends the session, and its error arrives', async (t) => {
  const { alice, bob } = await start(t);

  for (const ref of ['1', '2', '3', '4']) alice.send(say(ref));
  for (const ref of ['1', '2', '3', '4']) await alice.expect({ type: 'ack', ref });
  for (let count = 120; count > 0; count -= 1) alice.send(say(`${count}`));

  for (let count = 99; count > 0; count -= 1) await alice.expect({ type: 'error', code: 'rate_limited', fatal: false });
  await alice.expect({ type: 'error', code: 'rate_limited', fatal: true });
  await alice.ended();
  assert.deepEqual(alice.pending(), []);
  for (let count = 4; count > 0; count -= 1) await bob.expect({ type: 'message' });
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
});

test('refusals spread over minutes end nothing', async (t) => {
  const { alice, clock } = await start(t, [
    'limits.messages_guest.burst=4',
    'limits.messages_guest.per_second=0.001',
    'limits.ping_s=1000',
  ]);
  for (let count = 3; count > 0; count -= 1) alice.send({ type: 'ping' });
  for (let count = 3; count > 0; count -= 1) await alice.expect({ type: 'pong' });

  for (let round = 0; round < 3; round += 1) {
    for (let count = 90; count > 0; count -= 1) alice.send({ type: 'ping' });
    for (let count = 90; count > 0; count -= 1) await alice.expect({ type: 'error', code: 'rate_limited', fatal: false });
    clock.advance(60_000);
    alice.send({ type: 'pong' });
  }
});

test('the rate is counted over all that a session asks, and an account has its own', async (t) => {
  const clock = standingClock(t);
  const server = await startServer(t, { clock, set: [...rates, 'limits.messages.burst=8', 'limits.messages.per_second=4'] });
  const alice = await upgrade(await account(t, server, 'alice'));

  for (let count = 7; count > 0; count -= 1) alice.send({ type: 'ping' });
  for (let count = 7; count > 0; count -= 1) await alice.expect({ type: 'pong' });
  alice.send({ type: 'ping' });

  await alice.expect({ type: 'error', code: 'rate_limited', retry_after_ms: 250 });
});

test('all sessions of an address share a rate, too, and one that is within its own is told of it', async (t) => {
  const clock = standingClock(t);
  const server = await startServer(t, { clock, set: ['limits.messages_per_address.burst=10', 'limits.messages_per_address.per_second=1'] });
  const one = await upgrade(await connect(t, server));
  const two = await upgrade(await connect(t, server));

  for (let count = 8; count > 0; count -= 1) one.send({ type: 'ping' });
  for (let count = 8; count > 0; count -= 1) await one.expect({ type: 'pong' });
  two.send({ type: 'ping', ref: '1' });

  await two.expect({ type: 'error', code: 'rate_limited', ref: '1', retry_after_ms: 1000 });
});
