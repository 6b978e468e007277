import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type Client, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { mute } from '../support/mute.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

const sweepMs = 500;

async function start(t: TestContext, set: readonly string[]) {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, set });
  const talker = await upgrade(await guest(t, server, 'talker'));
  return { clock, server, talker };
}

/** What all clients together have not read, as the last sweep saw it. */
async function queuedBytes(server: TestServer): Promise<number> {
  const text = await server.app.telemetry.metrics.registry.getSingleMetricAsString('classcord_send_queue_bytes');
  return Number(/ (\d+)$/m.exec(text)?.[1]);
}

/** Says something of 64 kB, and waits until it is stored and told; then everybody is looked at. */
async function say(talker: Client, { clock, channel }: { clock: FakeClock; channel: string }): Promise<void> {
  for (let i = 0; i < 2; i += 1) talker.send({ type: 'message', channel, content: 'x'.repeat(32_000) });
  for (let acks = 0; acks < 2; ) if ((await talker.next())['type'] === 'ack') acks += 1;
  clock.advance(sweepMs);
}

describe('unread output', () => {
  test('above the soft cap is borne for outbox_soft_s, then the client is cut off', async (t) => {
    const { clock, server, talker } = await start(t, ['limits.outbox_soft_bytes=65536', 'limits.outbox_soft_s=10']);
    const silent = await mute(t, server, { name: 'silent' });
    while ((await queuedBytes(server)) <= 65_536) await say(talker, { clock, channel: '#general' });

    clock.advance(9000);
    await talker.expectNothing();
    assert.ok(!server.log().includes('"event.reason":"slow_consumer"'));
    clock.advance(1000);

    await until(() => server.log().includes('"event.reason":"slow_consumer"'), 'the cut');
    silent.socket.resume();
    await silent.gone;
  });

  test('of a v2 client: the last line before the end says why it was cut off', async (t) => {
    const { clock, server, talker } = await start(t, ['limits.outbox_soft_bytes=65536', 'limits.outbox_soft_s=10']);
    const slow = await upgrade(await guest(t, server, 'slow'));
    slow.socket.pause();
    while ((await queuedBytes(server)) <= 65_536) await say(talker, { clock, channel: '#general' });

    clock.advance(10_000);
    slow.socket.resume();
    await slow.ended();

    const lines = slow.pending().map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const last = lines.at(-1);
    assert.deepEqual([last?.['type'], last?.['code'], last?.['fatal']], ['error', 'slow_consumer', true]);
  });

  test('above the soft cap that is read in time is forgiven', async (t) => {
    const { clock, server, talker } = await start(t, ['limits.outbox_soft_bytes=65536', 'limits.outbox_soft_s=10']);
    const silent = await mute(t, server, { name: 'silent' });
    while ((await queuedBytes(server)) <= 65_536) await say(talker, { clock, channel: '#general' });
    clock.advance(9000);

    silent.socket.resume();
    await until(async () => {
      clock.advance(1);
      await talker.expectNothing();
      return (await queuedBytes(server)) === 0;
    }, 'it to catch up');
    clock.advance(20_000);

    assert.ok(!silent.isGone);
    assert.ok(!server.log().includes('slow_consumer'));
  });

  test('of all clients together has a bound: past it the largest goes, the smaller stay', async (t) => {
    const { clock, server, talker } = await start(t, ['limits.outbox_total_bytes=1048576', 'limits.outbox_soft_s=600']);
    const small = await mute(t, server, { name: 'small', channels: ['#small'] });
    const large = await mute(t, server, { name: 'large', channels: ['#large'] });
    while ((await queuedBytes(server)) < 160_000) await say(talker, { clock, channel: '#small' });
    const ofSmall = await queuedBytes(server);

    // The kernel itself keeps tens of MiB for a client that does not read (tcp_rmem), before the server has to.
    for (let rounds = 0; !server.log().includes('slow_consumer'); rounds += 1) {
      assert.ok(rounds < 2500, 'nobody was cut off');
      await say(talker, { clock, channel: '#large' });
    }

    large.socket.resume();
    await large.gone;
    clock.advance(sweepMs);
    const closed = server
      .log()
      .split('\n')
      .filter((line) => line.includes('slow_consumer'));
    assert.equal(closed.length, 1);
    assert.match(closed[0] ?? '', /"user.name":"large"/);
    const left = await queuedBytes(server);
    assert.ok(
      left >= ofSmall && left < ofSmall + 1000,
      'what is left is what the small one has to read, and the news that the large one left',
    );
    assert.ok(!small.isGone);
  });
});
