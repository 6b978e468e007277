import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { listen, listenAs } from '../support/chat-client.ts';
import { command } from '../support/command.ts';
import { startServer } from '../support/server.ts';
import { freePort, until } from '../support/server-process.ts';
import { folder } from './cli-run.ts';

const at = (server: { port: number }) => ['--host', `127.0.0.1:${server.port}`];

test('pipe: lines come out as they are on the wire, every line in has one answer, and the end of the input is the end', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server, { channels: ['#dev'] });
  const pipe = command(t, ['pipe', ...at(server), '--channel', 'dev', '--guest', 'bot']);
  await pipe.untilPrinted('"type":"online"');

  await alice.client.say('#general', 'not for #dev').done;
  await alice.client.say('#dev', 'for\n#dev').done;
  await alice.client.say('bot', 'for you').done;
  await pipe.untilPrinted('for you');
  pipe.type({ ref: 1, content: 'hello, #dev' });
  pipe.type({ ref: 'two', to: 'alice', content: 'hello, alice', tags: { mood: 'fine' } });
  pipe.type({ ref: 3, type: 'react', id: (await alice.untilSaid('hello, #dev')).id, emoji: '👍' });
  pipe.type({ ref: 4, channel: '#nowhere-else', content: 'x', reply_to: 4711 });
  pipe.type({ ref: 5, type: 'login', username: 'alice', password: 'x' });
  pipe.type({ ref: 6, type: 'loggin' });
  pipe.type('no json');
  pipe.endInput('{"ref":7,"content":"without a newline at the end"}');
  assert.equal(await pipe.ended(), 3, pipe.errors);
  await alice.untilSaid('without a newline at the end');

  const { lines } = pipe;
  const [online, ...others] = lines;
  assert.deepEqual(online, { type: 'online', username: 'bot', generation: 2, channel: '#dev' });
  assert.deepEqual(
    others.filter(({ type }) => type === 'message').map(({ subtype, from, content }) => [subtype, from, content]),
    [
      ['global', 'alice', 'for\n#dev'],
      ['private', 'alice', 'for you'],
    ],
  );
  const answers = new Map(others.filter(({ type }) => type !== 'message').map((line) => [line['ref'], line]));
  assert.deepEqual({ ...answers.get(1), id: 0, timestamp: '' }, { type: 'ack', id: 0, channel: '#dev', seq: 2, timestamp: '', ref: 1 });
  assert.deepEqual([answers.get('two')?.['type'], answers.get('two')?.['to']], ['ack', 'alice']);
  assert.deepEqual([answers.get(3)?.['status'], answers.get(3)?.['count']], ['ok', 1]);
  assert.deepEqual(
    [4, 5, undefined].map((ref) => answers.get(ref)?.['code']),
    ['not_found', 'forbidden', 'bad_json'],
  );
  assert.match(String(answers.get(5)?.['message']), /command line.*--user NAME.*CLASSCORD_PASSWORD, --password-stdin or --key FILE/);
  assert.match(String(answers.get(6)?.['message']), /Unknown type “loggin”/);
  assert.equal(answers.get(7)?.['type'], 'ack');
});

test('pipe --text --follow: bare text both ways, an account with its password on the first line, until Ctrl-C', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const pipe = command(t, [
    'pipe',
    ...at(server),
    '--channel',
    '#general',
    '--user',
    'bob',
    '--register',
    '--password-stdin',
    '--text',
    '--follow',
  ]);
  pipe.endInput('a long password\nsaid by bob\n');
  await alice.untilSaid('said by bob');

  await alice.client.say('#general', 'one\ntwo').done;
  await alice.client.say('bob', 'psst').done;
  await pipe.untilPrinted('psst');
  pipe.signal('SIGINT');

  assert.equal(await pipe.ended(), 130);
  assert.equal(pipe.printed, '<alice> one\n  two\n<alice → bob> psst\n');
});

