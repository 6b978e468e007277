import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

/** The contract's longest stop, and what a busy machine may add to it. */
const stopMs = 3 * 8000;

describe('SIGTERM', () => {
  test('under load ends with exit 0 in time; nothing acknowledged is lost, and everybody with a name is told', async (t) => {
    const server = await startProcess(t);
    const ledger = new Ledger();
    const writers = ['ann', 'ben', 'cat', 'dan'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
    for (const writer of writers) await writer.comeAsGuest(server);
    const v1 = await Promise.all(['eve', 'fay', 'gus'].map((name) => guest(t, server, name)));
    const nameless = await connect(t, server);
    await nameless.expectNothing();
    for (const writer of writers) writer.talk(16);
    await until(() => ledger.acked > 500, 'load');

    const askedAt = performance.now();
    server.signal('SIGTERM');
    const end = await server.ended();
    const tookMs = performance.now() - askedAt;

    assert.deepEqual(end, { code: 0, signal: null });
    assert.ok(tookMs < stopMs, `it took ${tookMs} ms`);
    await Promise.all(writers.map(({ gone }) => gone));
    for (const writer of writers) assert.deepEqual(writer.errors, ['draining'], writer.name);
    await nameless.ended();
    assert.deepEqual(nameless.pending(), [], 'it asked nothing, and is told nothing');
    for (const client of v1) {
      await client.ended();
      const { type, subtype, from, content } = JSON.parse(client.pending().at(-1) ?? '{}') as Record<string, unknown>;
      assert.deepEqual({ type, subtype, from }, { type: 'message', subtype: 'global', from: 'serveur' });
      assert.match(String(content), /restarting/);
    }
    const file = join(server.folder, 'classcord.db');
    const totals = ledger.compare(file);
    t.diagnostic(`${JSON.stringify(totals)}; stopped in ${tookMs.toFixed(0)} ms`);
    assert.equal(integrityOf(file), 'ok');
    assert.ok(!existsSync(join(server.folder, 'classcord.pid')), 'the stop was clean');
  });

  test('finishes what a slowed v1 session has sent as far as there is time, and tells it goodbye too', async (t) => {
    const set = ['limits.messages_guest.burst=5', 'limits.messages_guest.per_second=2', 'limits.shutdown_s=4'];
    const server = await startProcess(t, { hasShippedLimits: true, set });
    const flooder = await guest(t, server, 'flooder');
    for (let i = 0; i < 50; i += 1) flooder.send({ type: 'message', content: `${i}` });
    await until(() => server.logged('session.enter').length === 1, 'the guest');
    await (await connect(t, server)).expectNothing();

    const { code } = await server.stop();

    assert.equal(code, 0);
    await flooder.ended();
    const lines = flooder.pending().map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ from }) => from),
      ['serveur'],
      'it was told why',
    );
  });

  test('while the database is locked by another program still ends in time, with exit 0', async (t) => {
    const server = await startProcess(t);
    const alice = await upgrade(await account(t, server, 'alice'));
    const bob = await guest(t, server, 'bob');
    const db = new Sqlite(join(server.folder, 'classcord.db'));
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    alice.send({ type: 'message', ref: '1', content: 'waits for the lock' });
    await bob.expectNothing();

    const askedAt = performance.now();
    const { code } = await server.stop();
    const tookMs = performance.now() - askedAt;

    assert.equal(code, 0);
    assert.ok(tookMs < stopMs, `it took ${tookMs} ms`);
    assert.ok(!alice.pending().some((line) => line.includes('"ack"')), 'nothing was acknowledged');
  });

  test('a second one cuts the stop short', async (t) => {
    const server = await startProcess(t, { set: ['storage.busy_timeout_s=60', 'limits.shutdown_s=60'] });
    const alice = await upgrade(await guest(t, server, 'alice'));
    alice.send({ type: 'message', ref: '1', content: 'stored' });
    await alice.expect({ type: 'ack', ref: '1' });
    const bob = await guest(t, server, 'bob');
    const db = new Sqlite(join(server.folder, 'classcord.db'));
    t.after(() => db.close());
    db.exec('BEGIN IMMEDIATE');
    alice.send({ type: 'message', ref: '2', content: 'waits for the lock' });
    await bob.expectNothing();

    server.signal('SIGTERM');
    await server.untilLogged('server.signal');
    const askedAt = performance.now();
    server.signal('SIGTERM');
    const { code } = await server.ended();
    const tookMs = performance.now() - askedAt;

    t.diagnostic(`ended ${tookMs.toFixed(0)} ms after the second signal`);
    assert.equal(code, 0);
    assert.ok(tookMs < 30_000, `it took ${tookMs} ms`);
    db.exec('ROLLBACK');
    const contents = db.prepare<[], string>('SELECT content FROM messages ORDER BY seq').pluck().all();
    assert.equal(contents[0], 'stored');
  });

  test('with nobody there ends at once', async (t) => {
    const server = await startProcess(t, { set: ['limits.shutdown_s=120'] });

    const askedAt = performance.now();
    const { code } = await server.stop();

    assert.equal(code, 0);
    assert.ok(performance.now() - askedAt < 60_000);
  });

  test('leaves the database as one file, also when it was opened before', async (t) => {
    const first = await startProcess(t);
    await first.stop();
    const again = await startProcess(t, { folder: first.folder });
    await again.stop();

    const left = ['-wal', '-shm'].filter((end) => existsSync(join(first.folder, `classcord.db${end}`)));
    assert.deepEqual(left, []);
  });
});
