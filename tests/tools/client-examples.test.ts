import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { listen } from '../support/chat-client.ts';
import { programsOf } from '../support/documented-client.ts';
import { RunningProgram } from '../support/running-program.ts';
import { startServer } from '../support/server.ts';
import { folder } from './cli-run.ts';

const page = programsOf('docs/client-library.md');
const titles = ['An echo bot', 'Raised hands', 'Metrics to the chat'];

test('the page has these programs, and the echo bot is five lines', () => {
  assert.deepEqual(
    page.map(({ title }) => title),
    titles,
  );
  assert.equal(page[0]?.code.trimEnd().split('\n').length, 5);
});

test('the echo bot answers in a channel and in private, and not itself', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const bot = run(t, 'An echo bot', [String(server.port)]);
  await present(alice, 'echo');

  const { id } = await alice.client.say('#general', 'hello?').done;
  await alice.client.say('echo', 'psst').done;
  await alice.untilSaid('psst');

  assert.equal((await alice.untilSaid('hello?')).reply_to, id);
  assert.deepEqual(alice.contents, ['hello?', 'psst'], bot.errors);
});

test('raised hands are a queue: each once, in order, called by the teacher alone, and forgotten who leaves', async (t) => {
  const server = await startServer(t);
  const inHelp = { channels: ['#help'] };
  const alice = await listen(t, server, { ...inHelp, caps: ['members'] });
  const bob = await listen(t, server, { ...inHelp, identity: { guest: 'bob' } });
  const carol = await listen(t, server, { ...inHelp, identity: { guest: 'carol' } });
  const bot = run(t, 'Raised hands', [String(server.port), 'alice', '#help']);
  await alice.until('joined', ({ username, channel }) => username === 'hands' && channel === '#help');
  const say = async (who: typeof alice, content: string, answer: string) => {
    await who.client.say('#help', content).done;
    await alice.untilSaid(answer);
  };

  await say(alice, '?', 'Nobody waits.');
  await say(bob, '+', 'bob: number 1');
  await say(bob, '+', 'bob: number 1');
  await say(carol, '+', 'carol: number 2');
  await bob.client.say('#help', 'next').done;
  await say(alice, '?', 'Waiting: bob, carol');
  await say(alice, 'next', 'bob, it is your turn.');
  await carol.client.close();
  await alice.until('status', ({ user, state }) => user === 'carol' && state === 'offline');
  await alice.client.say('#help', '?').done;
  await alice.until('message', () => alice.contents.filter((content) => content === 'Nobody waits.').length === 2);

  assert.equal(bot.errors, '');
});

test('the metrics bot tells how many are here and what was said', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server, { channels: ['#ops'] });
  await alice.client.say('#general', 'one').done;

  const bot = run(t, 'Metrics to the chat', [String(server.port), '#ops']);
  const { content } = await alice.until('message', ({ from }) => from === 'metrics');

  assert.match(content, /^2 here, \d+ messages and 0 refusals since the start\.$/);
  assert.equal(bot.errors, '');
});

/** Runs a program of the page as a reader would: in a folder of its own, where `classcord/client` is this library. */
function run(t: TestContext, title: string, args: readonly string[]): RunningProgram {
  const cwd = folder(t);
  const library = join(cwd, 'node_modules/classcord');
  mkdirSync(library, { recursive: true });
  const source = JSON.stringify(pathToFileURL(join(process.cwd(), 'tools/client/main.ts')));
  writeFileSync(join(library, 'package.json'), '{"name":"classcord","type":"module","exports":{"./client":"./client.js"}}');
  writeFileSync(join(library, 'client.js'), `export * from ${source};\n`);
  const file = join(cwd, 'bot.mjs');
  writeFileSync(file, page.find((program) => program.title === title)?.code ?? '');
  const bot = new RunningProgram(spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file, ...args], { cwd }));
  t.after(() => bot.kill());
  return bot;
}

async function present(witness: Awaited<ReturnType<typeof listen>>, name: string): Promise<void> {
  for (;;) {
    const { users } = await witness.client.request({ type: 'users' });
    if (users.includes(name)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
