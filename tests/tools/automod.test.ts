import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'smol-toml';
import { rulesTemplate } from '../../server/automod-template.ts';
import { readRules } from '../../server/domain/automod/rules.ts';
import { openedOnce } from '../support/opened-once.ts';
import { classcord } from '../support/program.ts';
import { chatDatabase, listed } from './chat-database.ts';
import { folder, run } from './cli-run.ts';

/** A day's talk in a folder whose server does not run. */
async function talk(t: TestContext): Promise<{ data: string; file: string }> {
  const { data, file, account, say, stop } = await chatDatabase(t);
  await account('alice');
  for (const [who, content] of [
    ['alice', 'bonjour à tous'],
    ['bob', 'sale c0nnard'],
    ['alice', 'la salopette de Scunthorpe'],
    ['bob', 'P U T A I N'],
    ['carol', 'POURQUOI PERSONNE NE RÉPOND'],
    ['bob', 'désolé'],
    ['bob', 'bande de cons'],
  ] as const) {
    await say('#general', who, content);
  }
  await say('#dev', 'dave', 'you $hit');
  await stop();
  return { data, file };
}

/** A database that no server runs on, opened once for many command lines. */
async function atRest(t: TestContext) {
  const data = join(folder(t), 'data');
  const { openDatabase, close } = openedOnce();
  t.after(close);
  assert.equal((await run(['user', 'create', 'prof', '--data', data], { openDatabase, stdin: 'a long password\n' })).code, 0);
  return { data, openDatabase };
}

const since = ['--since', '2026-09-01', '--until', '2026-09-30'];

test('automod test, a process of its own, prints who would have been hit and changes nothing', { timeout: 240_000 }, async (t) => {
  const { data, file } = await talk(t);
  const sum = () => createHash('sha256').update(readFileSync(file)).digest('hex');
  const before = sum();
  writeFileSync(
    join(data, 'automod.toml'),
    'enabled = false\n[escalation]\nenabled = true\nsteps = [{ kind = "warn" }, { kind = "mute", minutes = 5 }]\n',
  );

  const { status, stdout, stderr } = spawnSync(process.execPath, [...classcord(), 'automod', 'test', ...since, '--data', data], {
    cwd: folder(t),
    env: { ...process.env, LC_ALL: 'C' },
    encoding: 'utf8',
  });

  assert.deepEqual([status, stderr], [0, '']);
  assert.deepEqual(stdout.split('\n'), [
    `Rules: ${join(data, 'automod.toml')}`,
    '2026-09-01T08:01:00.000Z  #general  bob  #2  words: A word that is not used here. (connard*, list fr) → warn',
    '2026-09-01T08:03:00.000Z  #general  bob  #4  words: A word that is not used here. (putain*, list fr) → mute 5 min',
    '2026-09-01T08:04:00.000Z  #general  carol  #5  capitals: Capitals: 100 % of the letters, 70 % is too many. → warn',
    '2026-09-01T08:06:00.000Z  #general  bob  #7  words: A word that is not used here. (bande de cons, list fr) → mute 5 min',
    '2026-09-01T08:07:00.000Z  #dev  dave  #8  words: A word that is not used here. (*shit*, list en) → warn',
    'Who would have been hit:',
    '  bob: words ×3 → warn ×1, mute 5 min ×2',
    '  carol: capitals ×1 → warn ×1',
    '  dave: words ×1 → warn ×1',
    '8 messages looked at; 5 hits, 3 people. Nothing was changed.',
    '',
  ]);
  assert.equal(sum(), before);
  assert.deepEqual(listed(data), ['automod.toml', 'classcord.db', 'classcord.db-mark']);
});

test('a live server and a stopped one give the same', async (t) => {
  const { data, say, stop } = await chatDatabase(t);
  for (const content of ['bonjour', 'merde', 'sale con']) await say('#general', 'bob', content);
  const args = ['automod', 'test', ...since, '--data', data];

  const live = await run(args, { cwd: data });
  await stop();
  const stopped = await run(args, { cwd: data });

  assert.match(live.stdout, /bob: words ×2/);
  assert.deepEqual(live, stopped);
});

