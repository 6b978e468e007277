import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { connect } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { dataFolder, type ServerProcess, startProcess, until } from '../support/server-process.ts';
import { onMount } from '../support/small-disk.ts';
import { Writer } from '../support/talkers.ts';

/** Whether not one byte more goes into a pipe. */
function isFull(pipe: string): boolean {
  const end = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    return writeSync(end, '\n'.repeat(4096)) < 4096;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  } finally {
    closeSync(end);
  }
}

/** Fifty come and go, and each leaves two lines in the log. */
async function passBy(t: TestContext, server: ServerProcess): Promise<void> {
  const passers = await Promise.all(Array.from({ length: 50 }, () => connect(t, server)));
  await Promise.all(passers.map((passer) => passer.expectNothing()));
  for (const passer of passers) passer.reset();
}

test('while nobody reads the log any more, the chat goes on and is stored, and the stop is in good order', async (t) => {
  const fault = new Fault(t, 'F23', 'standard output is a pipe that nobody reads');
  const folder = dataFolder(t);
  const pipe = join(dataFolder(t), 'log');
  execFileSync('mkfifo', [pipe], { timeout: 120_000 });
  // Both ends are held open, and nothing is read.
  const held = openSync(pipe, 'r+');
  t.after(() => closeSync(held));
  const server = await startProcess(t, { folder, isLogUnread: true, prefix: ['sh', '-c', 'exec "$@" >"$0"', pipe] });
  const ledger = new Ledger();
  const writers = ['ann', 'ben'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
  for (const writer of writers) await writer.comeAsGuest(server);

  for (let round = 0; round < 100 && !isFull(pipe); round += 1) {
    await passBy(t, server);
  }
  assert.ok(isFull(pipe), 'the pipe is full');
  fault.happened += 1;
  for (const writer of writers) writer.talk(8);
  await until(() => ledger.acked >= times({ quick: 500, long: 10_000 }), 'the chat to go on');
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');

  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  fault.compare(ledger, join(folder, 'classcord.db'));
});

test('while the disk of the log is full, the chat goes on and is stored; the log goes on once there is room', async (t) => {
  if (!has(t, 'tmpfs')) return;
  const fault = new Fault(t, 'F23', 'the disk of the log is full');
  const [folder, logs] = [dataFolder(t), dataFolder(t)];
  const server = await startProcess(t, {
    folder,
    set: [`log.file=${join(logs, 'classcord.log')}`],
    prefix: onMount(`mount -t tmpfs -o size=1m tmpfs '${logs}'`),
  });
  const path = (name: string) => join(`/proc/${server.pid}/root`, logs, name);
  const free = () => statfsSync(path('')).bavail;
  const written = () => statSync(path('classcord.log')).size;
  const ledger = new Ledger();
  const writers = ['ann', 'ben'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
  for (const writer of writers) await writer.comeAsGuest(server);

  for (let filler = 0; free() > 0; filler += 1) {
    execFileSync('fallocate', ['-l', String(free() * statfsSync(path('')).bsize), path(`filler-${filler}`)], { timeout: 120_000 });
    fault.happened = 1;
  }
  // What is left of the last block is used up first.
  for (let before = -1; before !== written(); ) {
    before = written();
    await passBy(t, server);
  }
  for (const writer of writers) writer.talk(8);
  await until(() => ledger.acked >= times({ quick: 200, long: 10_000 }), 'the chat to go on');
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');
  const full = written();
  rmSync(path('filler-0'));
  await until(async () => {
    await passBy(t, server);
    return written() > full;
  }, 'the log to go on');

  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  fault.compare(ledger, join(folder, 'classcord.db'));
});
