import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandError, type ExitName, exitCodes } from '../../server/base/exit-codes.ts';
import { folder, run } from './cli-run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

describe('classcord serve', () => {
  test('hands its flags to the server and exits as the server does', async () => {
    const line = 'serve --listen a:1 --listen b:2 --data /srv --config c.toml --set x.y=1 --set z=2 --profile bench';
    const { code, served, stderr } = await run(line, { serve: async () => 75 });

    assert.equal(code, 75);
    assert.deepEqual(served, [
      { listen: ['a:1', 'b:2'], data: '/srv', config: 'c.toml', set: ['x.y=1', 'z=2'], profile: 'bench', lang: 'en' },
    ]);
    assert.equal(stderr, '');
  });

  test('without flags passes the language alone, so that files and variables speak', async () => {
    assert.deepEqual((await run('serve', { env: { LANG: 'fr' } })).served, [{ lang: 'fr' }]);
  });

  test('takes over the signals before it starts, since it stops gracefully by itself', async () => {
    const order: string[] = [];
    await run('serve', { takeOver: () => order.push('taken over'), serve: async () => order.push('served') && 0 });

    assert.deepEqual(order, ['taken over', 'served']);
  });
});

describe('failures', () => {
  for (const exit of ['config', 'running', 'port', 'damaged', 'interrupted'] as const satisfies readonly ExitName[]) {
    test(`a command that fails with “${exit}” exits ${exitCodes[exit].code} with one line`, async () => {
      const serve = () => Promise.reject(new CommandError(exit, 'the\nreason'));
      const { code, stdout, stderr } = await run('serve', { serve });

      assert.deepEqual({ code, stdout, stderr }, { code: exitCodes[exit].code, stdout: '', stderr: 'classcord: the reason\n' });
    });
  }

  test('an unforeseen failure exits 70 with one line, and shows where only with DEBUG=1', async () => {
    const serve = () => Promise.reject(new TypeError('boom'));
    const plain = await run('serve', { serve });
    const debug = await run('serve', { serve, env: { DEBUG: '1' } });

    assert.equal(plain.code, 70);
    assert.equal(plain.stderr, 'classcord: unexpected failure: boom. DEBUG=1 shows where.\n');
    assert.equal(debug.code, 70);
    assert.match(debug.stderr, /\nTypeError: boom\n {4}at /);
  });

  const usage = [
    ['serve --lisen x', 'unknown option --lisen; did you mean --listen? See: classcord serve --help'],
    ['serv', 'unknown command serv; did you mean serve? See: classcord --help'],
    ['serve extra', 'too many arguments. See: classcord serve --help'],
    ['serve --data', 'a value is missing: --data <dir>. See: classcord serve --help'],
    ['serve --profile fast', 'wrong value for --profile <name>; allowed: bench. See: classcord serve --help'],
    ['config sho', 'unknown command sho; did you mean show? See: classcord config --help'],
    ['config show --jsn', 'unknown option --jsn; did you mean --json? See: classcord config show --help'],
  ] as const;
  for (const [line, text] of usage) {
    test(`“classcord ${line}” is wrong usage: exit 2, one line, nothing done`, async () => {
      const { code, stdout, stderr, served } = await run(line);

      assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: '', stderr: `classcord: ${text}\n` });
      assert.deepEqual(served, []);
    });
  }

  test('wrong usage is told in French to those who read French', async () => {
    const { stderr } = await run('serve --lisen x', { env: { LANG: 'fr_FR.UTF-8' } });

    assert.equal(stderr, 'classcord: option inconnue --lisen ; vouliez-vous dire --listen ? Voir : classcord serve --help\n');
  });

  for (const line of ['', 'config']) {
    test(`“classcord ${line}” without a verb shows its help on standard error and exits 2`, async () => {
      const { code, stdout, stderr } = await run(line);

      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /Usage: classcord/);
      assert.doesNotMatch(stderr, /^classcord: /m);
    });
  }
});

test('permissions prints the table of roles and actions, as text and as JSON', async () => {
  const text = await run('permissions');
  const json = await run('permissions --json');

  assert.deepEqual([text.code, text.stderr, json.code], [0, '', 0]);
  assert.match(text.stdout, /^action +guest +user +moderator +admin +channel member +channel moderator +channel owner\n/);
  assert.match(text.stdout, /^channel\.mute +- +- +public +yes +- +yes +yes$/m);
  assert.match(text.stdout, /^server\.level +- +- +- +yes +- +- +-$/m);
  const matrix = JSON.parse(json.stdout) as { permission: string; roles: Record<string, string> }[];
  assert.equal(matrix.find(({ permission }) => permission === 'member.ban')?.roles['moderator'], 'yes');
});

