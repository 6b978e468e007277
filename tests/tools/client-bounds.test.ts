import assert from 'node:assert/strict';
import test from 'node:test';
import { BackOff } from '../../tools/client/back-off.ts';
import { EventQueue } from '../../tools/client/event-queue.ts';
import { type ChatEvent, connect } from '../../tools/client/main.ts';
import { listen } from '../support/chat-client.ts';
import { cuttable } from '../support/cuttable.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';
import { freePort } from '../support/server-process.ts';

const message = (seq: number, channel = '#general'): ChatEvent => ({
  type: 'message',
  subtype: 'global',
  channel,
  from: 'bob',
  content: `m${seq}`,
  id: seq,
  seq,
  timestamp: '2026-11-22T09:00:00.000Z',
});

test('a reader that is too slow loses the newest, is told which, and hears on', async () => {
  const queue = new EventQueue(3, () => undefined);
  for (let seq = 1; seq <= 5; seq += 1) queue.put(message(seq));
  queue.put(message(9, '#dev'));
  queue.put({ type: 'status', user: 'bob', state: 'away' });

  const taken: ChatEvent[] = [];
  for (let count = 0; count < 4; count += 1) taken.push((await queue.next()).value);
  queue.put(message(6));
  taken.push((await queue.next()).value);

  assert.deepEqual(taken, [
    ...[1, 2, 3].map((seq) => message(seq)),
    { type: 'lost', count: 4, channels: { '#general': { from_seq: 4, to_seq: 5 }, '#dev': { from_seq: 9, to_seq: 9 } } },
    message(6),
  ]);
});

test('a queue that has ended still gives what is in it; one that its reader leaves gives nothing', async () => {
  const ended = new EventQueue(3, () => undefined);
  ended.put(message(1));
  ended.end();
  assert.deepEqual(
    [await ended.next(), await ended.next()],
    [
      { value: message(1), done: false },
      { value: undefined, done: true },
    ],
  );

  let left = 0;
  const abandoned = new EventQueue(3, () => left++);
  abandoned.put(message(1));
  for await (const _ of abandoned) break;
  assert.deepEqual([left, await abandoned.next()], [1, { value: undefined, done: true }]);
});

test('messages said while offline wait up to a bound; past it they fail at once, and come in order when one is back', async (t) => {
  const server = await startServer(t);
  const way = await cuttable(t, server);
  const alice = await listen(t, way, { limits: { unsent: 3 }, reconnect: { firstMs: 60_000 } });
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  way.cut();
  await alice.until('state', ({ state }) => state === 'waiting');

  const sents = ['one', 'two', 'three', 'four'].map((content) => alice.client.say('#general', content));
  assert.deepEqual(
    sents.map(({ status, error }) => error?.code ?? status),
    ['pending', 'pending', 'pending', 'server_busy'],
  );
  alice.client.retryNow();
  await bob.untilSaid('three');

  assert.deepEqual(bob.contents, ['one', 'two', 'three']);
});

test('waits between attempts grow, are jittered, have a ceiling, and heed the server', () => {
  const waits = (random: number) => {
    const backOff = new BackOff({ firstMs: 100, mostMs: 1000, tries: 6 }, () => random);
    return Array.from({ length: 7 }, () => backOff.next());
  };

  assert.deepEqual(waits(0), [50, 100, 200, 400, 500, 500, null]);
  assert.deepEqual(waits(1), [100, 200, 400, 800, 1000, 1000, null]);
  assert.equal(new BackOff({}, () => 0).next(5000), 5000);
});

test('a patient client waits for a server that is not there yet, by its own clock, and gives up after so many tries', async () => {
  const timers = new FakeClock();
  const events: ChatEvent[] = [];
  const waits = () => events.filter((event) => event.type === 'state' && event.state === 'waiting');
  const coming = connect({
    port: await freePort(),
    identity: { guest: 'alice' },
    isPatient: true,
    reconnect: { firstMs: 1000, tries: 2 },
    timers,
    random: () => 1,
    onEvent: (event) => events.push(event),
  });
  const isRefused = assert.rejects(coming, /cannot be reached/);
  for (const count of [1, 2]) {
    while (waits().length < count) await new Promise((resolve) => setImmediate(resolve));
    timers.advance(count * 1000);
  }
  await isRefused;

  assert.deepEqual(
    events.map((event) => (event.type === 'state' ? `${event.state} ${event.retryInMs ?? ''}`.trim() : event.type)),
    ['connecting', 'waiting 1000', 'connecting', 'waiting 2000', 'connecting', 'closed'],
  );
  assert.equal(timers.timers, 0);
});

test('the first reader gets what was heard before it began to read, the second what comes after', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const bob = await connect({ port: server.port, identity: { guest: 'bob' }, limits: { helloMs: 60_000 } });
  t.after(() => bob.close());
  await alice.client.say('#general', 'before').done;
  await bob.request({ type: 'whoami' });

  const first = bob.events();
  const second = bob.events();
  await alice.client.say('#general', 'after').done;
  const read = async (events: AsyncIterable<ChatEvent>) => {
    const contents: string[] = [];
    for await (const event of events) {
      if (event.type === 'message') contents.push(event.content);
      if (contents.includes('after')) break;
    }
    return contents;
  };

  assert.deepEqual([await read(first), await read(second)], [['before', 'after'], ['after']]);
});
