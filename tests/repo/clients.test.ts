import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, connect, guest } from '../support/client.ts';
import { layProgram, programsOf, runtimes } from '../support/documented-client.ts';
import { hasRuntime } from '../support/needs.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

const page = programsOf('docs/clients.md');
const programs = page.filter(({ title }) => title !== 'Ten lines of v1');
const v1 = page.find(({ title }) => title === 'Ten lines of v1');

/** Accents, an emoji of two code points, what JSON escapes, and what a shell or a format might take for its own. */
const hard = 'Ça va, Zoé ? 👋🏽 "oui" \\n \\ 日本 %s $HOME `x` &';
/** Comes in many pieces, cut inside characters and escapes. */
const long = '"é\\👋'.repeat(2000);

test('docs/clients.md has one client for each of the six languages, all under forty lines, and one of ten for v1', () => {
  assert.deepEqual(programs.map(({ language }) => language).sort(), Object.keys(runtimes).sort());
  for (const { language, code } of programs)
    assert.ok(code.split('\n').length - 1 < 40, `${language}: ${code.split('\n').length - 1} lines`);
  assert.equal(v1?.code.split('\n').length, 10 + 1);
});

for (const program of programs) {
  const version = runtimes[program.language]?.version ?? ['none'];

  test(`the ${program.title} client talks with others as a guest, answers pings, and ends when all is acknowledged`, async (t) => {
    if (!hasRuntime(t, ...version)) return;
    const server = await startServer(t, { set: ['limits.ping_s=1'] });
    const alice = await guest(t, server, 'alice');
    const bob = layProgram(t, program)(['127.0.0.1', String(server.port), 'bob']);

    bob.type(hard);
    await alice.expect({ type: 'message', from: 'bob', content: hard });
    bob.type(long);
    await alice.expect({ type: 'message', from: 'bob', content: long });
    alice.send({ type: 'message', content: long });
    alice.send({ type: 'message', content: `${hard}\n<carol> not me` });
    await bob.untilPrinted('not me');
    await until(async () => (await pongs(t, server)) > 0, 'a pong');
    bob.type('-n');
    bob.type('the last words');

    assert.equal(await bob.finish(), 0, bob.errors);
    assert.equal(bob.printed, `<alice> ${long}\n<alice> ${hard}\n  <carol> not me\n`);
    assert.equal(bob.errors, '');
    await alice.expect({ type: 'message', from: 'bob', content: '-n' });
    await alice.expect({ type: 'message', from: 'bob', content: 'the last words' });
    await alice.expect({ type: 'status', user: 'bob', state: 'offline' });
  });

  test(`the ${program.title} client makes its account, finds it again, and is told of a wrong password before it says a word`, async (t) => {
    if (!hasRuntime(t, ...version)) return;
    const server = await startServer(t);
    const alice = await guest(t, server, 'alice');
    const run = layProgram(t, program);
    const args = ['127.0.0.1', String(server.port), 'bob'];

    for (const words of ['for the first time', 'and again']) {
      const bob = run(args, 'a "long" night\\');
      bob.type(words);
      assert.equal(await bob.finish(), 0, bob.errors);
      await heard(alice, words);
    }
    const mallory = run(args, 'a guess');
    mallory.type('I am bob');

    assert.equal(await mallory.finish(), 1);
    assert.equal(mallory.errors, 'Login failed.\n');
    await alice.expectNothing();
  });

  test(`the ${program.title} client ends with 1 when the server hangs up`, async (t) => {
    if (!hasRuntime(t, ...version)) return;
    const server = await startServer(t);
    const alice = await guest(t, server, 'alice');
    const bob = layProgram(t, program)(['127.0.0.1', String(server.port), 'bob']);
    bob.type('hello');
    await alice.expect({ type: 'message', from: 'bob', content: 'hello' });

    await server.stop();

    assert.equal(await bob.ended(), 1, bob.errors);
  });
}

test('the v1 client of ten lines talks with others, and loses nothing at its end', async (t) => {
  assert.ok(v1 !== undefined);
  if (!hasRuntime(t, 'python3', '--version')) return;
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = layProgram(t, v1)(['127.0.0.1', String(server.port), 'bob']);

  bob.type(hard);
  await alice.expect({ type: 'message', from: 'bob', content: hard });
  alice.send({ type: 'message', content: hard });
  await bob.untilPrinted(hard);
  for (let number = 1; number <= 20; number += 1) bob.type(`last words ${number}`);

  assert.equal(await bob.finish(), 0, bob.errors);
  assert.equal(bob.printed, `<alice> ${hard}\n`);
  for (let number = 1; number <= 20; number += 1) await alice.expect({ type: 'message', from: 'bob', content: `last words ${number}` });
});

/** Bob comes, says it, and goes. */
async function heard(alice: Client, content: string): Promise<void> {
  await alice.expect({ type: 'status', user: 'bob', state: 'online' });
  await alice.expect({ type: 'message', from: 'bob', content });
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });
}

/** How many pings were answered so far, as the server counts them. */
async function pongs(t: Parameters<typeof connect>[0], server: TestServer): Promise<number> {
  const metrics = await connect(t, server);
  metrics.write('GET_METRICS');
  await metrics.ended();
  const line = metrics.pending().find((one) => one.startsWith('classcord_requests_total{request="pong"}'));
  return Number(line?.split(' ').at(-1) ?? 0);
}
