import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { startProcess, until } from '../support/server-process.ts';
import { listen, Writer } from '../support/talkers.ts';

const cycles = times({ quick: 2, long: 20 });

test('over and over read-only and writable again under load: nothing acknowledged is lost, and writing resumes by itself', async (t) => {
  if (!has(t, 'chattr')) return;
  const fault = new Fault(t, 'F6', 'files of the database read-only, and writable again');
  const server = await startProcess(t);
  const ledger = new Ledger();
  const writers = ['ann', 'ben', 'cat'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
  await listen(server, ledger);
  for (const writer of writers) await writer.comeAsGuest(server);
  const files = ['classcord.db', 'classcord.db-wal', 'classcord.db-mark'].map((name) => join(server.folder, name));
  const turn = (flag: '+i' | '-i') => execFileSync('chattr', [flag, ...files], { timeout: 120_000 });
  const refusals = () => writers.reduce((sum, { errors }) => sum + errors.length, 0);
  const talkUntil = (isSo: () => boolean, what: string) =>
    until(() => {
      for (const writer of writers) writer.talk(4);
      return isSo();
    }, what);
  let slowestMs = 0;

  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const acked = ledger.acked;
    await talkUntil(() => ledger.acked > acked + 20, 'messages');
    const refused = refusals();
    turn('+i');
    try {
      await talkUntil(() => refusals() > refused + 5, 'refusals');
    } finally {
      turn('-i');
    }
    const [freedAt, before] = [performance.now(), ledger.acked];
    await talkUntil(() => ledger.acked > before, 'writing to resume');
    slowestMs = Math.max(slowestMs, performance.now() - freedAt);
    fault.happened += 1;
  }

  for (const writer of writers) writer.talk(0);
  await until(() => writers.every(({ open }) => open === 0), 'the last answers');
  assert.deepEqual(new Set(writers.flatMap(({ errors }) => errors)), new Set(['storage_unavailable']));
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  fault.compare(ledger, join(server.folder, 'classcord.db'));
  fault.note = `${refusals()} refused`;
  assert.equal(integrityOf(join(server.folder, 'classcord.db')), 'ok');
  fault.within('writing resumed within', slowestMs, 5000);
});
