import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Watched } from '../../server/session/keepalive.ts';
import { Vanished } from '../../server/session/vanished.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A peer, what the kernel tells of it at each look, 5 s apart, and how it ended: after so many looks, or not. */
async function watched(tries: readonly (number | null)[], { transport = 'tcp', isSilent = true } = {}): Promise<number | null> {
  const clock = new FakeClock();
  let looks = 0;
  let endedAt: number | null = null;
  const destroy = (reason: string) => {
    assert.equal(reason, 'vanished');
    endedAt ??= looks;
  };
  const silent = [{ session: { connection: { transport, address: '192.0.2.7', port: 7, destroy } } }] as unknown as Watched[];
  const vanished = new Vanished({
    clock,
    keepalive: { silentFor: () => (isSilent ? silent : []) },
    keyOf: (address, port) => `${address}|${port}`,
    read: async () => {
      const count = tries[looks] ?? null;
      looks += 1;
      return new Map(count === null ? [] : [['192.0.2.7|7', count]]);
    },
  });
  for (const _ of tries) {
    clock.advance(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  vanished.stop();
  return endedAt;
}

describe('a silent peer that is sent something', () => {
  test('and does not acknowledge it is gone after 35 s', async () => {
    assert.equal(await watched([null, 1, 4, 5, 6, 6, 7, 7, 7, 8]), 9);
  });

  test('stays when it acknowledges in between, which resets the count', async () => {
    assert.equal(await watched([3, 5, 6, 6, null, 5, 6, 7, 7, 7]), null);
    assert.equal(await watched([3, 5, 6, 6, 2, 5, 6, 7, 7, 7]), null);
  });

  test('stays while the kernel has hardly tried: its line is slow', async () => {
    assert.equal(await watched([1, 1, 1, 2, 2, 2, 2, 3, 3, 3]), null);
  });

  test('is left to its own pings over WebSocket, where the address may be that of a proxy', async () => {
    assert.equal(await watched([5, 5, 6, 6, 6, 7, 7, 7, 7, 7], { transport: 'ws' }), null);
  });
});

test('whoever speaks is not asked for, and where nobody can tell nobody is asked any more', async () => {
  assert.equal(await watched([9, 9, 9, 9, 9, 9, 9, 9, 9, 9], { isSilent: false }), null);
  const clock = new FakeClock();
  const silent = [{}] as unknown as Watched[];
  new Vanished({ clock, keepalive: { silentFor: () => silent }, keyOf: () => '', read: async () => null });
  clock.advance(5000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(clock.timers, 0);
});
