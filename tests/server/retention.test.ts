import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { Retention } from '../../server/domain/retention.ts';
import { connect } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, login, people, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

const hourMs = 3600 * 1000;
const dayMs = 24 * hourMs;

/** A server at that time, a minute after its start; the folder outlives it. */
async function serverAt(t: TestContext, folder: string, wall: number) {
  const clock = new FakeClock(wall);
  const server = await startServer(t, { folder, clock });
  return { server, clock };
}

test('a channel keeps its messages for as long as it says, and the others keep theirs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const start = Date.UTC(2026, 8, 1, 8);
  const first = await serverAt(t, folder, start);
  const { alice, bob } = await people(t, first.server, { alice: [], bob: [] });
  for (const channel of ['#dev', '#kept']) {
    await ask(alice, { type: 'create', channel });
    await ask(bob, { type: 'join', channel });
  }
  await ask(alice, { type: 'update', channel: '#dev', retention_days: 7 });
  const { id } = await say(alice, 'old zebra @bob', { channel: '#dev' });
  await ask(alice, { type: 'pin', id });
  await say(alice, 'older giraffe', { channel: '#kept' });
  first.clock.setWall(start + 3 * dayMs);
  await say(alice, 'young zebra', { channel: '#dev' });
  await first.server.stop();

  const { server, clock } = await serverAt(t, folder, start + 8 * dayMs);
  clock.advance(60_000);
  const again = await login(await connect(t, server), 'alice', []);
  const history = async (channel: string) =>
    ((await ask(again, { type: 'history', channel }))['messages'] as { content: string; seq: number }[]).map(
      ({ seq, content }) => `${seq} ${content}`,
    );
  while ((await history('#dev')).length > 1);
  const found = async () => ((await ask(again, { type: 'search', query: 'zebra' }))['messages'] as { content: string }[]).length;
  while ((await found()) > 1);

  assert.deepEqual(await history('#dev'), ['2 young zebra']);
  assert.deepEqual(await history('#kept'), ['1 older giraffe']);
  assert.deepEqual((await ask(again, { type: 'pins', channel: '#dev' }))['pins'], []);
  assert.equal((await say(again, 'next', { channel: '#dev' })).seq, 3);
  const bobAgain = await login(await connect(t, server), 'bob', []);
  const listed = (await ask(bobAgain, { type: 'channels' }))['channels'] as { name: string; unread: number; mentions: number }[];
  const dev = listed.find(({ name }) => name === '#dev');
  assert.deepEqual([dev?.unread, dev?.mentions], [2, 0]);
  assert.match(server.log(), /"retention\.removed".*"classcord\.messages":1/);
});

test('after a jump of the clock nothing is removed until a day has really passed', async (t) => {
  const clock = new FakeClock();
  const removals: number[] = [];
  let looked: number | null = null;
  let jumps = 0;
  const open = () =>
    new Retention({
      store: {
        look: async (now) => {
          const former = looked;
          looked = now;
          return former;
        },
        remove: async (now) => {
          removals.push(now);
          return 0;
        },
      },
      clock,
      onRemoved: () => undefined,
      onJump: () => {
        jumps += 1;
      },
      onError: (error) => assert.fail(String(error)),
    });
  const pass = async (hours: number) => {
    for (let hour = 0; hour < hours; hour += 1) {
      clock.advance(hourMs);
      await new Promise((done) => setImmediate(done));
    }
    return removals.splice(0).length;
  };
  const retention = open();
  assert.equal(await pass(2), 2);
  clock.setWall(clock.now() + 3650 * dayMs);
  assert.equal(await pass(24), 0);
  assert.equal(jumps, 1);
  assert.equal(await pass(2), 2);
  await retention.stop();

  clock.setWall(clock.now() + 2 * dayMs);
  const next = open();
  t.after(() => next.stop());
  assert.equal(await pass(24), 0);
  assert.equal(jumps, 2);
  assert.equal(await pass(2), 2);
});
