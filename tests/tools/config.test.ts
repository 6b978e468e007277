import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { formInWords, settingRows } from '../../server/config/settings.ts';
import { folder, run } from './cli-run.ts';

const secret = 'a secret of more than 32 bytes, surely';

describe('classcord config init', () => {
  test('writes a file that changes nothing, and says what to do next', async (t) => {
    const cwd = folder(t);
    const { code, stdout } = await run('config init', { cwd });

    assert.deepEqual([code, stdout], [0, 'classcord.toml is written. After changes: classcord config check\n']);
    const shown = JSON.parse((await run('config show --json', { cwd })).stdout) as Shown;
    assert.equal(shown.file, 'classcord.toml');
    assert.deepEqual([...new Set(Object.values(shown.settings).map(({ origin }) => origin))], ['default']);
  });

  test('with every # taken away is still exactly the defaults, each from its line', async (t) => {
    const cwd = folder(t);
    await run('config init', { cwd });
    const file = join(cwd, 'classcord.toml');
    const text = readFileSync(file, 'utf8').replace(/^#(?! )/gm, '');
    writeFileSync(file, text);
    const { settings } = JSON.parse((await run('config show --json', { cwd })).stdout) as Shown;

    for (const { key, default: preset } of settingRows()) {
      assert.deepEqual(settings[key]?.value, preset, key);
      const line = Number(/^classcord\.toml:(\d+)$/.exec(settings[key]?.origin ?? '')?.[1]);
      assert.ok(text.split('\n')[line - 1]?.startsWith(`${key.split('.').slice(1).join('.')} = `), `${key} is not on line ${line}`);
    }
  });

  test('says of every setting what it means and what it may be', async () => {
    const { stdout } = await run('config init -o -');

    const text = stdout.replaceAll('\n# ', ' ');
    for (const { doc, type } of settingRows()) assert.ok(text.includes(`${doc} (${type})`), doc);
    assert.deepEqual(
      stdout.split('\n').filter((line) => line.startsWith('# ') && line.length > 100),
      [],
    );
  });

  test('says it in French to those who read French, the form of the value too', async () => {
    const { stdout } = await run('config init -o -', { env: { LANG: 'fr_FR.UTF-8' } });

    const text = stdout.replaceAll('\n# ', ' ');
    for (const { doc, docFr, form } of settingRows()) {
      assert.ok(text.includes(`${docFr} (${formInWords(form, 'fr')})`), docFr);
      assert.ok(!text.includes(doc), doc);
    }
  });

  test('never overwrites without --force', async (t) => {
    const cwd = folder(t);
    const file = join(cwd, 'mine.toml');
    writeFileSync(file, '# mine\n');
    const refused = await run('config init -o mine.toml', { cwd });

    assert.equal(refused.code, 7);
    assert.equal(refused.stderr, 'classcord: mine.toml exists already; --force replaces it, -o FILE names another\n');
    assert.equal(readFileSync(file, 'utf8'), '# mine\n');
    assert.equal((await run('config init -o mine.toml --force', { cwd })).code, 0);
    assert.match(readFileSync(file, 'utf8'), /^# ClassCord Server/);
  });

  test('that cannot write fails with one line', async (t) => {
    const { code, stderr } = await run('config init -o none/x.toml', { cwd: folder(t) });

    assert.deepEqual([code, stderr], [1, 'classcord: none/x.toml cannot be written (ENOENT)\n']);
  });
});

describe('classcord config check', () => {
  test('says ok, and warns on standard error', async (t) => {
    const cwd = folder(t);
    const { code, stdout, stderr } = await run('config check', { cwd });

    assert.deepEqual([code, stdout], [0, 'ok\n']);
    assert.match(stderr, /^warning: auth\.password_policy is compat/);
    writeFileSync(join(cwd, 'classcord.toml'), '');
    assert.equal((await run('config check', { cwd })).stdout, 'ok (classcord.toml)\n');
  });

  test('tells what is wrong in one line and exits 78', async (t) => {
    const cwd = folder(t);
    writeFileSync(join(cwd, 'classcord.toml'), '[limits]\nconections = 5\n');
    const { code, stdout, stderr } = await run('config check', { cwd });

    assert.deepEqual([code, stdout], [78, '']);
    assert.equal(stderr, 'classcord: classcord.toml:2: there is no setting limits.conections; did you mean limits.connections?\n');
  });

  test('takes the flags of serve', async (t) => {
    const { code, stderr } = await run('config check --listen nowhere --lang fr', { cwd: folder(t) });

    assert.equal(code, 78);
    assert.match(stderr, /^classcord: --listen : server\.listen = "nowhere" doit être HÔTE:PORT/);
  });
});

describe('classcord config show', () => {
  test('shows every setting with its origin, in a form that is TOML again', async (t) => {
    const cwd = folder(t);
    const env = { MAX_CONNECTIONS: '7', CLASSCORD__LIMITS__SHARED_ADDRESSES: '10.0.0.0/8=3' };
    const { code, stdout } = await run('config show --data elsewhere', { cwd, env });

    assert.equal(code, 0);
    assert.match(stdout, /^server\.data = "elsewhere" +# --data$/m);
    assert.match(stdout, /^limits\.connections = 7 +# MAX_CONNECTIONS$/m);
    assert.equal(stdout.trimEnd().split('\n').length, settingRows().length);
    writeFileSync(join(cwd, 'again.toml'), stdout);
    const again = await run('config show --config again.toml', { cwd });
    const values = (text: string) => text.replaceAll(/ +# .*$/gm, '');
    assert.equal(values(again.stdout), values(stdout));
  });

  test('never shows a secret', async (t) => {
    for (const line of ['config show', 'config show --json']) {
      const { stdout } = await run(line, { cwd: folder(t), env: { JWT_SECRET: secret } });

      assert.ok(!stdout.includes(secret));
      assert.match(stdout, /\*\*\*/);
      assert.match(stdout, /JWT_SECRET/);
    }
  });

  test('with --json is one document with file, notes and settings', async (t) => {
    const { stdout } = await run('config show --json --profile bench', { cwd: folder(t) });
    const shown = JSON.parse(stdout) as Shown;

    assert.equal(shown.file, null);
    assert.equal(shown.notes.length, 2);
    assert.deepEqual(shown.settings['limits.connections'], { value: 20_000, origin: '--profile bench' });
    assert.deepEqual(shown.settings['server.listen'], { value: ['0.0.0.0:12345', '[::]:12345'], origin: 'default' });
  });
});

interface Shown {
  readonly file: string | null;
  readonly notes: readonly string[];
  readonly settings: Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;
}
