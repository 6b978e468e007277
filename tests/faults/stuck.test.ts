import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Change, makeBuild } from '../support/broken-builds.ts';
import { guest, upgrade } from '../support/client.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

/** A server that has the fault built in; gone when the test ends. */
function buildWith(t: TestContext, ...changes: readonly Change[]): string {
  const build = makeBuild(changes);
  t.after(() => rmSync(dirname(build), { recursive: true, force: true }));
  return build;
}

/** The writer thread is lost between a commit and its acks, by an exception or without a word, when `trigger` says something. */
function loseWriter(how: string): Change {
  const run = 'const outcome = writer.run(batch);';
  const isTriggered = "batch.some(({ argument }) => JSON.stringify(argument ?? null).includes('m.trigger'))";
  return { file: 'server/store/sqlite/worker.js', from: run, to: `${run} if (${isTriggered}) ${how};` };
}

test('a writer thread that is lost ends the server with exit code 70, and nothing acknowledged is lost', async (t) => {
  const fault = new Fault(t, 'F12', 'writer thread lost, by an exception or without a word');
  const random = seeded(t);
  const builds = ["throw new Error('on purpose')", 'process.exit(3)'].map((how) => buildWith(t, loseWriter(how)));
  const folder = dataFolder(t);
  const ledger = new Ledger();

  for (let loss = 0; loss < times({ quick: 2, long: 100 }); loss += 1) {
    const server = await startProcess(t, { folder, build: builds[loss % 2] ?? '' });
    const writers = ['ann', 'ben', 'trigger'].map((name) => new Writer(`${name}-${loss}`, ['#general', '#dev'], ledger));
    for (const writer of writers) await writer.comeAsGuest(server);
    for (const writer of writers.slice(0, 2)) writer.talk(8);
    const before = ledger.acked;
    await until(() => ledger.acked > before + random(20, 100), 'load');
    writers[2]?.say(1);

    await until(() => server.hasEnded, 'the server to end');
    assert.deepEqual(await server.ended(), { code: 70, signal: null });
    assert.equal(server.logged('store.lost').length, 1);
    await Promise.all(writers.map(({ gone }) => gone));
    fault.happened += 1;
  }
  fault.compare(ledger, join(folder, 'classcord.db'));
});

test('a reader thread that is lost is started again; whoever waited is told `server_busy`, and the chat goes on', async (t) => {
  const fault = new Fault(t, 'F12', 'reader thread lost');
  const read = 'parentPort?.postMessage({ id, value: reads[name](query) });';
  const lost = "if (query.text === 'lost') setImmediate(() => { throw new Error('on purpose'); }); else ";
  const build = buildWith(t, { file: 'server/store/sqlite/reader-worker.js', from: read, to: `${lost}${read}` });
  const server = await startProcess(t, { build });
  const alice = await upgrade(await guest(t, server, 'alice'));
  const ask = async (text: string) => {
    alice.send({ type: 'search', ref: 'look', query: text });
    let answer = await alice.next();
    while (answer['ref'] !== 'look') answer = await alice.next();
    return answer;
  };

  for (let loss = 0; loss < times({ quick: 3, long: 100 }); loss += 1) {
    assert.equal((await ask('lost'))['code'], 'server_busy');
    fault.happened += 1;
    assert.equal((await ask('anything'))['code'], undefined);
  }
});

test('an event loop that stands still for more than 5 s is told at once, with where it stands, and again in the log', async (t) => {
  const fault = new Fault(t, 'F12', 'event loop blocked for more than 5 s');
  const release = join(dataFolder(t), 'release');
  const block = `process.on('SIGUSR2', function block() { while (!process.getBuiltinModule('fs').existsSync('${release}')); });`;
  const build = buildWith(t, { file: 'server/main.js', from: 'watchFaults(log, end);\n', to: `watchFaults(log, end);\n${block}\n` });
  const server = await startProcess(t, { build });
  const alice = await upgrade(await guest(t, server, 'alice'));

  server.signal('SIGUSR2');
  await until(() => server.errors.includes('stood still'), 'the word on standard error');
  writeFileSync(release, '');
  const line = await server.untilLogged('loop.standstill');
  fault.happened += 1;

  // It may stand in what `block` calls.
  assert.match(server.errors, /^classcord: the event loop has stood still for 5 s, at (.+ < )?block \(.*main\.js:\d+\) < /);
  assert.match(String(line['classcord.stack']), /^(.+ < )?block \(.*main\.js:\d+\)/);
  alice.send({ type: 'message', ref: 'after', content: 'after' });
  await alice.expect({ type: 'ack', ref: 'after' });
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});
