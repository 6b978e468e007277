import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlertKind, type AlertNotice, Alerts, alertKinds } from '../../server/base/alerts.ts';
import { createLog } from '../../server/base/log.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryStream } from '../support/memory-stream.ts';

/** Alerts with small thresholds, and all that they told. */
function watched(free: () => Promise<number> = async () => 1_000_000) {
  const clock = new FakeClock();
  const stream = memoryStream();
  const notices: AlertNotice[] = [];
  const raised: AlertKind[] = [];
  const alerts = new Alerts({
    clock,
    log: createLog({ format: 'json', level: 'info', file: '', isTerminal: false, stream }),
    raised: { add: (kind) => void raised.push(kind) },
    node: 'n1',
    thresholds: { brute_force: 3, flood: 3, store: 1, disconnects: 3 },
    quietMs: 60_000,
    diskFloorBytes: 1000,
    freeBytes: free,
    send: (notice) => void notices.push(notice),
  });
  const told = () => notices.map(({ kind, state, count }) => `${kind} ${state} ${count}`);
  return { alerts, clock, told, raised, notices, log: () => stream.text() };
}

test('raises once when a threshold is met within a minute, and says so in the log, the metric and the notice', () => {
  const { alerts, told, raised, notices, log } = watched();

  for (let count = 0; count < 10; count += 1) alerts.note('brute_force');

  assert.deepEqual(told(), ['brute_force raised 3']);
  assert.deepEqual(raised, ['brute_force']);
  assert.equal(alerts.active().brute_force, 1);
  assert.deepEqual(notices[0], {
    kind: 'brute_force',
    state: 'raised',
    text: 'Somebody tries passwords: 3 logins failed within a minute.',
    count: 3,
    at: '2026-09-01T08:00:00.000Z',
    node: 'n1',
  });
  assert.match(
    log(),
    /"log\.level":"warn","message":"Somebody tries passwords: 3 logins failed within a minute\.","event\.action":"alert\.raise"/,
  );
});

test('is quiet when the same comes slowly', () => {
  const { alerts, clock, told } = watched();

  for (let count = 0; count < 10; count += 1) {
    alerts.note('flood');
    clock.advance(30_000);
  }

  assert.deepEqual(told(), []);
});

test('is over when its cause was gone for the quiet time, not before, and may be raised again', () => {
  const { alerts, clock, told } = watched();
  alerts.note('store');
  clock.advance(45_000);
  alerts.note('store');
  clock.advance(45_000);
  assert.deepEqual(told(), ['store raised 1']);

  clock.advance(30_000);
  alerts.note('store');

  assert.deepEqual(told(), ['store raised 1', 'store over 0', 'store raised 1']);
});

test('takes many who leave for a wave only when no more than they are left', () => {
  const { alerts, told } = watched();

  for (let left = 40; left > 30; left -= 1) alerts.note('disconnects', (count) => count >= left);
  assert.deepEqual(told(), []);
  for (let left = 30; left > 15; left -= 1) alerts.note('disconnects', (count) => count >= left);

  assert.deepEqual(told(), ['disconnects raised 21']);
});

test('looks at the disk, raises below the floor, and ends above it; a disk that cannot be asked says nothing', async () => {
  let free = 999;
  const { alerts, clock, told } = watched(async () => {
    if (free < 0) throw new Error('no disk');
    return free;
  });
  const look = async () => {
    clock.advance(15_000);
    await new Promise((resolve) => setImmediate(resolve));
  };

  await look();
  free = -1;
  await look();
  free = 5000;
  for (let count = 0; count < 5; count += 1) await look();

  assert.deepEqual(told(), ['disk raised 999', 'disk over 0']);
  alerts.close();
  assert.equal(clock.timers, 0);
});

test('a threshold of 0 is never met', () => {
  const { clock, raised } = watched();
  const alerts = new Alerts({
    clock,
    log: createLog({ format: 'json', level: 'info', file: '', isTerminal: false, stream: memoryStream() }),
    raised: { add: (kind) => void raised.push(kind) },
    node: 'n1',
    thresholds: { brute_force: 0, flood: 0, store: 0, disconnects: 0 },
    quietMs: 1,
    diskFloorBytes: 0,
    freeBytes: async () => 0,
    send: () => undefined,
  });

  for (const kind of alertKinds) if (kind !== 'disk') for (let count = 0; count < 100; count += 1) alerts.note(kind);

  assert.deepEqual(raised, []);
});
