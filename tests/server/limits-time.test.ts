import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { comeFrom, connectFrom } from '../support/addresses.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

const second = 1000;
/** The watch looks at everybody twice a second. */
const sweepMs = 500;

async function start(t: TestContext, set: readonly string[] = []) {
  const clock = new FakeClock();
  return { clock, server: await startServer(t, { clock, set, lang: 'fr' }) };
}

/** Sends `bytes` behind a request, so that its answer says that they have arrived. */
async function arrive(client: Client, bytes: string): Promise<void> {
  client.write(`{"type":"users"}\n${bytes}`);
  assert.equal((await client.next())['type'], 'users');
}

/** The server has closed it, for that reason. */
async function assertClosed(client: Client, reason: string, log: () => string): Promise<void> {
  await client.leave();
  await until(() => log().includes(`"event.reason":"${reason}"`), `a connection closed for ${reason}`);
}

describe('the first line', () => {
  const set = ['limits.first_line_s=60', 'limits.first_line_crowded_s=15', 'limits.connections_unnamed=8'];

  test('comes within its time, or the connection is closed; whoever has spoken stays', async (t) => {
    const { clock, server } = await start(t, set);
    const silent = await connect(t, server);
    const rubbish = await connect(t, server);
    rubbish.write('rubbish\n');
    await rubbish.expect({ type: 'error', code: 'bad_json' });
    const spoken = await connect(t, server);
    await spoken.expectNothing();

    clock.advance(59 * second);
    await spoken.expectNothing();
    assert.ok(!silent.isEnded);
    clock.advance(second + sweepMs);

    await assertClosed(silent, 'first_line', server.log);
    assert.deepEqual(silent.pending(), [], 'without a name one hears nothing but answers');
    await rubbish.ended();
    await spoken.expectNothing();
  });

  test('has less time while more than half of the places without a name are taken', async (t) => {
    const { clock, server } = await start(t, set);
    const silent: Client[] = [];
    for (let i = 0; i < 4; i += 1) silent.push(await connectFrom(t, server, '127.0.0.2'));
    await comeFrom(t, server, '127.0.0.3').then((client) => client?.leave());
    clock.advance(16 * second);
    assert.ok(
      silent.every(({ isEnded }) => !isEnded),
      'half of the places are taken: nobody hurries',
    );

    const spoken = await comeFrom(t, server, '127.0.0.3');
    clock.advance(sweepMs);

    await Promise.all(silent.map((client) => client.ended()));
    assert.ok(spoken);
    await spoken.expectNothing();
  });
});

describe('a line that was begun', () => {
  const set = ['limits.slow_line_s=30'];

  test('is complete in time, or the connection is closed, however the bytes trickle', async (t) => {
    const { clock, server } = await start(t, set);
    const slow = await connect(t, server);
    const quick = await connect(t, server);
    await arrive(slow, '{"ty');
    await arrive(quick, '{"type":"us');

    clock.advance(29 * second);
    slow.write('pe');
    quick.write('ers"}\n');
    assert.equal((await quick.next())['type'], 'users');
    clock.advance(second + sweepMs);

    await assertClosed(slow, 'slow_line', server.log);
    await quick.expectNothing();
  });

  test('has its time from the beginning again for every line', async (t) => {
    const { clock, server } = await start(t, set);
    const client = await connect(t, server);

    for (let i = 0; i < 5; i += 1) {
      await arrive(client, '{"type":"us');
      clock.advance(20 * second);
      client.write('ers"}\n');
      assert.equal((await client.next())['type'], 'users');
    }

    assert.ok(!client.isEnded);
  });

  test('has all the time in the world while the server itself does not read on', async (t) => {
    const { clock, server } = await start(t, [...set, 'limits.messages.burst=1', 'limits.messages.per_second=0.01']);
    const listener = await guest(t, server, 'listener');
    const flooder = await account(t, server, 'flooder');
    await listener.expect({ type: 'status', user: 'flooder' });
    const line = (number: number) => `{"type":"message","content":"${number}"}\n`;
    flooder.write(`${line(1)}${line(2)}${line(3)}{"type":`);
    await listener.expect({ type: 'message', content: '1' });

    // It is slowed for 100 s a message.
    clock.advance(99 * second);
    assert.ok(!flooder.isEnded);
    clock.advance(2 * second);
    await listener.expect({ type: 'message', content: '2' });
    clock.advance(100 * second);
    await listener.expect({ type: 'message', content: '3' });
    assert.ok(!flooder.isEnded);
    clock.advance(31 * second);

    await assertClosed(flooder, 'slow_line', server.log);
  });
});

describe('silence', () => {
  const set = ['limits.idle_s=600', 'limits.ping_s=30'];

  test('of a v1 session ends it after idle_s, and it is told', async (t) => {
    const { clock, server } = await start(t, set);
    const silent = await guest(t, server, 'silent');
    const talker = await guest(t, server, 'talker');

    clock.advance(599 * second);
    await talker.expectNothing();
    assert.ok(!silent.isEnded);
    clock.advance(second + sweepMs);

    await silent.expect({ type: 'message', subtype: 'global', from: 'serveur' });
    await assertClosed(silent, 'idle', server.log);
    await talker.expect({ type: 'status', user: 'silent', state: 'offline' });
    await talker.expectNothing();
  });

  test('of a v2 session is pinged twice, then it is closed; a pong keeps it', async (t) => {
    const { clock, server } = await start(t, set);
    const dead = await upgrade(await guest(t, server, 'dead'));
    const alive = await upgrade(await guest(t, server, 'alive'));

    for (let round = 0; round < 2; round += 1) {
      clock.advance(30 * second + sweepMs);
      await dead.expect({ type: 'ping' });
      await alive.expect({ type: 'ping' });
      alive.send({ type: 'pong' });
      await alive.expectNothing();
    }
    clock.advance(30 * second + sweepMs);

    await dead.expect({ type: 'error', code: 'idle_timeout' });
    await assertClosed(dead, 'idle', server.log);
    await alive.expect({ type: 'ping' });
  });

  test('has no end for a session that is only slowed', async (t) => {
    const { clock, server } = await start(t, [...set, 'limits.messages.burst=1', 'limits.messages.per_second=0.001']);
    const listener = await guest(t, server, 'listener');
    const slowed = await account(t, server, 'slowed');
    await listener.expect({ type: 'status', user: 'slowed' });
    slowed.write('{"type":"message","content":"1"}\n{"type":"message","content":"2"}\n');
    await listener.expect({ type: 'message', content: '1' });

    clock.advance(590 * second);
    await listener.expectNothing();
    clock.advance(411 * second);

    await listener.expect({ type: 'message', content: '2' });
    assert.ok(!slowed.isEnded);
  });
});
