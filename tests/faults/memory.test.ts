import assert from 'node:assert/strict';
import { connect as connectSocket, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { attack } from '../fuzz/attacker.ts';
import { batch } from '../fuzz/batch.ts';
import { Chance } from '../fuzz/chance.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { mute } from '../support/mute.ts';
import { dataFolder, type ServerProcess, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

/** A heap that is soon full: what the server needs for itself is some 36 MB. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=48' };
const mostNewcomers = 15_000;

/** Two who talk, and what they said; one of them in private, too. */
async function talk(
  server: ServerProcess,
  ledger = new Ledger(),
): Promise<{ readonly ledger: Ledger; readonly writers: readonly Writer[] }> {
  const writers = [new Writer('alice', ['#general', '>bob'], ledger), new Writer('bob', ['#general'], ledger)];
  for (const writer of writers) await writer.comeAsAccount(server, true);
  for (const writer of writers) writer.talk(1);
  return { ledger, writers };
}

/** Comes, and is let in or not. */
function newcomer(t: TestContext, { port }: ServerProcess): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host: '127.0.0.1', port }, () => socket.write('{"type":"users"}\n'));
    t.after(() => socket.destroy());
    socket
      .on('error', () => undefined)
      .once('data', () => resolve(socket.resume()))
      .once('close', () => resolve(null));
  });
}

/** Newcomers until `isEnough`; those that were let in. */
async function crowd(t: TestContext, server: ServerProcess, isEnough: (refused: number) => boolean): Promise<readonly Socket[]> {
  const isIn: Socket[] = [];
  let came = 0;
  while (!isEnough(came - isIn.length)) {
    assert.ok(came < mostNewcomers, `${isIn.length} of ${came} were let in, and the heap is not full`);
    const wave = await Promise.all(Array.from({ length: 50 }, () => newcomer(t, server)));
    came += wave.length;
    isIn.push(...wave.filter((socket) => socket !== null));
  }
  return isIn;
}

/** Everything that the two said is answered. */
async function finish(writers: readonly Writer[]): Promise<void> {
  for (const writer of writers) writer.talk(0);
  await until(() => writers.every(({ open }) => open === 0), 'the last answers');
}

describe('a heap that is nearly full', () => {
  test('lets nobody new in, tells so once a minute, and goes on for those who are in; who leaves makes room', async (t) => {
    const fault = new Fault(t, 'F11', 'heap of 48 MB filled by newcomers');
    const folder = dataFolder(t);
    const server = await startProcess(t, { folder, env: smallHeap });
    const { ledger, writers } = await talk(server);

    const isIn = await crowd(t, server, (refused) => refused > 0);
    const told = await server.untilLogged('memory.short');
    assert.equal(await newcomer(t, server), null);
    const before = ledger.size;
    await until(() => ledger.size > before + 20, 'the talk to go on');
    for (const socket of isIn) socket.destroy();
    await until(async () => (await newcomer(t, server)) !== null, 'a newcomer to be let in again');
    await finish(writers);

    fault.happened = 1;
    fault.note = `nobody more was let in after ${isIn.length}`;
    assert.ok(Number(told['classcord.percent']) >= 80, JSON.stringify(told));
    assert.equal(server.logged('memory.short').length, 1);
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    fault.compare(ledger, join(folder, 'classcord.db'));
  });

  test('that is spent ends the server in good order, with exit 75, before it is aborted', async (t) => {
    const fault = new Fault(t, 'F11', 'heap of 48 MB spent');
    const folder = dataFolder(t);
    const bounds = ['limits.memory_full_percent=100', 'limits.memory_stop_percent=80'];
    const server = await startProcess(t, { folder, env: smallHeap, set: bounds });
    const { ledger, writers } = await talk(server);

    const isIn = await crowd(t, server, () => server.logged('memory.spent').length > 0);
    await Promise.all(writers.map(({ gone }) => gone));

    assert.deepEqual(await server.ended(), { code: 75, signal: null });
    assert.ok(writers.every(({ errors }) => errors.includes('draining')));
    fault.happened = 1;
    fault.note = `exit 75 after ${isIn.length} newcomers`;
    const file = join(folder, 'classcord.db');
    fault.compare(ledger, file);
    assert.equal(integrityOf(file), 'ok');
  });
});

const seconds = times({ quick: 0, long: 60 });
const pad = 'x'.repeat(1000);

test(`${seconds} s of crowd, fuzz and clients that never read on a heap of 96 MB: no abort, nothing lost`, async (t) => {
  if (seconds === 0) return t.skip('only in `npm run faults`');
  const fault = new Fault(t, 'F11', `heap of 96 MB under a crowd, fuzzed lines and clients that never read, ${seconds} s`);
  const folder = dataFolder(t);
  const server = await startProcess(t, { folder, env: { NODE_OPTIONS: '--max-old-space-size=96' } });
  const { ledger, writers } = await talk(server, new Ledger({ hasStrangers: true }));
  const silent = await Promise.all([1, 2, 3, 4, 5].map((number) => mute(t, server, { name: `silent-${number}`, isV2: true })));

  const isIn = await crowd(t, server, (refused) => refused > 0);
  assert.ok(ledger.acked > 100, 'there is a past to be asked for');
  for (const client of silent) {
    for (let i = 0; i < 20_000; i += 1) client.send({ type: 'history', channel: '#general', limit: 1000, pad });
  }
  const until = performance.now() + seconds * 1000;
  let lines = 0;
  let number = 0;
  const fuzz = async () => {
    while (performance.now() < until) {
      number += 1;
      const next = batch(new Chance(11, number), 200);
      await attack(server.port, next, false);
      lines += next.lines;
      // Whom the fuzz brings in makes room for as many.
      isIn[number]?.destroy();
    }
  };
  await Promise.all([fuzz(), fuzz(), fuzz(), fuzz()]);
  assert.ok(!server.hasEnded, server.errors);
  await finish(writers);

  fault.happened = server.logged('memory.short').length;
  // Who does not read is not told that it was cut off: the server's log knows.
  const ends = server.logged('connection.close').filter((line) => /^silent-/.test(String(line['user.name'])));
  const cutOff = ends.filter((line) => line['event.reason'] === 'slow_consumer').length;
  fault.note = `full after ${isIn.length} newcomers; ${lines} fuzzed lines; of ${silent.length} that never read ${cutOff} cut off; ${server.residentMib.toFixed(0)} MiB in use at the end`;
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  fault.compare(ledger, join(folder, 'classcord.db'));
});
