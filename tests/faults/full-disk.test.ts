import assert from 'node:assert/strict';
import test from 'node:test';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { until } from '../support/server-process.ts';
import { startOnSmallDisk } from '../support/small-disk.ts';
import { listen, Writer } from '../support/talkers.ts';

test('on a full disk the sender is told `storage_unavailable`, nobody else sees the message, and reads go on', async (t) => {
  if (!has(t, 'tmpfs')) return;
  const disk = await startOnSmallDisk(t, 24);
  const alice = await upgrade(await account(t, disk.server, 'alice'));
  const bob = await guest(t, disk.server, 'bob');
  const erin = await connect(t, disk.server);
  erin.send({ type: 'register', username: 'erin', password: 'password of erin' });
  await erin.expect({ type: 'register', status: 'ok' });

  disk.fill();
  const refused: unknown[] = [];
  // What is still free inside the files that SQLite has already is used up first.
  for (let number = 0; refused.length < 3; number += 1) {
    assert.ok(number < 2000, 'the disk is full for SQLite too');
    alice.send({ type: 'message', ref: String(number), content: `${number} `.padEnd(8000, 'x') });
    const { type, code } = await alice.next();
    if (type === 'error') refused.push(code);
    else await bob.expect({ type: 'message', from: 'alice' });
  }

  assert.deepEqual(new Set(refused), new Set(['storage_unavailable']));
  await bob.expectNothing();
  const carol = await connect(t, disk.server);
  carol.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await carol.expect({ type: 'login', status: 'ok' });
  erin.send({ type: 'login', username: 'erin', password: 'password of erin' });
  await erin.expect({ type: 'login', status: 'ok' });
  carol.send({ type: 'users' });
  await until(() => carol.pending().some((line) => line.includes('"users"')), 'the list');
  while (carol.pending().length > 1) await carol.next();
  await carol.expect({ type: 'users', users: ['alice', 'bob', 'erin'] });
  carol.send({ type: 'register', username: 'dora', password: 'password of dora' });
  await carol.expect({ type: 'error', code: 'storage_unavailable' });
  assert.ok(
    disk.server.logged('store.refused').some(({ 'classcord.error': error }) => /SQLITE_(FULL|IOERR)/.test(String(error))),
    'the disk was full',
  );
});

test('over and over full and free under load: writing resumes by itself within 5 s, and nothing acknowledged is lost', async (t) => {
  if (!has(t, 'tmpfs')) return;
  const fault = new Fault(t, 'F3', 'disk full, and free again');
  const disk = await startOnSmallDisk(t, 24);
  const ledger = new Ledger();
  const writers = ['ann', 'ben', 'cat'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
  await listen(disk.server, ledger);
  for (const writer of writers) await writer.comeAsGuest(disk.server);
  const refusals = () => writers.reduce((sum, { errors }) => sum + errors.length, 0);
  let slowestMs = 0;

  for (let cycle = 0; cycle < times({ quick: 5, long: 20 }); cycle += 1) {
    const refusedBefore = refusals();
    disk.fill();
    await until(() => {
      for (const writer of writers) writer.talk(8);
      return refusals() > refusedBefore;
    }, 'a refusal');
    const ackedBefore = ledger.acked;
    const freedAt = performance.now();
    disk.free();
    await until(() => {
      for (const writer of writers) writer.talk(8);
      return ledger.acked > ackedBefore + 20;
    }, 'writing to resume');
    slowestMs = Math.max(slowestMs, performance.now() - freedAt);
    fault.happened += 1;
    for (const writer of writers) writer.talk(0);
    await until(() => writers.every(({ open }) => open === 0), 'the last answers');
  }

  assert.deepEqual(new Set(writers.flatMap(({ errors }) => errors)), new Set(['storage_unavailable']));
  const copy = disk.copyDatabase(t);
  const totals = fault.compare(ledger, copy);
  assert.equal(integrityOf(copy), 'ok');
  fault.note = `${totals.stored} stored, ${refusals()} refused`;
  assert.deepEqual(await disk.server.stop(), { code: 0, signal: null });
  fault.within('writing resumed within', slowestMs, 5000);
});