test('send: a channel, a person, standard input, and an exit code for every failure', async (t) => {
  const server = await startServer(t);
  const alice = await listenAs(t, server, { user: 'alice', channels: ['#dev'] });
  const CLASSCORD_PASSWORD = 'password of alice';
  const send = async (args: readonly string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) => {
    const running = command(t, ['send', ...at(server), ...args], env);
    running.endInput(input);
    return { code: await running.ended(), out: running.printed, err: running.errors };
  };

  const [toChannel, toPerson] = await Promise.all([
    send(['--channel', 'dev', '--guest', 'ci', '--json', 'The', 'build', 'is green.']),
    send(['--to', 'alice', '--guest', 'cron', '-'], { input: 'two\nlines\n' }),
  ]);
  assert.equal((await alice.untilSaid('The build is green.')).subtype, 'global');
  assert.equal((await alice.untilSaid('two\nlines')).subtype, 'private');
  const { type, channel, seq } = JSON.parse(toChannel.out) as Record<string, unknown>;
  assert.deepEqual([toChannel.code, type, channel, seq], [0, 'ack', '#dev', 1]);
  assert.deepEqual(toPerson, { code: 0, out: '', err: '' });

  const [wrong, nobody, nothing, right, both] = await Promise.all([
    send(['--user', 'alice', 'x'], { env: { CLASSCORD_PASSWORD: 'wrong' } }),
    send(['--guest', 'x', '--host', `127.0.0.1:${await freePort()}`, 'x']),
    send(['--guest', 'x', '-'], { input: '\n' }),
    send(['--user', 'alice', 'from another session'], { env: { CLASSCORD_PASSWORD } }),
    send(['--guest', 'x', '--user', 'y', 'x']),
  ]);
  assert.deepEqual([wrong.code, nobody.code, nothing.code, right.code, both.code], [5, 8, 2, 0, 2]);
  assert.equal(wrong.err, 'classcord: Login failed.\n');
  assert.match(nobody.err, /^classcord: 127\.0\.0\.1:\d+: The server cannot be reached\. \(.*ECONNREFUSED.*\)\n$/);
});

test('bot run: any program that speaks lines is kept running, is told what happens, and is stopped in good order', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const files = folder(t);
  const bot = join(files, 'bot.sh');
  // Dies at “die”, and says so when its input ends.
  writeFileSync(
    bot,
    `#!/bin/sh
while IFS= read -r line; do
  case $line in
    *'"type":"online"'*) echo '{"content":"here I am"}' ;;
    *'"content":"die"'*) exit 3 ;;
    *'"content":"ping"'*) echo '{"content":"pong '"$1"'"}' ;;
  esac
done
echo stopped > ${join(files, 'stopped')}
`,
    { mode: 0o755 },
  );
  const running = command(t, ['bot', 'run', ...at(server), '--channel', 'general', '--guest', 'bot', bot, '--tls']);

  await alice.untilSaid('here I am');
  await alice.client.say('#general', 'ping').done;
  await alice.untilSaid('pong --tls');
  await alice.client.say('#general', 'die').done;
  await running.untilToldErrors('exit 3');
  await alice.until('message', () => alice.contents.filter((content) => content === 'here I am').length === 2);
  running.signal('SIGTERM');

  assert.equal(await running.ended(), 0, running.errors);
  await until(() => alice.events.some((event) => event.type === 'status' && event.user === 'bot' && event.state === 'offline'), 'offline');
  assert.deepEqual(alice.contents, ['here I am', 'pong --tls', 'here I am']);
});

test('bot run: a program without end says what its rate allows, one that is not there or always fails is given up', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const bot = (args: readonly string[]) => command(t, ['bot', 'run', ...at(server), '--channel', 'general', '--text', ...args]);
  const startedAt = performance.now();
  const mad = bot(['--guest', 'mad', '--rate', '60', 'yes']);
  const missing = bot(['--guest', 'missing', '/nowhere/at-all']);
  const failing = bot(['--guest', 'failing', '--restarts', '1', 'false']);
  const well = bot(['--guest', 'well', 'sh', '-c', 'echo done']);

  assert.deepEqual(await Promise.all([missing.ended(), failing.ended(), well.ended()]), [6, 1, 0]);
  assert.match(missing.errors, /^classcord: the program cannot be started: .*ENOENT/);
  assert.match(failing.errors, /^classcord: .*exit 1.* started again\nclasscord: .*exit 1.*: given up\n$/);
  await alice.untilSaid('done');
  await until(() => alice.contents.filter((content) => content === 'y').length >= 12, 'twelve lines');
  const said = alice.contents.filter((content) => content === 'y').length;
  const seconds = (performance.now() - startedAt) / 1000;
  assert.ok(said <= 10 + seconds, `${said} lines in ${seconds} s at one a second after ten`);
  mad.signal('SIGTERM');
  assert.equal(await mad.ended(), 0, mad.errors);
});
