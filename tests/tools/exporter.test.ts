import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { newestSchema } from '../../server/store/migrate.ts';
import { account, guest, upgrade } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { startServer } from '../support/server.ts';
import { dataFolder, startProcess } from '../support/server-process.ts';
import { listed } from './chat-database.ts';
import { folder, run } from './cli-run.ts';
import { ExporterProcess, seriesOf, startExporter } from './exporter-process.ts';

const timeout = 240_000;

test('an exporter that came first says that nothing is up, makes no file, and sees the server when it comes', { timeout }, async (t) => {
  const data = join(folder(t), 'data');
  const exporter = await startExporter(t, { data });

  const first = seriesOf(await exporter.text());
  assert.equal(first.get('classcord_up'), 0);
  assert.ok((first.get('classcord_exporter_process_resident_memory_bytes') ?? 0) > 0);
  await exporter.untilDown('missing');
  assert.equal(existsSync(data), false);

  await startServer(t, { folder: data });
  await exporter.untilUp(1);
  const changes = exporter.log.map((line) => line['event.action']).filter((event) => event !== 'exporter.listen');
  assert.deepEqual([changes[0], changes.at(-1)], ['exporter.down', 'exporter.up']);
});

test('a server that is killed is down once its newest snapshot is old; the exporter lives on, and the next server is seen', {
  timeout,
}, async (t) => {
  const data = dataFolder(t);
  const exporter = await startExporter(t, { data });
  const server = await startProcess(t, { folder: data });
  await exporter.untilUp(1);

  await server.kill();
  const killedAt = performance.now();
  assert.equal(await exporter.up(), 1, 'its newest snapshot is still fresh');
  await exporter.untilUp(0);
  t.diagnostic(`down ${((performance.now() - killedAt) / 1000).toFixed(1)} s after the kill`);
  const text = await exporter.text();
  assert.match(text, /^classcord_users_registered 0$/m, 'tables are read all the same');
  assert.doesNotMatch(text, /^classcord_connections\{/m, 'old figures are not told');

  await startProcess(t, { folder: data });
  await exporter.untilUp(1);
});

test('the exporter tells what the server tells on GET_METRICS, and every series is there from the start', { timeout }, async (t) => {
  const server = await startServer(t);
  const exporter = await startExporter(t, { data: server.folder });
  await exporter.untilUp(1);
  const inside = seriesOf(await server.app.telemetry.metrics.registry.metrics());
  const outside = seriesOf(await exporter.text());

  assert.ok(inside.size > 150, `only ${inside.size} series`);
  assert.deepEqual(
    [...inside.keys()].filter((name) => !outside.has(name)),
    [],
  );
  const counters = [...outside].filter(([name]) =>
    /^classcord_(messages|logins|registrations|request_errors|rate_limited)\w*_total/.test(name),
  );
  assert.ok(counters.length > 30);
  assert.deepEqual(
    counters.filter(([, value]) => value !== 0),
    [],
  );
  assert.equal(outside.get('process_start_time_seconds'), inside.get('process_start_time_seconds'));
  for (const name of [
    'classcord_connections{transport="tcp"}',
    'classcord_messages_delivered_total{transport="ws"}',
    'classcord_sent_bytes_total{transport="tcp"}',
    'classcord_messages_rejected_total{reason="muted"}',
    'classcord_db_busy_total',
    'classcord_request_duration_seconds_count{request="message"}',
  ])
    assert.ok(outside.has(name), name);
});

test('what people do shows within seconds, and no series has a name, a channel or an address in it', { timeout }, async (t) => {
  const server = await startServer(t);
  const exporter = await startExporter(t, { data: server.folder });
  const alice = await upgrade(await account(t, server, 'Alissandra'));
  await guest(t, server, 'Bobinette');
  alice.send({ type: 'join', channel: '#quartier', ref: '1' });
  await alice.expect({ type: 'join', ref: '1' });
  alice.send({ type: 'message', channel: '#quartier', content: 'Geheimnis', ref: '2' });
  await alice.expect({ type: 'ack', ref: '2' });
  alice.send({ type: 'message', subtype: 'private', to: 'Bobinette', content: 'Geheimnis', ref: '3' });
  await alice.expect({ type: 'ack', ref: '3' });
  await exporter.untilUp(1);
  const deadline = performance.now() + 90_000;
  let series = seriesOf(await exporter.text());
  while (series.get('classcord_sessions_authenticated{kind="guest"}') !== 1 && performance.now() < deadline)
    series = seriesOf(await exporter.text());

  const wanted = {
    classcord_users_registered: 1,
    'classcord_channels{visibility="public"}': 2,
    'classcord_messages_stored{kind="channel"}': 1,
    'classcord_messages_stored{kind="private"}': 1,
    'classcord_messages_received_total{kind="private"}': 1,
    'classcord_sessions_authenticated{kind="user"}': 1,
    'classcord_users_present{state="online"}': 2,
    'classcord_users_present{state="invisible"}': 0,
    'classcord_logins_total{method="password"}': 1,
    classcord_resumes_total: 0,
    classcord_slow_consumer_gaps_total: 0,
    'classcord_connections{transport="tcp"}': 2,
    classcord_db_schema_version: newestSchema(),
  };
  assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((name) => [name, series.get(name)])), wanted);
  assert.doesNotMatch(
    [await exporter.text(), await (await exporter.get('/')).text()].join(),
    /alissandra|bobinette|quartier|geheimnis|127\.0\.0\.1/i,
  );
});

