import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';
import { ExporterProcess } from '../tools/exporter-process.ts';

test('an exporter that is killed over and over, and asked without pause, does not concern the chat', async (t) => {
  const fault = new Fault(t, 'F17', 'exporter killed in the middle of many scrapes');
  const server = await startProcess(t);
  const ledger = new Ledger();
  const writers = ['ann', 'ben'].map((name) => new Writer(name, ['#general', '#dev'], ledger));
  for (const writer of writers) await writer.comeAsGuest(server);
  for (const writer of writers) writer.talk(4);
  let [scrapes, answered] = [0, 0];

  for (let kill = 0; kill < times({ quick: 1, long: 50 }); kill += 1) {
    const exporter = new ExporterProcess({ data: server.folder });
    t.after(() => exporter.child.kill('SIGKILL'));
    await exporter.untilListening();
    assert.equal((await exporter.get('/metrics')).status, 200);
    const acked = ledger.acked;
    const storm = Array.from({ length: 50 }, async () => {
      scrapes += 1;
      const response = await exporter.get('/metrics').catch(() => null);
      if (response?.status === 200) answered += 1;
    });
    await Promise.race(storm);
    const beside = ledger.acked;
    await until(() => ledger.acked > beside, 'the chat to go on beside the scrapes');
    exporter.child.kill('SIGKILL');
    await Promise.all(storm);
    await until(() => ledger.acked > acked, 'the chat to go on');
    fault.happened += 1;
  }
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');
  assert.deepEqual(
    writers.flatMap(({ errors }) => errors),
    [],
  );
  assert.deepEqual(server.logged('fault'), []);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  fault.compare(ledger, join(server.folder, 'classcord.db'));
  fault.note = `${scrapes} scrapes at once, of which ${answered} were answered before the kill`;
});
