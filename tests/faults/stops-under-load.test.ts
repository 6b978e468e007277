import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { guest } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

test('SIGTERM over and over under load: each ends with exit 0, everybody is told, and nothing acknowledged is lost', async (t) => {
  const fault = new Fault(t, 'F13', 'SIGTERM under load');
  const random = seeded(t);
  const folder = dataFolder(t);
  const file = join(folder, 'classcord.db');
  const ledger = new Ledger();
  let slowestMs = 0;

  for (let stop = 0; stop < times({ quick: 2, long: 100 }); stop += 1) {
    const server = await startProcess(t, { folder });
    const writers = [1, 2, 3].map((number) => new Writer(`writer-${stop}-${number}`, ['#general', '#dev'], ledger));
    for (const writer of writers) await writer.comeAsGuest(server);
    const reader = await guest(t, server, 'reader');
    for (const writer of writers) writer.talk(8);
    await until(() => writers.every(({ open }) => open > 0), 'load');
    await wait(random(10, 300));

    const askedAt = performance.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    slowestMs = Math.max(slowestMs, performance.now() - askedAt);
    for (const writer of writers) writer.talk(0);
    await Promise.all(writers.map(({ gone }) => gone));
    for (const { errors } of writers) assert.deepEqual(errors, ['draining']);
    await reader.ended();
    assert.match(reader.pending().at(-1) ?? '', /"from": ?"serveur"/);
    assert.ok(!existsSync(join(folder, 'classcord.pid')) && existsSync(`${file}-seal`), 'in good order, and sealed');
    fault.happened += 1;
  }

  fault.compare(ledger, file);
  assert.equal(integrityOf(file), 'ok');
  fault.within('the slowest stop took', slowestMs, 8000);
});