describe('help', () => {
  const commands = [
    '',
    'serve',
    'chat',
    'config',
    'config init',
    'config check',
    'config show',
    'permissions',
    'send',
    'pipe',
    'bot',
    'bot run',
    'version',
  ];
  for (const command of commands) {
    test(`of “classcord ${command}” begins with examples, and is there in English and French`, async () => {
      const en = await run(`${command} --help`);
      const fr = await run(`${command} --help --lang fr`);

      assert.deepEqual([en.code, en.stderr, fr.code, fr.stderr], [0, '', 0, '']);
      assert.match(en.stdout, new RegExp(`^Examples:\\n {2}classcord ${command.split(' ')[0]}`));
      assert.match(fr.stdout, /^Exemples :\n {2}classcord /);
      const french = new Set(fr.stdout.split('\n').map((text) => text.trim()));
      const same = en.stdout
        .split('\n')
        .filter((text) => french.has(text.trim()) && text.trim() !== '' && !/^ {2}.*\bclasscord /.test(text));
      assert.deepEqual(same, [], 'lines that were not translated');
    });
  }

  test('is in the language of --lang, else of LC_ALL, LC_MESSAGES, LANG, else English', async () => {
    const languageOf = async (line: string, env = {}) => ((await run(line, { env })).stdout.includes('Exemples') ? 'fr' : 'en');

    assert.equal(await languageOf('--help', { LANG: 'fr_FR.UTF-8' }), 'fr');
    assert.equal(await languageOf('--help', { LANG: 'fr_FR.UTF-8', LC_MESSAGES: 'en_GB' }), 'en');
    assert.equal(await languageOf('--help', { LC_ALL: 'fr_CA', LANG: 'C' }), 'fr');
    assert.equal(await languageOf('--help', { LANG: 'de_DE' }), 'en');
    assert.equal(await languageOf('--lang=fr serve --help', { LANG: 'C' }), 'fr');
    assert.equal(await languageOf('serve --help --lang en', { LANG: 'fr' }), 'en');
  });

  test('in a language that is not spoken is wrong usage', async () => {
    for (const line of ['--lang de', '--lang', 'serve --lang=']) assert.equal((await run(line)).code, 2, line);
  });

  test('is coloured on a terminal, unless NO_COLOR is set or the terminal is dumb', async () => {
    const isColoured = async (isTerminal: boolean, env = {}) => (await run('--help', { isTerminal, env })).stdout.includes('\u001b[');

    assert.equal(await isColoured(true), true);
    assert.equal(await isColoured(false), false);
    assert.equal(await isColoured(true, { NO_COLOR: '1' }), false);
    assert.equal(await isColoured(true, { NO_COLOR: '' }), true);
    assert.equal(await isColoured(true, { TERM: 'dumb' }), false);
  });
});

test('--version, -V and version say the version of the package', async () => {
  for (const line of ['--version', '-V', 'version', 'config show --version']) {
    assert.deepEqual({ line, ...(await run(line)) }, { line, code: 0, stdout: `${version}\n`, stderr: '', served: [] });
  }
});

describe('the program itself', () => {
  const program = ['--import', 'tsx', join(root, 'tools/bin/classcord.cts')];

  test('ends quietly when its reader leaves', { timeout: 240_000 }, async () => {
    const script = 'set -o pipefail; "$@" | true';
    const show = spawn('bash', ['-c', script, 'bash', process.execPath, ...program, 'config', 'show'], { cwd: root, stdio: 'pipe' });
    let stderr = '';
    show.stderr.on('data', (chunk) => (stderr += String(chunk)));
    const [code] = (await once(show, 'exit')) as [number];

    assert.deepEqual([code, stderr], [0, '']);
  });

  test('exits 130 on Ctrl-C', { timeout: 240_000 }, () => {
    const script = `
      import { main } from ${JSON.stringify(import.meta.resolve('../../tools/cli.ts'))};
      process.argv.push('x', 'version');
      process.stdout.write = () => true; // Nothing is ever taken: the command waits.
      void main();
      process.kill(process.pid, 'SIGINT');`;

    assert.equal(spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: root }).status, 130);
  });

  test('has a thread pool of 8 at least: seven stuck reads do not hold up the eighth', { timeout: 240_000 }, (t) => {
    const path = folder(t);
    mkdirSync(join(path, 'bin'));
    // Its text is JavaScript already: tsx would start the pool before it.
    const source = readFileSync(join(root, 'tools/bin/classcord.cts'), 'utf8').replace('../cli.ts', '../cli.mjs');
    writeFileSync(join(path, 'bin/classcord.cjs'), source);
    writeFileSync(
      join(path, 'cli.mjs'),
      `import { open, stat } from 'node:fs';
       export function main() {
         for (let index = 0; index < 7; index++) open(${JSON.stringify(join(path, 'fifo'))}, 'r', () => {});
         const end = (word) => { process.stdout.write(word); process.kill(process.pid, 'SIGKILL'); };
         stat('.', () => end('free'));
         setTimeout(end, 60_000, 'stuck');
       }`,
    );
    execFileSync('mkfifo', [join(path, 'fifo')]);
    const env = { ...process.env, UV_THREADPOOL_SIZE: '2' };
    const child = spawn(process.execPath, [join(path, 'bin/classcord.cjs')], { env, stdio: ['ignore', 'pipe', 'inherit'] });

    return once(child.stdout, 'data').then(([word]) => assert.equal(String(word), 'free'));
  });
});