test('promtool accepts the text, of a server that is up and of one that is down', { timeout }, async (t) => {
  if (!has(t, 'promtool')) return;
  const data = join(folder(t), 'data');
  const exporter = await startExporter(t, { data });
  const check = async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await exporter.text(), encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  };

  await check();
  await startServer(t, { folder: data });
  await exporter.untilUp(1);
  await check();
});

test('other pages, other methods, and a page for people in their language', { timeout }, async (t) => {
  const server = await startServer(t);
  const exporter = await startExporter(t, { data: server.folder });
  await exporter.untilUp(1);
  const status = async (path: string, init?: RequestInit) => (await exporter.get(path, init)).status;
  const open = await exporter.get('/metrics', { headers: { Accept: 'application/openmetrics-text; version=1.0.0, text/plain; q=0.5' } });
  assert.match(open.headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1\.0\.0/);
  assert.match(await open.text(), /^# TYPE classcord_messages_received counter$.*^classcord_up 1$.*\n# EOF\n$/ms);
  const page = async (language: string) => (await exporter.get('/', { headers: { 'Accept-Language': language } })).text();

  assert.deepEqual([await status('/nope'), await status('/metrics/'), await status('/metrics?x=1')], [404, 404, 200]);
  assert.deepEqual([await status('/metrics', { method: 'POST' }), await status('/', { method: 'DELETE' })], [405, 405]);
  assert.deepEqual([await status('/healthz'), await status('/metrics', { method: 'HEAD' })], [200, 200]);
  assert.equal((await exporter.get('/metrics')).headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(await page('de, en-GB;q=0.7, fr;q=0.9'), /<html lang="fr">[\s\S]*Le serveur fonctionne\./);
  assert.match(await page('fr;q=0.2, en'), /<html lang="en">[\s\S]*The server runs\./);
  assert.match(await page('fr;q=0'), /<html lang="en">/);
  assert.doesNotMatch(await page('fr'), /<script|src=|https?:/);
});

test('SIGTERM ends it with 0; a taken address with 77, a wrong one with 2, each with one line', { timeout }, async (t) => {
  const exporter = await startExporter(t, { data: folder(t) });
  const { port } = new URL((await exporter.get('/healthz')).url);
  const busy = new ExporterProcess({ data: folder(t) });
  t.after(() => busy.child.kill('SIGKILL'));
  const taken = await run(`exporter --listen 127.0.0.1:${port} --data ${folder(t)}`);
  const wrong = await run('exporter --listen 9091 --lang fr');

  assert.equal(taken.code, 77);
  assert.match(taken.stderr, /^classcord: Cannot listen on 127\.0\.0\.1:\d+: another program listens there[^\n]*\n$/);
  assert.deepEqual(
    [wrong.code, wrong.stderr],
    [2, 'classcord: --listen 9091 doit être HÔTE:PORT, par exemple 127.0.0.1:9091 ou [::1]:9091\n'],
  );
  assert.equal((await run('exporter --stale-after soon')).code, 2);
  await busy.untilListening();
  for (const one of [exporter, busy]) one.child.kill('SIGTERM');
  assert.deepEqual([await exporter.ended(), await busy.ended()], [0, 0]);
});

test('beside a database whose server has gone no file is made, and one that is no database harms nobody', { timeout }, async (t) => {
  const data = dataFolder(t);
  const server = await startProcess(t, { folder: data });
  await server.stop();
  for (const end of ['-wal', '-shm']) rmSync(join(data, `classcord.db${end}`), { force: true });
  const before = listed(data);
  const exporter = await startExporter(t, { data });

  await exporter.untilDown('stopped');
  assert.deepEqual(listed(data), before);

  const other = folder(t);
  writeFileSync(join(other, 'classcord.db'), 'not a database');
  const wrong = await startExporter(t, { data: other });
  await wrong.untilDown('unreadable');
  for (const end of ['-wal', '-shm']) writeFileSync(join(other, `classcord.db${end}`), 'not a database');
  assert.equal(await wrong.up(), 0);
  assert.match(await wrong.text(), /^classcord_exporter_down_total\{reason="stopped"\} 0$/m);
  assert.equal(await wrong.up(), 0);
});

const nobody = 65_534;

test('under another user it reads what it may, and never leaves a file', { timeout }, async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can run it as another user');
  const parent = readable(t);
  const server = await startServer(t, { folder: join(parent, 'data') });
  chmodSync(server.folder, 0o777);
  const exporter = await startExporter(t, { data: server.folder, uid: nobody });
  await exporter.untilUp(1);

  await server.stop();
  for (const end of ['-wal', '-shm']) rmSync(join(server.folder, `classcord.db${end}`), { force: true });
  const before = listed(server.folder);
  await exporter.untilUp(0);
  assert.deepEqual(listed(server.folder), before);

  const again = await startServer(t, { folder: server.folder });
  for (const end of ['', '-wal', '-shm']) chmodSync(join(again.folder, `classcord.db${end}`), 0o640);
  const second = await startExporter(t, { data: again.folder, uid: nobody });
  await second.untilDown('unreadable');
  const alice = await guest(t, again, 'alice');
  await alice.expectNothing();
});

test('the export tool of another user says so instead of leaving files that the server could not open', { timeout }, (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can run it as another user');
  const parent = readable(t);
  const file = join(parent, 'classcord.db');
  const db = new Sqlite(file);
  db.pragma('journal_mode = WAL');
  db.close();
  chmodSync(parent, 0o777);
  chownSync(file, nobody - 1, nobody - 1);
  const program = join(import.meta.dirname, '../../tools/bin/classcord-export.cts');
  const args = ['--import', import.meta.resolve('tsx'), program, '--json', '--data', parent];
  const { status, stderr } = spawnSync(process.execPath, args, {
    uid: nobody,
    gid: nobody,
    cwd: parent,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

  assert.equal(status, 5);
  assert.match(stderr, /belongs to another user: run this as that user/);
  assert.deepEqual(listed(parent), ['classcord.db']);
});

/** A folder that every user may enter. */
function readable(t: TestContext): string {
  const path = join(folder(t), 'open');
  mkdirSync(path);
  chmodSync(join(path, '..'), 0o755);
  return path;
}
