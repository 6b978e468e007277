import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { collectGarbage, memoryUse } from '../../server/base/memory-use.ts';
import { MemoryWatch } from '../../server/base/memory-watch.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A watch whose memory is what the test says; `told` is what it said. */
function start(t: TestContext) {
  const clock = new FakeClock();
  const told: string[] = [];
  let use = 0.5;
  /** What is left of it after a collection. */
  let live = 1;
  let collections = 0;
  const watch = new MemoryWatch({
    clock,
    read: () => use,
    collect: () => {
      collections += 1;
      use = Math.min(use, live);
    },
    shortFrom: 0.8,
    spentFrom: 0.95,
    onShort: (share) => void told.push(`short ${share}`),
    onRelief: () => void told.push('relief'),
    onSpent: (share) => void told.push(`spent ${share}`),
  });
  t.after(() => watch.stop());
  const pass = (ms: number, used: number, alive = 1) => {
    use = used;
    live = alive;
    clock.advance(ms);
    return told.splice(0);
  };
  return { clock, watch, pass, collections: () => collections };
}

describe('memory', () => {
  test('that is used for a second is short, at every look, until it is not', (t) => {
    const { pass } = start(t);

    assert.deepEqual(pass(2000, 0.79), []);
    assert.deepEqual(pass(750, 0.85), []);
    assert.deepEqual(pass(500, 0.85), ['short 0.85', 'short 0.85']);
    assert.deepEqual(pass(250, 0.3), ['relief']);
    assert.deepEqual(pass(2000, 0.3), []);
  });

  test('that was garbage, and is gone within the second, is not short', (t) => {
    const { pass, watch } = start(t);

    pass(1000, 0.5);
    for (let rounds = 0; rounds < 20; rounds += 1) {
      assert.deepEqual(pass(750, 0.97), []);
      assert.deepEqual(pass(250, 0.4), []);
    }
    assert.equal(watch.share, 0.4);
  });

  test('that is garbage which nobody collects is collected before anybody is refused', (t) => {
    const { pass, collections } = start(t);

    assert.deepEqual(pass(60_000, 0.97, 0.4), []);
    assert.equal(collections(), 1);
  });

  test('that is short is looked through for garbage every ten seconds', (t) => {
    const { pass, collections } = start(t);

    assert.equal(pass(30_750, 0.85).length, 120);
    assert.equal(collections(), 3);
  });

  test('that is spent is told once, and nothing more', (t) => {
    const { pass, clock } = start(t);

    assert.deepEqual(pass(5000, 0.96), ['spent 0.96']);
    assert.equal(clock.timers, 0);
  });

  test('of this process is read as a share of what it may have, and less after a collection', () => {
    let kept: object[] = Array.from({ length: 500_000 }, (_, index) => ({ index }));
    collectGarbage();
    const full = memoryUse();
    assert.equal(kept.length, 500_000);
    kept = [];
    collectGarbage();
    const empty = memoryUse();

    assert.ok(empty > 0 && empty < full && full < 1, `${full}, then ${empty}`);
  });
});
