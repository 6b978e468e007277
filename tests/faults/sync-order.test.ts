import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { checkOrder, OrderCheck, type OrderReport, straceTo } from '../support/syscalls.ts';
import { listen, Writer } from '../support/talkers.ts';

const messages = times({ quick: 1000, long: 10_000 });

/** What left the server in a talk of four, and when, as the kernel saw it. */
async function traceTalk(t: TestContext, set: readonly string[], fault?: Fault): Promise<OrderReport> {
  const folder = dataFolder(t);
  const trace = join(folder, 'trace');
  const server = await startProcess(t, { folder, set, prefix: straceTo(trace) });
  const ledger = new Ledger();
  const writers = ['ann', 'ben', 'cat', 'dan'].map((name) => new Writer(name, ['#general'], ledger));
  const listener = await listen(server, ledger);
  for (const writer of writers) await writer.comeAsGuest(server);

  for (const writer of writers) writer.talk(8);
  await until(() => ledger.acked >= messages, `${messages} messages`, 120_000);
  for (const writer of writers) writer.talk(0);
  await until(() => ledger.open === 0, 'the last acks');
  await server.stop();
  await listener.gone;
  await until(() => existsSync(trace) && !existsSync(`/proc/${server.pid}`), 'the trace');
  fault?.count(ledger, join(folder, 'classcord.db'));
  ledger.compare(join(folder, 'classcord.db'));
  return checkOrder(trace);
}

describe('stored first, told second, as the kernel sees it', () => {
  test(`of ${messages} messages no byte of an ack or a delivery leaves before the fdatasync that covers its row`, async (t) => {
    if (!has(t, 'strace')) return;

    const fault = new Fault(t, 'F2', 'each write to a client held against the syncs before it');
    const { told, writes, syncs, early } = await traceTalk(t, [], fault);

    fault.happened = writes;
    fault.note = `${told} messages, ${syncs} syncs, ${early.length} told before their sync`;
    assert.ok(told >= messages && syncs > 0 && writes > 0, 'the trace holds what is to be checked');
    assert.deepEqual(early, []);
  });

  test('and the check sees it when nothing is synced', async (t) => {
    if (!has(t, 'strace')) return;

    const { told, early } = await traceTalk(t, ['storage.synchronous=OFF']);

    assert.ok(told >= messages);
    assert.equal(early.length, told);
  });
});

describe('the check of a trace', () => {
  const row = '7 pwrite64(30</d/classcord.db-wal>, "..m.a.1...", 4096, 32) = 4096';
  const sync = '7 fdatasync(30</d/classcord.db-wal>) = 0';
  const ack = '5 write(40<TCP:[1->2]>, "{\\"ref\\":\\"m.a.1.\\"}\\n", 18) = 18';
  const cases: readonly { readonly title: string; readonly lines: readonly string[]; readonly isEarly: boolean }[] = [
    { title: 'is content with row, sync, ack', lines: [row, sync, ack], isEarly: false },
    { title: 'finds an ack before the row', lines: [ack, row, sync], isEarly: true },
    { title: 'finds an ack before the sync', lines: [row, ack, sync], isEarly: true },
    { title: 'finds a sync that began before the row was written', lines: [sync, row, ack], isEarly: true },
    { title: 'finds a sync that failed', lines: [row, sync.replace('= 0', '= -1 EIO (Input/output error)'), ack], isEarly: true },
    {
      title: 'finds an ack while the sync is under way',
      lines: [row, '7 fdatasync(30</d/classcord.db-wal> <unfinished ...>', ack, '7 <... fdatasync resumed>) = 0'],
      isEarly: true,
    },
    {
      title: 'finds a row that was written while the sync was under way',
      lines: ['8 fdatasync(30</d/classcord.db-wal> <unfinished ...>', row, '8 <... fdatasync resumed>) = 0', ack],
      isEarly: true,
    },
    {
      title: 'finds a sync of another file',
      lines: [row, sync.replace('db-wal', 'db'), ack],
      isEarly: true,
    },
    {
      title: 'finds it in a write of several parts',
      lines: ['5 writev(40<TCP:[1->2]>, [{iov_base="x", iov_len=1}, {iov_base="m.a.1.", iov_len=6}], 2) = 7', row, sync],
      isEarly: true,
    },
  ];
  for (const { title, lines, isEarly } of cases) {
    test(title, () => {
      const check = new OrderCheck();

      for (const line of lines) check.take(line);

      assert.deepEqual(check.report().early, isEarly ? ['m.a.1.'] : []);
    });
  }
});
