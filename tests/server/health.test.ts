import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { Health } from '../../server/store/health.ts';
import { connect, guest } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { type ServerOverrides, startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

interface Answer {
  readonly status: number;
  readonly ready: unknown;
  /** The checks that failed. */
  readonly failed: readonly string[];
}

/** A server whose health can be asked. */
async function start(t: TestContext, { set = [], ...overrides }: ServerOverrides = {}) {
  const server = await startServer(t, { ...overrides, set: ['server.health_listen=127.0.0.1:0', ...set] });
  return {
    server,
    ask: (path: string, init?: RequestInit) => fetch(`http://${server.app.healthAddress}${path}`, init),
    ready: () => readyOf(server),
  };
}

async function readyOf({ app }: TestServer): Promise<Answer> {
  const response = await fetch(`http://${app.healthAddress}/readyz`);
  const body = (await response.json()) as { status: string; checks: Record<string, { ok: boolean; detail: string }> };
  const failed = Object.entries(body.checks).filter(([, { ok }]) => !ok);
  return { status: response.status, ready: body.status, failed: failed.map(([name]) => name) };
}

const good: Answer = { status: 200, ready: 'ready', failed: [] };

test('a server that runs is alive and ready, and tells each check', async (t) => {
  const { ask, ready } = await start(t);

  assert.deepEqual([(await ask('/livez')).status, await (await ask('/livez')).json()], [200, { status: 'alive' }]);
  assert.deepEqual(await ready(), good);
  const { checks } = (await (await ask('/readyz?verbose')).json()) as { checks: Record<string, { detail: string }> };
  assert.deepEqual(Object.keys(checks), ['database', 'migrations', 'disk', 'draining']);
  assert.match(checks['migrations']?.detail ?? '', /^schema \d+$/);
  assert.match(checks['disk']?.detail ?? '', /^\d+ bytes free, floor 67108864$/);
});

test('nothing else is answered there', async (t) => {
  const { ask } = await start(t);
  const head = await ask('/readyz', { method: 'HEAD' });

  assert.deepEqual([(await ask('/')).status, (await ask('/metrics')).status, (await ask('/livez/')).status], [404, 404, 404]);
  const post = await ask('/livez', { method: 'POST', body: 'x' });
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD']);
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('with less free disk than the floor it is alive and not ready', async (t) => {
  const { ask, ready } = await start(t, { set: ['storage.disk_floor_bytes=9000000000000000'] });

  assert.deepEqual(await ready(), { status: 503, ready: 'not ready', failed: ['disk'] });
  assert.equal((await ask('/livez')).status, 200);
});

test('while another program holds the database it is not ready, and it is again when it can write', async (t) => {
  const { server, ready } = await start(t, { set: ['storage.busy_timeout_s=0.1'] });
  const thief = new Sqlite(join(server.folder, 'classcord.db'));
  thief.exec('BEGIN IMMEDIATE');

  assert.deepEqual(await ready(), { status: 503, ready: 'not ready', failed: ['database'] });
  thief.close();
  await until(async () => (await ready()).status === 200, 'ready again');
});

test('a write that was refused makes it not ready until one goes through', async (t) => {
  const clock = new FakeClock();
  const { server, ready } = await start(t, { clock, set: ['storage.busy_timeout_s=0.1'] });
  const alice = await guest(t, server, 'alice');
  const thief = new Sqlite(join(server.folder, 'classcord.db'));
  thief.exec('BEGIN IMMEDIATE');
  alice.send({ type: 'message', content: 'lost' });
  await alice.expect({ type: 'error', code: 'storage_unavailable' });
  thief.close();

  assert.deepEqual(await ready(), { status: 503, ready: 'not ready', failed: ['database'] }, 'the last write was refused');
  clock.advance(1000);
  assert.deepEqual(await ready(), good);
});

test('from the beginning of a stop it says that it drains, and is alive until the end', async (t) => {
  const { server, ask, ready } = await start(t);
  // A client that never ends its side keeps the stop from being over at once.
  await connect(t, server);
  const stopped = server.stop();

  assert.deepEqual(await ready(), { status: 503, ready: 'not ready', failed: ['draining'] });
  assert.equal((await ask('/livez')).status, 200);
  await stopped;
  await assert.rejects(() => ask('/livez'));
});

test('before the database is open and migrated it is not ready', async () => {
  const health = new Health({ file: join(import.meta.dirname, 'none.db'), diskFloorBytes: 0, node: 'n1', clock: new FakeClock() });
  const { ready, checks } = await health.report();

  assert.equal(ready, false);
  assert.deepEqual([checks.database.ok, checks.migrations.ok, checks.draining.ok], [false, false, true]);
  assert.equal(checks.migrations.detail, 'under way');
});

test('the port can be left out, and one that is taken is a warning: the server serves', async (t) => {
  const without = await startServer(t, { set: ['server.health_listen='] });
  assert.equal(without.app.healthAddress, null);

  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as { port: number };
  const server = await startServer(t, { set: [`server.health_listen=127.0.0.1:${port}`] });

  assert.equal(server.app.healthAddress, null);
  assert.match(server.log(), /"event\.action":"health\.unavailable"[^\n]*EADDRINUSE/);
  await guest(t, server, 'alice');
});
