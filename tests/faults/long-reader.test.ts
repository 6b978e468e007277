import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { guest, upgrade } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { startProcess, until } from '../support/server-process.ts';

const mostBytes = 16 * 1_048_576;
/** For so long at least the reader stays. */
const heldMs = times({ quick: 0, long: 300_000 });

test('while another program reads for long the log grows and all is stored; once it ends the log is small again', async (t) => {
  const fault = new Fault(t, 'F5', 'a reader that stays open');
  const server = await startProcess(t);
  const file = join(server.folder, 'classcord.db');
  const alice = await upgrade(await guest(t, server, 'alice'));
  const content = 'x'.repeat(30_000);
  let [said, largest] = [0, 0];
  const say = async () => {
    for (let i = 0; i < 8; i += 1) alice.send({ type: 'message', ref: `${said + i}`, content });
    for (let i = 0; i < 8; i += 1) assert.equal((await alice.expect({ ref: `${said + i}` }))['type'], 'ack');
    said += 8;
    largest = Math.max(largest, statSync(`${file}-wal`).size);
  };
  const reader = new Sqlite(file, { readonly: true });
  t.after(() => reader.close());
  reader.exec('BEGIN');
  const seen = reader.prepare('SELECT count(*) FROM messages').pluck();
  assert.equal(seen.get(), 0);

  for (const heldSince = performance.now(); largest < 1.5 * mostBytes || performance.now() - heldSince < heldMs; ) {
    await say();
    if (largest >= 1.5 * mostBytes) await wait(1000);
  }
  assert.equal(seen.get(), 0, 'it reads what was there when it began');
  fault.happened += 1;
  reader.exec('COMMIT');
  assert.equal(seen.get(), said);
  const releasedAt = performance.now();
  await until(async () => {
    await say();
    return statSync(`${file}-wal`).size <= mostBytes;
  }, 'the log to be small again');

  fault.note = `${said} messages of 30 kB, the log grew to ${(largest / 2 ** 20).toFixed(0)} MiB`;
  fault.within('it was small again after', performance.now() - releasedAt, 60_000);
});