test('enable and disable change one line of the rules file, or make it; a file with a mistake is not switched on', async (t) => {
  const { data, openDatabase } = await atRest(t);
  const file = join(data, 'automod.toml');
  const automod = async (verb: string) => (await run(['automod', verb, '--data', data], { openDatabase })).code;

  const dry = await run(['automod', 'enable', '--dry-run', '--json', '--data', data], { openDatabase });
  assert.deepEqual(JSON.parse(dry.stdout), { file, enabled: true, dry_run: true });
  assert.ok(!existsSync(file));
  assert.equal(await automod('enable'), 0);
  assert.equal(readFileSync(file, 'utf8'), rulesTemplate.replace('enabled = false', 'enabled = true'));
  assert.equal(await automod('disable'), 0);
  assert.equal(readFileSync(file, 'utf8'), rulesTemplate);
  for (const [before, after] of [
    ['# mine\n[flood]\nenabled = false\n', 'enabled = true\n# mine\n[flood]\nenabled = false\n'],
    ['enabled=false   # not yet\r\n[flood]\r\n', 'enabled = true   # not yet\r\n[flood]\r\n'],
  ] as const) {
    writeFileSync(file, before);
    assert.equal(await automod('enable'), 0);
    assert.equal(readFileSync(file, 'utf8'), after);
  }
  writeFileSync(file, 'flod = 1\n');
  assert.equal(await automod('enable'), 78);
  assert.equal(readFileSync(file, 'utf8'), 'flod = 1\n');
  assert.deepEqual(
    listed(data).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('without a rules file it tries the rules as shipped, and --json gives one object per line', async (t) => {
  const { data } = await talk(t);
  const { code, stdout } = await run(['automod', 'test', ...since, '--json', '--data', data], { cwd: folder(t) });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

  assert.equal(code, 0);
  assert.deepEqual(lines[0], { type: 'rules', file: null });
  assert.deepEqual(lines[1], {
    type: 'hit',
    id: 2,
    at: '2026-09-01T08:01:00.000Z',
    channel: '#general',
    user: 'bob',
    rule: 'words',
    seen: { list: 'fr', word: 'connard*' },
    action: { kind: 'warn' },
  });
  assert.deepEqual(lines.at(-1), { type: 'sum', messages: 8, hits: 5, people: 3, changed: false });
  assert.doesNotMatch(stdout, /c0nnard|salopette/);
});

test('a rules file by name is tried as if it were switched on; a time leaves out what is outside', async (t) => {
  const { data } = await talk(t);
  const cwd = folder(t);
  writeFileSync(join(cwd, 'new.toml'), '[words]\nadd = ["désolé"]\nlists = []\n[capitals]\nenabled = false\n');

  const { stdout } = await run(['automod', 'test', 'new.toml', ...since, '--data', data], { cwd });
  const later = await run(['automod', 'test', 'new.toml', '--since', '2026-09-01T08:06:00Z', '--until', '2026-09-30', '--data', data], {
    cwd,
  });

  assert.match(stdout, /bob {2}#6 {2}words: .*\(désolé, list file\) → warn\n/);
  assert.match(stdout, /8 messages looked at; 1 hits, 1 people/);
  assert.match(later.stdout, /2 messages looked at; 0 hits, 0 people/);
});

const mistakes: readonly (readonly [string, string])[] = [
  ['[flood]\nmesages = 3\n', 'there is no key flood.mesages; did you mean flood.messages?'],
  ['[flood]\nmessages = 3.5\n', 'flood.messages must be a whole number'],
  ['[capitals]\npercent = 101\n', 'capitals.percent must be at most 100'],
  ['[channels."#dev".links]\nmany = 1\n', 'there is no key channels.#dev.links.many'],
  ['[words]\nadd = ["a*b"]\n', 'words: “a*b” is no word: 2 to 40 letters, * only at its ends'],
];
for (const [text, problem] of mistakes) {
  test(`automod check tells: ${problem}`, async (t) => {
    const cwd = folder(t);
    writeFileSync(join(cwd, 'rules.toml'), text);
    const { code, stderr } = await run('automod check rules.toml', { cwd });

    assert.equal(code, 78);
    assert.equal(stderr, `classcord: ${join(cwd, 'rules.toml')}: ${problem}\n`);
  });
}

test('what is no TOML is told with its line; a file that is not there, and a time that is none, are wrong usage', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'rules.toml'), 'enabled = true\n[flood\n');
  const broken = await run('automod check rules.toml', { cwd });
  const missing = await run('automod check other.toml', { cwd });
  const time = await run('automod test --since tomorrow', { cwd });

  assert.equal(broken.code, 78);
  assert.match(broken.stderr, /rules\.toml:2: this is not TOML/);
  assert.deepEqual([missing.code, time.code], [2, 2]);
  assert.match(missing.stderr, /make one: classcord automod init/);
});

test('automod init writes the file that the server reads, once; every key of it is there with its default', async (t) => {
  const { data, openDatabase } = await atRest(t);
  const first = await run(['automod', 'init', '--data', data], { openDatabase });
  const second = await run(['automod', 'init', '--data', data], { openDatabase });
  const check = await run(['automod', 'check', '--data', data], { openDatabase });
  const elsewhere = await run(['automod', 'init', '-o', '-'], {});

  assert.deepEqual([first.code, second.code, check.stdout], [0, 7, `ok (${join(data, 'automod.toml')})\n`]);
  assert.equal(readFileSync(join(data, 'automod.toml'), 'utf8'), rulesTemplate);
  assert.equal(elsewhere.stdout, rulesTemplate);
  const all = rulesTemplate.slice(0, rulesTemplate.indexOf('# What a channel')).replace(/^#(?=[a-z_]+ =)/gm, '');
  assert.deepEqual(readRules(parse(all)), readRules({}));
  assert.deepEqual(Object.keys(parse(all)).sort(), [
    'capitals',
    'enabled',
    'escalation',
    'exempt',
    'flood',
    'links',
    'pause_seconds',
    'repetition',
    'words',
  ]);
  assert.deepEqual([...readRules(parse(rulesTemplate.replace(/^#(?=\[?[a-z_]+(?:\.| =))/gm, ''))).channels.keys()], ['dev', 'spam']);
});
