import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { type ServerProcess, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

/** Another program has the database, until `release`. */
function lockDatabase(t: TestContext, { folder }: ServerProcess): { release(): void } {
  const db = new Sqlite(join(folder, 'classcord.db'), { timeout: 1000 });
  t.after(() => db.close());
  db.exec('BEGIN IMMEDIATE');
  return { release: () => void db.exec('ROLLBACK') };
}

/** How long somebody waits for the answer to a `users`, asked for so long, one after the other: the 99th percentile in ms. */
async function answerMs(client: Client, forMs: number): Promise<number> {
  const waits: number[] = [];
  for (const startedAt = performance.now(); performance.now() - startedAt < forMs; ) {
    const askedAt = performance.now();
    await client.expectNothing();
    waits.push(performance.now() - askedAt);
  }
  return waits.toSorted((one, other) => one - other)[Math.floor(waits.length * 0.99)] ?? Number.POSITIVE_INFINITY;
}

describe('while another program holds the database', () => {
  test('longer than a write may wait, the sender is told `storage_unavailable`, nobody sees the message, and the next one goes through', async (t) => {
    const server = await startProcess(t, { set: ['storage.busy_timeout_s=0.5'] });
    const alice = await upgrade(await guest(t, server, 'alice'));
    const bob = await guest(t, server, 'bob');
    const lock = lockDatabase(t, server);

    const saidAt = performance.now();
    alice.send({ type: 'message', ref: '1', content: 'too long' });
    await alice.expect({ type: 'error', ref: '1', code: 'storage_unavailable' });
    const waitedMs = performance.now() - saidAt;
    await bob.expectNothing();
    lock.release();
    alice.send({ type: 'message', ref: '2', content: 'after' });
    await alice.expect({ type: 'ack', ref: '2', seq: 1 });

    await bob.expect({ type: 'message', content: 'after' });
    assert.ok(waitedMs >= 450, `the lock was there: refused after ${waitedMs} ms`);
    assert.match(String(server.logged('store.refused')[0]?.['classcord.error']), /SQLITE_BUSY/);
  });

  for (const seconds of times({ quick: 0, long: 1 }) === 0 ? [0.5] : [3, 20]) {
    test(`for ${seconds} s, what was said meanwhile is committed in its order afterwards, and presence goes on`, async (t) => {
      const fault = new Fault(t, 'F4', `database held by another program for ${seconds} s while 300 messages come`);
      const server = await startProcess(t, { set: ['storage.busy_timeout_s=90'] });
      const ledger = new Ledger();
      const writers = ['ann', 'ben', 'cat'].map((name) => new Writer(name, ['#general'], ledger));
      for (const writer of writers) await writer.comeAsGuest(server);
      const watcher = await guest(t, server, 'watcher');
      const lock = lockDatabase(t, server);

      for (const writer of writers) writer.say(100);
      const p99 = await answerMs(watcher, seconds * 1000);
      const ackedWhileLocked = ledger.acked;
      lock.release();
      await until(() => ledger.open + ledger.unseen === 0, 'the acks, and that the others hear all');

      assert.equal(ackedWhileLocked, 0);
      fault.happened += 1;
      assert.deepEqual(fault.compare(ledger, join(server.folder, 'classcord.db')), { said: 300, acked: 300, seen: 300, stored: 300 });
      fault.within('99 % of the looks at presence were answered within', p99, 500);
    });
  }

  test('the write queue is bounded: past it `server_busy`, and what was taken is stored', async (t) => {
    const server = await startProcess(t, { set: ['storage.busy_timeout_s=30', 'limits.write_queue=16', 'limits.in_flight=64'] });
    const alice = await upgrade(await guest(t, server, 'alice'));
    const lock = lockDatabase(t, server);

    for (let ref = 1; ref <= 40; ref += 1) alice.send({ type: 'message', ref: `${ref}`, content: `${ref}` });
    const bob = await guest(t, server, 'bob');
    lock.release();

    const answers = [];
    for (let ref = 1; ref <= 40; ref += 1) answers.push(await alice.expect({ ref: `${ref}` }));
    const acked = answers.filter(({ type }) => type === 'ack');
    const refused = answers.filter(({ type }) => type === 'error');
    assert.ok(acked.length >= 16 && refused.length > 0, `${acked.length} taken, ${refused.length} refused`);
    assert.deepEqual(new Set(refused.map(({ code }) => code)), new Set(['server_busy']));
    for (const { ref } of acked) await bob.expect({ type: 'message', content: ref });
    await bob.expectNothing();
  });

  test('private messages that wait for somebody who comes meanwhile are told later, once and in their order', async (t) => {
    const server = await startProcess(t, { set: ['storage.busy_timeout_s=0.3'] });
    await (await account(t, server, 'bob')).leave();
    const alice = await upgrade(await account(t, server, 'alice'));
    const tell = async (content: string) => {
      alice.send({ type: 'message', subtype: 'private', to: 'bob', content, ref: content });
      await alice.expect({ type: 'ack', ref: content });
    };
    await alice.expectNothing();
    await tell('first');
    const lock = lockDatabase(t, server);
    const bob = await connect(t, server);
    bob.send({ type: 'login', username: 'bob', password: 'password of bob' });
    await bob.expect({ type: 'login', status: 'ok' });
    await until(() => server.logged('fault').some((line) => line['classcord.where'] === 'mailbox'), 'the refusal');
    await bob.expectNothing();
    await alice.expect({ type: 'status', user: 'bob', state: 'online' });

    lock.release();
    await tell('second');
    await tell('third');

    for (const content of ['first', 'second', 'third']) await bob.expect({ type: 'message', from: 'alice', content });
    await bob.expectNothing();
  });

  test('over and over, no descriptor is lost', async (t) => {
    const server = await startProcess(t, { set: ['storage.busy_timeout_s=0.1'] });
    const alice = await upgrade(await guest(t, server, 'alice'));
    const before = server.descriptors;

    for (let round = 0; round < 10; round += 1) {
      const lock = lockDatabase(t, server);
      alice.send({ type: 'message', content: 'x' });
      await alice.expect({ type: 'error', code: 'storage_unavailable' });
      lock.release();
      alice.send({ type: 'message', content: 'x' });
      await alice.expect({ type: 'ack' });
    }

    assert.ok(server.descriptors <= before + 2, `${before} descriptors before, ${server.descriptors} after`);
  });
});

test('when the database files turn read-only, the sender is told, reads go on, and writing resumes by itself', async (t) => {
  if (!has(t, 'chattr')) return;
  const server = await startProcess(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const bob = await guest(t, server, 'bob');
  const files = ['classcord.db', 'classcord.db-wal'].map((name) => join(server.folder, name));
  const turn = (flag: '+i' | '-i') => execFileSync('chattr', [flag, ...files], { timeout: 120_000 });

  turn('+i');
  try {
    for (const ref of ['1', '2', '3']) {
      alice.send({ type: 'message', ref, content: 'nowhere' });
      await alice.expect({ type: 'error', ref, code: 'storage_unavailable' });
    }
    await bob.expectNothing();
    await (await connect(t, server)).expectNothing();
  } finally {
    turn('-i');
  }
  const refusal = String(server.logged('store.refused')[0]?.['classcord.error']);
  assert.match(refusal, /SQLITE_(IOERR|READONLY|PERM|CANTOPEN)/, 'the files were read-only');
  const freedAt = performance.now();
  alice.send({ type: 'message', ref: '4', content: 'here' });
  await alice.expect({ type: 'ack', ref: '4', seq: 1 });

  await bob.expect({ type: 'message', content: 'here' });
  t.diagnostic(`refused with ${refusal}; resumed after ${(performance.now() - freedAt).toFixed(0)} ms`);
});
