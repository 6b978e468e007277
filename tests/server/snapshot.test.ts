import assert from 'node:assert/strict';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { createMetrics } from '../../server/base/metrics.ts';
import { keepSnapshots } from '../../server/store/snapshots.ts';
import type { MetricsSnapshot } from '../../server/store/store.ts';
import { guest } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

function snapshotsIn(folder: string): MetricsSnapshot[] {
  const db = new Sqlite(join(folder, 'classcord.db'), { readonly: true });
  const rows = db.prepare<[], MetricsSnapshot>('SELECT node, at, json FROM metrics_snapshots').all();
  db.close();
  return rows;
}

/** The value of a series in what a server would tell now. */
async function figureOf(registry: { metrics(): Promise<string> }, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await registry.metrics())?.[1]);
}

test('every two seconds the metrics of this node are in the database, one row for each node', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, set: ['server.node=left'] });
  await until(() => snapshotsIn(server.folder).length === 1, 'the first snapshot');
  const [first] = snapshotsIn(server.folder);

  await guest(t, server, 'alice');
  clock.advance(2000);
  await until(() => snapshotsIn(server.folder)[0]?.at !== first?.at, 'the second snapshot');
  const rows = snapshotsIn(server.folder);
  assert.equal(rows.length, 1);
  assert.deepEqual([rows[0]?.node, rows[0]?.at], ['left', clock.now()]);
  const metrics = JSON.parse(rows[0]?.json ?? '') as { name: string; values: { value: number }[] }[];
  assert.equal(metrics.find(({ name }) => name === 'classcord_users_present')?.values[0]?.value, 1);
});

test('a node that has been gone for a day is forgotten', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  await until(() => snapshotsIn(server.folder).length === 1, 'the first snapshot');
  await server.stop();

  clock.setWall(clock.now() + 25 * 3600 * 1000);
  const other = await startServer(t, { clock, folder: server.folder, set: ['server.node=n2'] });
  await until(() => snapshotsIn(other.folder)[0]?.node === 'n2', 'the other node');
  assert.equal(snapshotsIn(other.folder).length, 1);
});

test('a refused snapshot is counted and nothing else: no line in the log, no error to anybody', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, set: ['storage.busy_timeout_s=0.1'] });
  const { registry } = server.app.telemetry.metrics;
  const alice = await guest(t, server, 'alice');
  await until(async () => (await figureOf(registry, 'classcord_metrics_snapshots_total')) === 1, 'the first snapshot');
  const thief = new Sqlite(join(server.folder, 'classcord.db'));
  thief.exec('BEGIN IMMEDIATE');

  clock.advance(2000);
  await until(async () => (await figureOf(registry, 'classcord_metrics_snapshot_failures_total')) === 1, 'the refusal');
  thief.close();
  assert.doesNotMatch(server.log(), /store\.refused|fault/);
  await alice.expectNothing();

  clock.advance(2000);
  await until(async () => (await figureOf(registry, 'classcord_metrics_snapshots_total')) === 2, 'the next snapshot');
});

test('while many writes wait snapshots are left out, but never so long that the server looks dead', async () => {
  const metrics = createMetrics({ closeReasons: [], errorCodes: [], requests: [] }, '1');
  const clock = new FakeClock();
  const saved: number[] = [];
  let queued = 0;
  const save = async ({ at }: MetricsSnapshot) => void saved.push(at);
  const store = {
    metrics: { save, probe: async () => undefined, figures: () => assert.fail('not asked for here') },
    get queued() {
      return queued;
    },
  };
  const stop = keepSnapshots({ metrics, store, clock, node: 'n1' });
  const pass = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };

  await pass(0);
  assert.equal(saved.length, 1);
  queued = 5000;
  await pass(2000);
  await pass(2000);
  assert.equal(saved.length, 1);
  assert.equal(await figureOf(metrics.registry, 'classcord_metrics_snapshots_skipped_total'), 2);
  await pass(2000);
  assert.equal(saved.length, 2, 'six seconds are long enough');

  queued = 3;
  await pass(2000);
  assert.equal(saved.length, 3);
  stop();
  await pass(10_000);
  assert.equal(saved.length, 3);
  assert.equal(clock.timers, 0);
});

test('a snapshot that does not come back holds the next ones up, not the memory', async () => {
  const metrics = createMetrics({ closeReasons: [], errorCodes: [], requests: [] }, '1');
  const clock = new FakeClock();
  let asked = 0;
  const save = () => {
    asked += 1;
    return new Promise<void>(() => undefined);
  };
  const store = { metrics: { save, probe: async () => undefined, figures: () => assert.fail('not asked for here') }, queued: 0 };
  const stop = keepSnapshots({ metrics, store, clock, node: 'n1' });

  for (let look = 0; look < 20; look++) {
    clock.advance(2000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stop();
  assert.equal(asked, 1);
});

test('the exporter of the course gets the whole text from the chat port: eleven bytes, then reads of 1,024 until a short one', async (t) => {
  const server = await startServer(t);
  await guest(t, server, 'alice');
  const text = await askAsTheCourseDoes(t, server.port);

  assert.ok(text.length > 10 * 1024, `only ${text.length} bytes`);
  assert.match(text, /^classcord_connections\{transport="tcp"\} 2$/m);
  assert.match(text, /^classcord_messages_stored\{kind="channel"\} 0$/m);
  assert.match(text, /^classcord_up 1$/m);
  assert.match(text, /^classcord_request_duration_seconds_bucket\{le="0\.0005",request="message"\} 0$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(text.endsWith('\n'), 'nothing is cut off');
});

/** Connects, writes the word without a newline, and reads in its way: a read that is not full ends it. */
function askAsTheCourseDoes(t: TestContext, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // As in Python: a buffer of 1,024 bytes, filled by one read after another.
    const parts: Buffer[] = [];
    const socket = connectSocket({
      host: '127.0.0.1',
      port,
      onread: {
        buffer: Buffer.alloc(1024),
        callback(length, buffer) {
          parts.push(Buffer.from(buffer.subarray(0, length)));
          if (length < 1024) socket.destroy();
          return true;
        },
      },
    });
    t.after(() => socket.destroy());
    socket.once('connect', () => socket.write('GET_METRICS')).once('error', reject);
    socket.once('close', () => resolve(Buffer.concat(parts).toString()));
  });
}
