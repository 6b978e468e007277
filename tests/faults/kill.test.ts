import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { listen, logIn, register, Writer } from '../support/talkers.ts';

const cycles = 50;

test(`${cycles} times kill -9 under load: nothing acknowledged or seen is lost, nothing doubled, no gap in seq`, async (t) => {
  const random = seeded(t);
  const folder = dataFolder(t);
  const ledger = new Ledger();
  const accounts = [new Writer('alice', ['#general', '>bob', '#dev'], ledger), new Writer('bob', ['#general', '>alice'], ledger)];
  const kills: { readonly afterMs: number; readonly open: number; readonly loginMs: number }[] = [];
  let pupil = '';

  for (let cycle = 0; cycle <= cycles; cycle += 1) {
    const server = await startProcess(t, { folder });
    const loginMs = pupil === '' ? 0 : await logIn(server, pupil);
    const guests = [1, 2].map((number) => new Writer(`guest-${cycle}-${number}`, ['#general', '#dev'], ledger));
    const listeners = await Promise.all([listen(server, ledger), listen(server, ledger)]);
    await Promise.all(accounts.map((writer) => writer.comeAsAccount(server, cycle === 0)));
    await Promise.all(guests.map((writer) => writer.comeAsGuest(server)));
    if (cycle === cycles) break;

    const writers = [...accounts, ...guests];
    for (const writer of writers) writer.talk(8);
    const name = `pupil-${cycle}`;
    const registered = register(server, name);
    const afterMs = random(50, 600);
    await wait(afterMs);
    for (const writer of writers) writer.talk(0);
    const open = writers.reduce((sum, writer) => sum + writer.open, 0);
    await server.kill();

    assert.deepEqual(await server.ended(), { code: null, signal: 'SIGKILL' });
    if (await registered) pupil = name;
    await Promise.all([...writers, ...listeners].map(({ gone }) => gone));
    kills.push({ afterMs, open, loginMs });
  }
  await until(() => accounts.every(({ open }) => open === 0), 'what was not answered to be said again');
  const file = join(folder, 'classcord.db');
  const totals = ledger.compare(file);

  const again = accounts.reduce((sum, { duplicates }) => sum + duplicates, 0);
  const busy = kills.filter(({ open }) => open > 0).length;
  const slowest = Math.max(...kills.map(({ loginMs }) => loginMs));
  t.diagnostic(`${JSON.stringify(totals)}; ${busy} kills with messages under way, ${again} of them stored and not yet told`);
  t.diagnostic(`slowest first login ${slowest.toFixed(0)} ms after the first accept`);
  assert.ok(busy >= cycles / 2, 'the kills fell into work');
  assert.ok(totals.acked > cycles * 20, 'there was load');
  assert.equal(integrityOf(file), 'ok');
});
