import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { FairQueue } from '../../server/passwords/fair-queue.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A queue whose tasks end when the test says so; `begun` tells whose turn it was, in order. */
function setUp(limits: { workers?: number; waiting?: number; waitingPerAddress?: number; waitMs?: number } = {}) {
  const clock = new FakeClock();
  const queue = new FairQueue({ workers: 1, waiting: 256, waitingPerAddress: 64, waitMs: 10_000, ...limits }, clock);
  const begun: string[] = [];
  const endings: (() => void)[] = [];
  const ask = (
    address: string,
    { label = address, signal = new AbortController().signal }: { label?: string; signal?: AbortSignal } = {},
  ) =>
    queue.run({ address, signal }, async () => {
      begun.push(label);
      await new Promise<void>((resolve) => endings.push(resolve));
      return label;
    });
  const endOne = async () => {
    await turn();
    endings.shift()?.();
    await turn();
  };
  return { clock, queue, begun, ask, endOne };
}

const busy = (error: unknown) => error instanceof ChatError && error.code === 'server_busy' && (error.details.retryAfterMs ?? 0) >= 1000;

describe('the fair queue', () => {
  test('no more tasks run at once than there are workers', async () => {
    const { queue, begun, ask, endOne } = setUp({ workers: 2 });

    const all = [ask('a'), ask('a'), ask('a')];
    await turn();

    assert.deepEqual([queue.running, queue.waiting, begun.length], [2, 1, 2]);
    for (let i = 0; i < 3; i++) await endOne();
    await Promise.all(all);
    assert.deepEqual([queue.running, queue.waiting], [0, 0]);
  });

  test('addresses take turns, and within an address the order is kept', async () => {
    const { begun, ask, endOne } = setUp();

    const all = ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'].map((label) => ask(label.slice(0, 1), { label }));
    for (let i = 0; i < 6; i++) await endOne();
    await Promise.all(all);

    assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  });

  test('an address that fills its line delays another one by two tasks at most', async () => {
    const { begun, ask, endOne } = setUp();
    const flood = Array.from({ length: 65 }, () => ask('flooder'));

    for (let round = 0; round < 5; round++) {
      const before = begun.length;
      const honest = ask('honest', { label: `honest ${round}` });
      while (!begun.includes(`honest ${round}`)) await endOne();
      assert.ok(begun.length - before <= 3, `waited for ${begun.length - before - 1} tasks`);
      await endOne();
      await honest;
    }
    while (begun.length < 70) await endOne();
    await endOne();
    await Promise.all(flood);
  });

  test('one address may have so many waiting; the next is told `server_busy` and when to come back', async () => {
    const { ask, queue } = setUp({ waitingPerAddress: 3 });
    for (let i = 0; i < 4; i++) ask('a').catch(() => undefined);

    await assert.rejects(ask('a'), busy);

    assert.equal(queue.waiting, 3);
  });

  test('when the queue is full, the address with the longest line gives up its newest place to one with less', async () => {
    const { begun, ask, endOne } = setUp({ waiting: 4 });
    const running = ask('a', { label: 'running' });
    const line = ['a0', 'a1', 'a2', 'a3'].map((label) => ask('a', { label }));
    const lost = [assert.rejects(Promise.resolve(line[3]), busy), assert.rejects(Promise.resolve(line[2]), busy)];

    const others = [ask('b', { label: 'b0' }), ask('b', { label: 'b1' })];
    await assert.rejects(ask('b', { label: 'b2' }), busy);

    await Promise.all(lost);
    for (let i = 0; i < 5; i++) await endOne();
    await Promise.all([running, line[0], line[1], ...others]);
    assert.deepEqual(begun, ['running', 'a0', 'b0', 'a1', 'b1']);
  });

  test('whoever waits too long is told `server_busy`, and its task is never begun', async () => {
    const { clock, begun, ask, endOne } = setUp({ waitMs: 10_000 });
    const running = ask('a');
    const late = assert.rejects(ask('b'), busy);

    clock.advance(9_999);
    await turn();
    const soon = ask('c');
    clock.advance(1);

    await late;
    await endOne();
    await endOne();
    assert.deepEqual(begun, ['a', 'c']);
    await Promise.all([running, soon]);
  });

  test('a task whose asker goes away while waiting is dropped at once and never begun', async () => {
    const { clock, queue, begun, ask, endOne } = setUp();
    const socket = new AbortController();
    const running = ask('a');
    const dropped = assert.rejects(ask('a', { label: 'dropped', signal: socket.signal }), { name: 'AbortError' });

    socket.abort();

    assert.equal(queue.waiting, 0);
    assert.equal(clock.timers, 0);
    await dropped;
    await endOne();
    await running;
    assert.deepEqual(begun, ['a']);
  });

  test('an asker that is gone already is refused without a turn', async () => {
    const { begun, ask } = setUp();

    await assert.rejects(ask('a', { signal: AbortSignal.abort() }), { name: 'AbortError' });

    assert.deepEqual(begun, []);
  });

  test('an asker that goes away during its task gets no result', async () => {
    const { ask, endOne } = setUp();
    const socket = new AbortController();
    const result = assert.rejects(ask('a', { signal: socket.signal }), { name: 'AbortError' });

    socket.abort();
    await endOne();

    await result;
  });

  test('a task that fails gives its worker back', async () => {
    const { queue } = setUp();
    const asker = { address: 'a', signal: new AbortController().signal };

    await assert.rejects(
      queue.run(asker, () => Promise.reject(new RangeError('no memory'))),
      RangeError,
    );

    assert.equal(queue.running, 0);
    assert.equal(await queue.run(asker, async () => 'next'), 'next');
  });

  test('closing waits for the task under way and refuses the others with `draining`', async () => {
    const { queue, ask, endOne } = setUp();
    const running = ask('a');
    const waiting = assert.rejects(ask('b'), { code: 'draining' });
    let isClosed = false;

    const closing = queue.close().then(() => (isClosed = true));
    await waiting;
    await assert.rejects(ask('c'), { code: 'draining' });
    await turn();
    assert.equal(isClosed, false);

    await endOne();
    await closing;
    assert.equal(await running, 'a');
  });
});
