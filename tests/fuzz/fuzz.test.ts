import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { requests } from '../../server/protocol/index.ts';
import { batch } from './batch.ts';
import { Chance } from './chance.ts';
import { plainLine, v1Line, v2Line } from './clean-lines.ts';
import { fuzzInProcess } from './in-process.ts';
import { type Memory, overgrown } from './memory.ts';
import { fuzzWire } from './wire.ts';

/** What memory may grow by once a server has seen a quarter of the lines. */
const mostGrowthMib = 96;

/** The same lines each time, so that a red test is red again; `npm run fuzz` and SEED look for new ones. */
const seed = Number(process.env['SEED'] ?? 20_261_128);

test('40,000 fuzzed lines over the wire: no crash, no `internal`, nothing invalid reaches the honest, memory stays bounded', async (t) => {
  t.diagnostic(`seed ${seed}`);

  const figures = await fuzzWire({ lines: 40_000, seed });

  t.diagnostic(JSON.stringify(figures));
  assert.equal(figures.lines, 40_000);
  assert.ok(figures.pulses > 0 && figures.witnessed > 4000, 'the witnesses heard others and each other');
  assert.ok(figures.counted['bad lines'] > 4000 && figures.counted.refusals > 4000 && figures.counted.messages > 1000);
  assert.ok(figures.mostMib - figures.warmMib < mostGrowthMib, `memory grew from ${figures.warmMib} to ${figures.mostMib} MiB`);
  assertFlat(figures);
});

test('160,000 fuzzed lines against guard, parser, dialects and dispatch: nothing is thrown, nothing unclean is spelled', async (t) => {
  t.diagnostic(`seed ${seed}`);

  const figures = await fuzzInProcess({ lines: 160_000, seed });

  t.diagnostic(JSON.stringify(figures));
  assert.equal(figures.lines, 160_000);
  assert.ok(figures.served > 500 && figures.dispatched > 16_000 && figures.spelled > 8000 && figures.refused > 16_000);
  assertFlat(figures);
});

function assertFlat(figures: Memory & { readonly lines: number }): void {
  assert.ok(figures.heldWarmMib > 5, 'it was looked at');
  assert.equal(overgrown(figures), null);
}

describe('the fuzz', () => {
  test('sends the same lines for the same seed, and others for another', () => {
    const bytes = (...parts: readonly number[]) => Buffer.concat(batch(new Chance(...parts), 1000).pieces);

    assert.deepEqual(bytes(1, 7), bytes(1, 7));
    assert.notDeepEqual(bytes(1, 7), bytes(2, 7));
    assert.notDeepEqual(bytes(1, 7), bytes(1, 8));
  });

  test('has every request of the protocol among its lines, and every way of ending', () => {
    const batches = Array.from({ length: 400 }, (_, number) => batch(new Chance(3, number), 1000));
    const text = batches.map(({ pieces }) => Buffer.concat(pieces).toString('latin1')).join('\n');

    assert.deepEqual(
      Object.keys(requests).filter((type) => !text.includes(`{"type":"${type}"`)),
      [],
    );
    for (const tongue of ['v1', 'v2', 'plain', 'stranger']) assert.ok(batches.some((one) => one.tongue === tongue));
    assert.ok(batches.some(({ isReset }) => isReset) && batches.some(({ pieces }) => pieces.length > 5));
  });

  test('finds every planted fault in a line for others', () => {
    const v1 = (text: string) => () => v1Line(Buffer.from(text), false);
    const good = '{"type": "message", "content": "x", "from": "a", "timestamp": "2026-11-22T09:00:00.000001"}';
    v1(good)();
    for (const bad of [
      good.replace('"x"', '"é"'),
      good.replace('": "x"', '":"x"'),
      good.replace('"x"', '"\\u001b"'),
      good.replace('"x"', '7'),
      good.replace('"x"', '"x", "role": "admin"'),
      good.replace('000001', '001'),
      good.replace('message', 'ack'),
      `${good}{}`,
      good.slice(1),
      '[]',
      '{"type": "status", "user": "a", "state": "online", "x": "y"}',
    ])
      assert.throws(v1(bad), assert.AssertionError, bad);

    const v2 = (text: string | Buffer) => () => v2Line(Buffer.from(text));
    const fine = '{"type":"message","subtype":"global","content":"é","from":"a","timestamp":"t","id":1,"seq":1}';
    v2(fine)();
    for (const bad of [
      Buffer.from(fine, 'latin1'),
      fine.replace('é', '\\ud800'),
      fine.replace('é', '\\u0000'),
      fine.replace('é', '\u202e'),
      fine.replace('"seq":1', '"seq":1e400'),
      fine.replace('"type":"message",', ''),
      fine.slice(0, -1),
    ])
      assert.throws(v2(bad), assert.AssertionError, bad.toString());

    plainLine(Buffer.from('[12:01] <bob> é 👍'));
    for (const bad of ['\u001b[2J', 'a\tb', '\u009b', '\u202e', '\u2028'])
      assert.throws(() => plainLine(Buffer.from(bad)), assert.AssertionError);
    assert.throws(() => plainLine(Buffer.from('é', 'latin1')), assert.AssertionError);
  });
});
