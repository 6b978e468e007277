import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { connect } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { ask, people } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

/** A listener that hands over the bodies that it gets, in order; it answers with these statuses first, and then with 200. */
async function hook(t: TestContext, statuses: readonly number[] = []) {
  const left = [...statuses];
  const bodies: Record<string, unknown>[] = [];
  const waiting: ((body: Record<string, unknown>) => void)[] = [];
  const server = createServer(async (asked, answer) => {
    let text = '';
    for await (const chunk of asked) text += String(chunk);
    const body = JSON.parse(text) as Record<string, unknown>;
    const next = waiting.shift();
    if (next === undefined) bodies.push(body);
    else next(body);
    answer.writeHead(left.shift() ?? 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const next = () =>
    new Promise<Record<string, unknown>>((resolve) => {
      const body = bodies.shift();
      if (body === undefined) waiting.push(resolve);
      else resolve(body);
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, next };
}

test('guessed passwords are told in the log, in the metrics and to the webhook, with no name and no password', async (t) => {
  const { url, next } = await hook(t);
  const server = await startServer(t, { set: [`alerts.webhook=${url}`, 'alerts.login_failures_per_minute=3'] });
  const client = await connect(t, server);

  for (let tries = 0; tries < 4; tries += 1) {
    client.send({ type: 'login', username: 'alice', password: 'guessed' });
    await client.expect({ type: 'error' });
  }

  const told = await next();
  assert.deepEqual([told['kind'], told['state'], told['count'], told['node']], ['brute_force', 'raised', 3, 'n1']);
  assert.doesNotMatch(JSON.stringify(told), /alice|guessed/);
  await assertRaised(server, 'brute_force');
});

test('a wave of disconnections is told when it leaves fewer people than went', async (t) => {
  const { url, next } = await hook(t);
  const server = await startServer(t, { set: [`alerts.webhook=${url}`, 'alerts.disconnects_per_minute=4'] });
  const people = await Promise.all(Array.from({ length: 8 }, () => connect(t, server)));

  for (const person of people.slice(0, 5)) person.reset();

  const told = await next();
  assert.deepEqual([told['kind'], told['count']], ['disconnects', 4]);
  await assertRaised(server, 'disconnects');
});

test('a flood is told once, and that it is over', async (t) => {
  const { url, next } = await hook(t);
  const clock = standingClock(t);
  const rate = ['limits.messages.burst=30', 'limits.messages.per_second=0.001'];
  const server = await startServer(t, { clock, set: [`alerts.webhook=${url}`, 'alerts.flood_per_minute=3', 'alerts.quiet_s=60', ...rate] });
  const { alice } = await people(t, server, { alice: [] });

  for (let said = 0; said < 60; said += 1) alice.send({ type: 'message', content: 'flood' });

  const told = await next();
  assert.deepEqual([told['kind'], told['state'], told['count']], ['flood', 'raised', 3]);
  await assertRaised(server, 'flood');
  await until(
    async () => (await figures(server)).includes('classcord_webhook_notices_total{outcome="sent"} 1'),
    'the answer of the webhook',
  );
  // No further: the time that the webhook has to answer is by this clock, too.
  clock.advance(60_000);
  const over = await next();
  assert.deepEqual([over['kind'], over['state']], ['flood', 'over']);
  assert.match(server.log(), /"event\.action":"alert\.end".*"flood"/);
  assert.ok((await figures(server)).includes('classcord_alert_active{kind="flood"} 0'));
});

test('a disk that gets full is told before anybody is refused', async (t) => {
  const { url, next } = await hook(t);
  const clock = standingClock(t);
  const set = [`alerts.webhook=${url}`, `storage.disk_floor_bytes=${Number.MAX_SAFE_INTEGER}`];
  const server = await startServer(t, { clock, set });

  clock.advance(15_000);

  const told = await next();
  assert.deepEqual([told['kind'], told['state']], ['disk', 'raised']);
  assert.ok(Number(told['count']) > 0, 'how much is free');
  await assertRaised(server, 'disk');
});

test('a database that takes nothing is told, to a webhook that is tried again', async (t) => {
  const { url, next } = await hook(t, [503]);
  const server = await startServer(t, { set: [`alerts.webhook=${url}`, 'storage.busy_timeout_s=0.1', 'limits.ping_s=600'] });
  const { alice } = await people(t, server, { alice: [] });
  const db = new Sqlite(join(server.folder, 'classcord.db'), { timeout: 10_000 });
  t.after(() => db.close());
  db.exec('BEGIN IMMEDIATE');

  alice.send({ type: 'message', ref: '1', content: 'x' });
  await alice.expect({ type: 'error', ref: '1', code: 'storage_unavailable' });
  db.exec('ROLLBACK');

  const [first, again] = [await next(), await next()];
  assert.deepEqual([first['kind'], first['state']], ['store', 'raised']);
  assert.deepEqual(again, first);
  await assertRaised(server, 'store');
  await until(
    async () => (await figures(server)).includes('classcord_webhook_notices_total{outcome="sent"} 1'),
    'the answer of the webhook',
  );
  await ask(alice, { type: 'channels' });
});

/** What a scrape says, by lines. */
async function figures({ app }: TestServer): Promise<readonly string[]> {
  return (await app.house.metricsText()).split('\n');
}

/** One line of the log, and both metrics. */
async function assertRaised(server: TestServer, kind: string): Promise<void> {
  const raised = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"event.action":"alert.raise"'));
  assert.equal(raised.length, 1, raised.join('\n'));
  assert.match(raised[0] ?? '', new RegExp(`"classcord\\.alert":"${kind}"`));
  const told = await figures(server);
  assert.ok(told.includes(`classcord_alert_active{kind="${kind}"} 1`), kind);
  assert.ok(told.includes(`classcord_alerts_total{kind="${kind}"} 1`), kind);
}
