import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endure } from './run.ts';
import { judge, type Sample } from './trend.ts';

const least = { said: 100, churned: 10, asked: 4, fuzzed: 100 };

test('seconds of talk, churn, questions, mute clients and fuzz leave no connection behind, and the WAL and memory keep their bounds', async (t) => {
  const { verdict, done, served, samples } = await endure({ seconds: 8, least, seed: 1, everyS: 0.5 });

  t.diagnostic(JSON.stringify({ ...done, served, ...verdict }));
  // Memory and files are still warming up: only an hour tells about them. What is judged here holds at once.
  assert.ok(samples.length > 6 && verdict.mostSockets > 20, 'there was load');
  assert.deepEqual(
    verdict.faults.filter((fault) => /sockets|WAL/.test(fault)),
    [],
  );
  assert.ok(verdict.mostMib < 512, `${verdict.mostMib} MiB`);
  assert.ok(verdict.mostFiles < 64, `${verdict.mostFiles} open files`);
});

describe('the verdict on an hour', () => {
  const open = { sockets: 30, files: 40 };
  const rest = { before: { sockets: 4, files: 28 }, after: { sockets: 4, files: 40 } };
  /** A sample every 15 s; memory goes up and down by 30 MiB, as a collected heap does. */
  const hour = (change: (seconds: number) => Partial<Sample> = () => ({})): Sample[] =>
    Array.from({ length: 240 }, (_, index) => ({
      seconds: index * 15,
      rssMib: 300 + 30 * Math.sin(index),
      open,
      walBytes: 4 * 2 ** 20,
      ...change(index * 15),
    }));
  const faults = (samples: readonly Sample[], ends = rest) => judge(samples, ends).faults;

  test('is good when memory goes up and down and nothing is left open', () => {
    const verdict = judge(hour(), rest);

    assert.deepEqual(verdict.faults, []);
    assert.ok(Math.abs(verdict.slopeMibPerHour) < 3 * verdict.slopeErrorMibPerHour, `${verdict.slopeMibPerHour} MiB/h`);
  });

  test('says whether the slope is shown to be within the bound, or only not seen', () => {
    const steady = hour((seconds) => ({ rssMib: 300 + Math.sin(seconds) }));

    assert.equal(judge(hour(), rest).isSlopeShown, false);
    assert.equal(judge(steady, rest).isSlopeShown, true);
    assert.equal(judge(steady.slice(0, 60), rest).isSlopeShown, false);
  });

  test('does not mind that a server is small at first, or that a peak comes late', () => {
    assert.deepEqual(faults(hour((seconds) => (seconds < 600 ? { rssMib: 120 } : {}))), []);
    assert.deepEqual(faults(hour((seconds) => (seconds > 3580 ? { rssMib: 360 } : {}))), []);
  });

  test('finds memory that creeps or jumps, connections and files that stay, and a WAL without bound', () => {
    const creeping = hour((seconds) => ({ rssMib: 300 + 20 * (seconds / 3600) + 30 * Math.sin(seconds / 15) }));

    assert.match(faults(creeping).join(), /memory grows by \d/);
    assert.equal(judge(creeping, rest).isSlopeShown, false);
    assert.match(faults(hour((seconds) => (seconds > 3000 ? { rssMib: 400 } : {}))).join(), /memory grew from \d+ to 400/);
    assert.match(faults(hour(), { ...rest, after: { sockets: 5, files: 40 } }).join(), /5 sockets after the load, 4 before/);
    assert.match(faults(hour(), { ...rest, after: { sockets: 4, files: 41 } }).join(), /41 open files after the load, 40 when it was warm/);
    assert.match(faults(hour((seconds) => (seconds === 1500 ? { walBytes: 2 ** 27 } : {}))).join(), /the WAL grew to 128 MiB/);
    assert.match(faults(hour().slice(0, 3)).join(), /only 3 samples/);
  });

  test('finds what is held and grows too slowly to be seen in a heap that goes up and down', () => {
    const held = (perHour: number) => hour((seconds) => ({ liveMib: 50 + Math.sin(seconds) + perHour * (seconds / 3600) }));

    assert.match(faults(held(4)).join(), /^what is held grows by 4\.\d ± 0\.\d MiB an hour$/);
    assert.deepEqual(faults(held(0)), []);
  });
});
