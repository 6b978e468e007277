import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { guest } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';
import { isTraceWhole } from '../support/wal.ts';

const syncMs = 500;
/** Messages of one writer that are on their way at once. */
const window = 8;

test('with syncs of half a second many messages share one, who only looks at presence does not wait for the disk, and nothing is lost', async (t) => {
  if (!has(t, 'strace')) return;
  const fault = new Fault(t, 'F22', `each sync takes ${syncMs} ms longer`);
  const folder = dataFolder(t);
  const delay = ['-e', 'trace=fsync,fdatasync', '-e', `inject=fsync,fdatasync:delay_enter=${syncMs * 1000}`, '-e', 'signal=none'];
  const trace = join(dataFolder(t), 'trace');
  const server = await startProcess(t, { folder, prefix: ['strace', '-D', '-f', '--seccomp-bpf', '-o', trace, ...delay] });
  const ledger = new Ledger();
  const writers = Array.from({ length: 20 }, (_, index) => new Writer(`writer-${index}`, ['#dev'], ledger));
  for (const writer of writers) await writer.comeAsGuest(server);
  const watcher = await guest(t, server, 'watcher');
  const waits: number[] = [];

  for (const writer of writers) writer.talk(window);
  while (ledger.acked < times({ quick: 1000, long: 10_000 })) {
    const askedAt = performance.now();
    await watcher.expectNothing();
    waits.push(performance.now() - askedAt);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');
  assert.deepEqual(await server.stop(), { code: 0, signal: null });

  await until(() => isTraceWhole(trace), 'the trace');
  const delayed = readFileSync(trace, 'utf8').match(/\(DELAYED\)/g)?.length ?? 0;
  fault.happened = delayed;
  const totals = fault.compare(ledger, join(folder, 'classcord.db'));
  const p99 = waits.sort((one, other) => one - other)[Math.floor(waits.length * 0.99)] ?? 0;
  fault.note = `${Math.round(totals.acked / delayed)} messages a sync; 99 % of ${waits.length} looks at presence were answered within ${p99.toFixed(0)} ms`;
  assert.ok(totals.acked / delayed > 20, 'many messages share a sync');
  // Who waits for the disk waits at every batch, and a batch has no more messages than are on their way at once.
  const waited = waits.filter((ms) => ms > syncMs * 0.8).length;
  const batches = totals.acked / (writers.length * window);
  assert.ok(waited < batches / 2, `presence waited ${waited} times for ${batches.toFixed(0)} batches`);
});
