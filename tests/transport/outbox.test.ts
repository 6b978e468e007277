import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Outbox, Tick } from '../../server/transport/outbox.ts';

/** An outbox that keeps its writes as texts. */
function makeOutbox(tick: Tick, log: string[] = []) {
  const outbox = new Outbox(tick, (bytes) => log.push(bytes.toString()));
  return { outbox, log, add: (text: string) => outbox.add(Buffer.from(text)) };
}

test('what a connection is sent in one tick leaves in one write, in the order in which it was sent', async () => {
  const { outbox, log, add } = makeOutbox(new Tick());

  for (const text of ['a\n', 'b\n', 'c\n']) add(text);
  assert.deepEqual(log, []);
  assert.equal(outbox.bytes, 6);
  await turn();

  assert.deepEqual(log, ['a\nb\nc\n']);
  assert.equal(outbox.bytes, 0);
});

test('the next tick has a write of its own', async () => {
  const { log, add } = makeOutbox(new Tick());

  add('a\n');
  await turn();
  add('b\n');
  await turn();
  await turn();

  assert.deepEqual(log, ['a\n', 'b\n']);
});

test('those who make bytes at the end of a tick do so before it is written', async () => {
  const tick = new Tick();
  const { log, add } = makeOutbox(tick);
  tick.beforeFlush(() => add('fan-out\n'));

  add('answer\n');
  await turn();

  assert.deepEqual(log, ['answer\nfan-out\n']);
});

test('a tick that was only asked for lets them make bytes, too', async () => {
  const tick = new Tick();
  const { log, add } = makeOutbox(tick);
  let isDone = false;
  tick.beforeFlush(() => {
    if (!isDone) add('fan-out\n');
    isDone = true;
  });

  tick.request();
  tick.request();
  await turn();

  assert.deepEqual(log, ['fan-out\n']);
});

test('several outboxes are written in the order in which they got their first bytes', async () => {
  const tick = new Tick();
  const log: string[] = [];
  const one = makeOutbox(tick, log);
  const two = makeOutbox(tick, log);

  two.add('2a ');
  one.add('1a ');
  two.add('2b ');
  await turn();

  assert.deepEqual(log, ['2a 2b ', '1a ']);
});

test('what is written early is not written again, and what comes after it keeps its place', async () => {
  const { outbox, log, add } = makeOutbox(new Tick());

  add('a\n');
  outbox.flush();
  add('b\n');
  await turn();
  outbox.flush();

  assert.deepEqual(log, ['a\n', 'b\n']);
});

test('what is forgotten is never written', async () => {
  const { outbox, log, add } = makeOutbox(new Tick());

  add('a\n');
  outbox.clear();
  assert.equal(outbox.bytes, 0);
  await turn();
  add('b\n');
  await turn();

  assert.deepEqual(log, ['b\n']);
});

test('bytes that are added while a tick is written wait for the next one', async () => {
  const tick = new Tick();
  const log: string[] = [];
  const outbox = new Outbox(tick, (bytes) => {
    log.push(bytes.toString());
    if (log.length === 1) outbox.add(Buffer.from('again\n'));
  });

  outbox.add(Buffer.from('once\n'));
  tick.flush();
  assert.deepEqual(log, ['once\n']);
  await turn();

  assert.deepEqual(log, ['once\n', 'again\n']);
});
