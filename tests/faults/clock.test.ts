import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { connect, guest } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

/** The server looks twice a second at who has been silent for too long. */
const sweepsMs = 1500;
const hourMs = 3_600_000;
const library = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1';

test('a clock that jumps back an hour and forward ten years changes no order, closes nobody and removes nothing', async (t) => {
  if (times({ quick: 0, long: 1 }) === 0) return t.skip('only in `npm run faults`');
  assert.ok(existsSync(library), 'the Debian package libfaketime is needed');
  const fault = new Fault(t, 'F9', 'clock jumps by −1 h and +10 y while messages come');
  const clock = join(dataFolder(t), 'clock');
  writeFileSync(clock, '+0');
  const startedAt = Date.now();
  const server = await startProcess(t, {
    env: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_NO_CACHE: '1' },
  });
  const ledger = new Ledger();
  const writers = ['ann', 'ben'].map((name) => new Writer(name, ['#general', '#dev', '>ann'], ledger));
  for (const writer of writers) await writer.comeAsAccount(server, true);
  const quiet = await guest(t, server, 'quiet');
  for (const writer of writers) writer.talk(4);

  for (const jump of ['-1h', '+0', '+10y', '+0', '-1h', '+10y']) {
    const acked = ledger.acked;
    await until(() => ledger.acked > acked + 170, 'messages');
    writeFileSync(clock, jump);
    fault.happened += 1;
    await wait(sweepsMs);
    // It is told in the log, with the time that the server then has.
    (await connect(t, server)).reset();
  }
  const acked = ledger.acked;
  await until(() => ledger.acked > acked + 170, 'messages after the last jump');
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');

  assert.deepEqual(
    writers.flatMap(({ errors }) => errors),
    [],
  );
  quiet.send({ type: 'users' });
  while ((await quiet.next())['type'] !== 'users');
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const file = join(server.folder, 'classcord.db');
  const totals = fault.compare(ledger, file);
  assert.equal(totals.stored, totals.said, 'nothing was removed');
  const db = new Sqlite(file, { readonly: true });
  const years = db.prepare<[], string>('SELECT DISTINCT substr(timestamp, 1, 4) FROM messages ORDER BY 1').pluck().all();
  db.close();
  assert.equal(Number(years.at(-1)) - Number(years[0]), 10, 'the clock has jumped on');
  const told = server.log.map((line) => Date.parse(String(line['@timestamp'])) - startedAt);
  assert.ok(told.some((ms) => ms < -0.9 * hourMs) && told.some((ms) => ms > 9 * 365 * 24 * hourMs), 'and back');
  fault.note = `${totals.stored} messages in order; times of a conversation never go back`;
});
