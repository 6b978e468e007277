import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, type ServerProcess, startProcess, until } from '../support/server-process.ts';
import { listen, logIn, register, Writer } from '../support/talkers.ts';

/** Who is here, as a stranger is told, by name. */
async function onlineOf(t: TestContext, server: ServerProcess): Promise<readonly unknown[]> {
  const stranger = await connect(t, server);
  stranger.send({ type: 'users' });
  const { users } = await stranger.expect({ type: 'users' });
  stranger.reset();
  assert.ok(Array.isArray(users));
  return users.toSorted();
}

const cycles = times({ quick: 50, long: 200 });

test(`${cycles} times kill -9 under load: nothing acknowledged or seen is lost, nothing doubled, no gap in seq`, async (t) => {
  const fault = new Fault(t, 'F1', 'kill -9 under load');
  const random = seeded(t);
  const folder = dataFolder(t);
  const ledger = new Ledger();
  const accounts = [new Writer('alice', ['#general', '>bob', '#dev'], ledger), new Writer('bob', ['#general', '>alice'], ledger)];
  const pupils: string[] = [];
  let busy = 0;
  let slowestMs = 0;

  for (let cycle = 0; cycle <= cycles; cycle += 1) {
    const startedAt = performance.now();
    const server = await startProcess(t, { folder });
    await Promise.all(accounts.map((writer) => writer.comeAsAccount(server, cycle === 0)));
    if (cycle > 0) slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    assert.deepEqual(await onlineOf(t, server), ['alice', 'bob'], 'nobody is here who was cut off by the kill');
    if (cycle === cycles) {
      await until(() => accounts.every(({ open }) => open === 0), 'what was not answered to be said again');
      for (const pupil of pupils) await logIn(server, pupil);
      break;
    }
    const guests = [1, 2].map((number) => new Writer(`guest-${cycle}-${number}`, ['#general', '#dev'], ledger));
    const listeners = await Promise.all([listen(server, ledger), listen(server, ledger)]);
    await Promise.all(guests.map((writer) => writer.comeAsGuest(server)));

    const writers = [...accounts, ...guests];
    for (const writer of writers) writer.talk(8);
    const registered = register(server, `pupil-${cycle}`);
    await wait(random(50, 600));
    for (const writer of writers) writer.talk(0);
    if (writers.some(({ open }) => open > 0)) busy += 1;
    await server.kill();

    assert.deepEqual(await server.ended(), { code: null, signal: 'SIGKILL' });
    fault.happened += 1;
    if (await registered) pupils.push(`pupil-${cycle}`);
    await Promise.all([...writers, ...listeners].map(({ gone }) => gone));
  }
  const file = join(folder, 'classcord.db');
  const totals = fault.compare(ledger, file);

  const again = accounts.reduce((sum, { duplicates }) => sum + duplicates, 0);
  t.diagnostic(`${JSON.stringify(totals)}; ${busy} kills with messages under way, ${again} of these stored and not yet told`);
  fault.note = `${pupils.length} accounts made on the way can log in`;
  assert.ok(busy >= cycles / 2, 'the kills fell into work');
  assert.ok(totals.acked > cycles * 20, 'there was load');
  assert.equal(integrityOf(file), 'ok');
  fault.within('from start to first login at most', slowestMs, 3000);
});
