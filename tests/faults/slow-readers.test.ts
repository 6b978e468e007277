import assert from 'node:assert/strict';
import { connect as connectSocket, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { Client, connect, guest, upgrade } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { mute } from '../support/mute.ts';
import { closedAs } from '../support/server-metrics.ts';
import { startProcess, until } from '../support/server-process.ts';

/** What a reader that does not read may cost the server (reliability.md §2.2). */
const mostGrowthMib = 64;

/** The next line of that type; that somebody has left may come between. */
async function nextOf(client: Client, type: string): Promise<Readonly<Record<string, unknown>>> {
  const line = await client.next();
  return line['type'] === 'status' ? nextOf(client, type) : line;
}

describe('a client that never reads', () => {
  test('is cut off at limits.outbox_bytes; its neighbour hears everything, in order, and memory stays bounded', async (t) => {
    const fault = new Fault(t, 'F19', 'a client that never reads');
    const server = await startProcess(t, { set: ['limits.outbox_soft_s=600'] });
    const talker = await upgrade(await guest(t, server, 'talker'));
    const neighbour = await guest(t, server, 'neighbour');
    const content = 'x'.repeat(8000);
    let sent = 0;
    const say50 = async () => {
      for (let i = 0; i < 50; i += 1) talker.send({ type: 'message', content: `${sent + i} ${content}`, ref: `${sent + i}` });
      for (let i = 0; i < 50; i += 1) {
        assert.equal((await nextOf(talker, 'ack'))['ref'], `${sent + i}`);
        const { content: heard } = await nextOf(neighbour, 'message');
        assert.equal(String(heard).split(' ')[0], `${sent + i}`);
      }
      sent += 50;
    };
    // What the talk itself needs, a heap that has grown to its size, is not the silent one's.
    while (sent < 2000) await say50();
    const silent = await mute(t, server, { name: 'silent' });
    const before = server.residentMib;
    const first = sent;
    let highest = before;

    const cut = () => server.logged('connection.close').find((line) => line['event.reason'] === 'slow_consumer');
    while (cut() === undefined) {
      assert.ok(sent < 10_000, 'it was never cut off');
      await say50();
      highest = Math.max(highest, server.residentMib);
    }

    assert.equal(cut()?.['user.name'], 'silent');
    fault.happened += 1;
    fault.note = `cut off after ${sent - first} messages of 8 kB, which its neighbour all heard; memory ${before.toFixed(0)} MiB, at most ${highest.toFixed(0)} MiB`;
    assert.ok(highest - before < mostGrowthMib, `memory grew by ${(highest - before).toFixed(0)} MiB`);
    silent.socket.resume();
    await silent.gone;
  });

  test('and asks without end is not read from any more, and gets all its answers once it reads', async (t) => {
    const server = await startProcess(t);
    await Promise.all(Array.from({ length: 50 }, (_, index) => guest(t, server, `somebody-with-a-long-name-${index}`)));
    const asker = await mute(t, server, { name: 'asker' });
    const neighbour = await guest(t, server, 'neighbour');
    const before = server.residentMib;
    const requests = 20_000;
    const pad = 'x'.repeat(1000);

    for (let i = 0; i < requests; i += 1) asker.send({ type: 'users', pad });
    await until(() => asker.unsaid < requests * 1000, 'the first requests to be taken');
    let unsaid = 0;
    for (let rounds = 0; rounds < 300 || unsaid !== asker.unsaid; rounds += 1) {
      assert.ok(rounds < 3000, 'it is read from for ever');
      unsaid = asker.unsaid;
      await neighbour.expectNothing();
    }
    const grownMib = server.residentMib - before;

    t.diagnostic(
      `${(unsaid / 2 ** 20).toFixed(1)} of ${((requests * 1025) / 2 ** 20).toFixed(1)} MiB were not taken; memory grew by ${grownMib.toFixed(0)} MiB`,
    );
    assert.ok(unsaid > 2 ** 20, 'the server stopped reading');
    assert.ok(!asker.isGone, 'it is made to wait, not cut off');
    assert.ok(grownMib < mostGrowthMib, `memory grew by ${grownMib.toFixed(0)} MiB`);
    const reader = new Client(asker.socket.resume());
    let answers = 0;
    while (answers < requests) if ((await reader.next())['type'] === 'users') answers += 1;
    await (await connect(t, server)).expectNothing();
  });
});

/** Comes as a guest, and reads as fast as it can, or a kilobyte a second. Resolves when it is in. */
async function reader(t: TestContext, port: number, { name, isSlow }: { name: string; isSlow: boolean }): Promise<Socket> {
  const socket = connectSocket({ host: '127.0.0.1', port }).on('error', () => undefined);
  t.after(() => socket.destroy());
  socket.write(`${JSON.stringify({ type: 'message', from: name, content: '' })}\n{"type":"users"}\n`);
  await new Promise((resolve) => socket.once('readable', resolve));
  if (!isSlow) return socket.resume();
  const timer = setInterval(() => socket.read(1024), 1000);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

test('a hundred of a thousand clients read 1 kB a second: they are cut off, and the others hear all of it in time', async (t) => {
  if (times({ quick: 0, long: 1 }) === 0) return t.skip('only in `npm run faults`');
  const fault = new Fault(t, 'F19', '100 of 1,000 clients read 1 kB a second');
  const server = await startProcess(t);
  const slow = 100;
  const crowd: Socket[] = [];
  for (let i = 0; i < 1000; i += 50) {
    const names = Array.from({ length: 50 }, (_, index) => i + index);
    crowd.push(...(await Promise.all(names.map((number) => reader(t, server.port, { name: `r${number}`, isSlow: number % 10 === 0 })))));
  }
  const talker = await upgrade(await guest(t, server, 'talker'));
  const neighbour = await guest(t, server, 'neighbour');
  const sentAt: number[] = [];
  const latencies: number[] = [];
  const talk = setInterval(() => {
    talker.send({ type: 'message', content: `${sentAt.length} ${'x'.repeat(8000)}`, ref: `${sentAt.length}` });
    sentAt.push(performance.now());
  }, 100);
  t.after(() => clearInterval(talk));

  const startedAt = performance.now();
  for (let cut = 0; cut < slow; ) {
    if (latencies.length % 20 === 0) cut = await closedAs(server.port, 'slow_consumer');
    assert.ok(performance.now() - startedAt < 300_000, `${slow - cut} slow ones are still in`);
    const { content } = await nextOf(neighbour, 'message');
    const number = Number(String(content).split(' ')[0]);
    assert.equal(number, latencies.length, 'in order, and all');
    latencies.push(performance.now() - (sentAt[number] ?? 0));
  }
  clearInterval(talk);
  const ms = (q: number) => latencies.toSorted((one, other) => one - other)[Math.floor(latencies.length * q)] ?? 0;

  fault.happened = slow;
  fault.note = `cut off within ${((performance.now() - startedAt) / 1000).toFixed(0)} s; ${latencies.length} messages of 8 kB to the others: p50 ${ms(0.5).toFixed(0)} ms, p99 ${ms(0.99).toFixed(0)} ms; memory ${server.residentMib.toFixed(0)} MiB`;
  assert.equal(crowd.filter(({ closed }, index) => closed && index % 10 !== 0).length, 0, 'nobody else was cut off');
  assert.equal(await closedAs(server.port, 'slow_consumer'), slow);
  assert.ok(ms(0.99) <= 250, fault.note);
});
