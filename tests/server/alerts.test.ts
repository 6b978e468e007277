import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { connect } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** A listener that hands over the bodies that it gets, in order. */
async function hook(t: TestContext) {
  const bodies: Record<string, unknown>[] = [];
  const waiting: ((body: Record<string, unknown>) => void)[] = [];
  const server = createServer(async (asked, answer) => {
    let text = '';
    for await (const chunk of asked) text += String(chunk);
    const body = JSON.parse(text) as Record<string, unknown>;
    const next = waiting.shift();
    if (next === undefined) bodies.push(body);
    else next(body);
    answer.end();
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
  const lines = server
    .log()
    .split('\n')
    .filter((line) => line.includes('"alert.raise"'));
  assert.equal(lines.length, 1);
  const scrape = await connect(t, server);
  scrape.write('GET_METRICS');
  await scrape.ended();
  assert.ok(scrape.pending().includes('classcord_alert_active{kind="brute_force"} 1'));
  assert.ok(scrape.pending().includes('classcord_alerts_total{kind="brute_force"} 1'));
});

test('a wave of disconnections is told when it leaves fewer people than went', async (t) => {
  const { url, next } = await hook(t);
  const server = await startServer(t, { set: [`alerts.webhook=${url}`, 'alerts.disconnects_per_minute=4'] });
  const people = await Promise.all(Array.from({ length: 8 }, () => connect(t, server)));

  for (const person of people.slice(0, 5)) person.reset();

  const told = await next();
  assert.deepEqual([told['kind'], told['count']], ['disconnects', 4]);
});
