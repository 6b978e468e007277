import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** What the server tells of itself, by series. */
async function figuresOf(server: TestServer): Promise<(series: string) => number | undefined> {
  const lines = (await server.app.telemetry.metrics.registry.metrics()).split('\n');
  return (series) => {
    const line = lines.find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
}

async function people(t: TestContext) {
  const server = await startServer(t, { set: ['storage.busy_timeout_s=0.2'] });
  const alice = await upgrade(await connect(t, server));
  (await account(t, server, 'alice')).socket.destroy();
  alice.send({ type: 'login', ref: 'l', username: 'alice', password: 'password of alice' });
  return { server, alice, token: String((await alice.expect({ type: 'login', ref: 'l' }))['resume_token']) };
}

test('sessions that are taken up again are counted, and those that cannot be', async (t) => {
  const { server, alice, token } = await people(t);
  alice.reset();
  const again = await upgrade(await connect(t, server));
  again.send({ type: 'resume', ref: '1', token: 'stolen' });
  await again.expect({ type: 'error', ref: '1', code: 'session_expired' });
  again.send({ type: 'resume', ref: '2', token });
  await again.expect({ type: 'resume', status: 'ok', ref: '2' });

  const figure = await figuresOf(server);
  assert.deepEqual([figure('classcord_resumes_total'), figure('classcord_resume_failures_total')], [1, 1]);
  assert.equal(figure('classcord_logins_total{method="password"}'), 2);
});

test('messages that are refused are counted by their reason, other requests are not', async (t) => {
  const { server, alice } = await people(t);
  alice.send({ type: 'message', ref: '1', to: 'nobody', content: 'hello' });
  await alice.expect({ type: 'error', ref: '1', code: 'not_found' });
  alice.send({ type: 'members', ref: '2', channel: '#none' });
  await alice.expect({ type: 'error', ref: '2', code: 'not_found' });

  const figure = await figuresOf(server);
  assert.equal(figure('classcord_messages_rejected_total{reason="not_found"}'), 1);
  assert.equal(figure('classcord_request_errors_total{code="not_found"}'), 2);
  assert.equal(figure('classcord_messages_rejected_total{reason="muted"}'), 0);
});

test('people are counted by their state, and what they read and write by their transport', async (t) => {
  const { server, alice } = await people(t);
  const bob = await upgrade(await guest(t, server, 'bob'));
  await guest(t, server, 'carl');
  bob.send({ type: 'status', ref: 's', state: 'invisible' });
  await bob.expect({ type: 'status', ref: 's' });
  alice.send({ type: 'status', ref: 's', state: 'busy' });
  while ((await alice.next())['ref'] !== 's');

  const figure = await figuresOf(server);
  const present = ['online', 'away', 'dnd', 'invisible'].map((state) => figure(`classcord_users_present{state="${state}"}`));
  assert.deepEqual(present, [1, 0, 1, 1]);
  for (const name of ['received_bytes', 'sent_bytes', 'messages_delivered']) {
    assert.ok(Number(figure(`classcord_${name}_total{transport="tcp"}`)) > 0, name);
    assert.equal(figure(`classcord_${name}_total{transport="ws"}`), 0);
  }
});

test('a batch that finds the database held by another program is counted once, however often it tries', async (t) => {
  const { server, alice } = await people(t);
  const thief = new Sqlite(join(server.folder, 'classcord.db'));
  t.after(() => thief.close());
  assert.equal((await figuresOf(server))('classcord_db_busy_total'), 0);
  thief.exec('BEGIN IMMEDIATE');
  alice.send({ type: 'message', ref: '1', content: 'held up' });
  await alice.expect({ type: 'error', ref: '1', code: 'storage_unavailable' });
  thief.exec('ROLLBACK');

  const busy = Number((await figuresOf(server))('classcord_db_busy_total'));
  assert.ok(busy >= 1 && busy <= 3, `${busy} batches: the message, and perhaps a snapshot`);
});
