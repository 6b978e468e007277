import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Encrypter } from 'age-encryption';
import Sqlite from 'better-sqlite3';
import { newestSchema } from '../../server/store/migrate.ts';
import { account, connect, upgrade } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { classcord } from '../support/program.ts';
import { seeded } from '../support/random.ts';
import { startServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';
import { type ChatDatabase, chatDatabase } from './chat-database.ts';
import { folder, type Ran, run } from './cli-run.ts';

/** What a server that was stopped leaves in its folder, as far as these tests make one. */
const left = ['classcord.db', 'classcord.db-mark'];

/** A folder with a key in it, and the public half. */
async function withKey(t: TestContext): Promise<{ cwd: string; to: string }> {
  const cwd = folder(t);
  const { stdout } = await run('backup key', { cwd });
  const [to = ''] = /age1\w+/.exec(stdout) ?? [];
  return { cwd, to };
}

/** A stopped server's data with something of everything in it. */
async function talked(t: TestContext): Promise<ChatDatabase> {
  const database = await chatDatabase(t);
  const alice = await database.account('alice');
  const bob = await database.account('bob');
  await database.channel('#general');
  for (let number = 1; number <= 500; number += 1) await database.say('#general', 'alice', `said ${number} ${'très '.repeat(number % 30)}`);
  await database.whisper(['alice', alice], ['bob', bob], 'between us');
  await database.stop();
  return database;
}

async function backedUp(t: TestContext): Promise<{ cwd: string; to: string; data: string; file: string }> {
  const { cwd, to } = await withKey(t);
  const { data, file } = await talked(t);
  const { code, stderr } = await run(['backup', 'create', '--to', to, '--data', data, '-o', 'a.age'], { cwd });
  assert.deepEqual([code, stderr], [0, '']);
  return { cwd, to, data, file };
}

/** Every row of every table. */
function rowsOf(file: string): unknown {
  const db = new Sqlite(file);
  try {
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'").pluck().all();
    assert.ok(tables.length > 20, `${tables.length} tables`);
    return tables.toSorted().map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]);
  } finally {
    db.close();
  }
}

function rootOf(file: string, table: string): number {
  const db = new Sqlite(file, { readonly: true });
  const root = db.prepare<[string], number>('SELECT rootpage FROM sqlite_master WHERE name = ?').pluck().get(table);
  db.close();
  return root ?? 0;
}

function sizesUnder(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Refused with this code, and nothing was written. */
async function assertRefused(line: readonly string[], code: number, { cwd, says }: { cwd: string; says: RegExp }): Promise<Ran> {
  const before = readdirSync(cwd).toSorted();
  const ran = await run(line, { cwd });
  assert.deepEqual([ran.code, ran.stdout], [code, ''], ran.stderr);
  assert.match(ran.stderr, says);
  assert.deepEqual(readdirSync(cwd).toSorted(), before);
  return ran;
}

describe('classcord backup', () => {
  test('makes a key of the owner’s alone, says how to use it, and never writes over one', async (t) => {
    const { cwd, to } = await withKey(t);

    assert.match(to, /^age1[a-z0-9]{58}$/);
    assert.equal(statSync(join(cwd, 'backup.key')).mode & 0o777, 0o600);
    const text = readFileSync(join(cwd, 'backup.key'), 'utf8');
    assert.match(text, new RegExp(`^# public key: ${to}\nAGE-SECRET-KEY-1[A-Z0-9]+$`, 'm'));
    await assertRefused(['backup', 'key'], 7, { cwd, says: /backup\.key exists already/ });
    assert.equal(readFileSync(join(cwd, 'backup.key'), 'utf8'), text);
    await assertRefused(['backup', 'key', '--out', 'backup.key/in-it'], 1, { cwd, says: /in-it cannot be written \(ENOTDIR\)/ });
  });

  test('holds all that the database held, for the owner of the key alone, and leaves nothing beside it', async (t) => {
    const { cwd, data, file } = await backedUp(t);
    assert.deepEqual(readdirSync(data), left);
    assert.equal(statSync(join(cwd, 'a.age')).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(join(cwd, 'a.age'), 'latin1'), /said|between us/);

    const looks = folder(t);
    const inTest = process.env['TMPDIR'];
    process.env['TMPDIR'] = looks;
    const verified = await run('backup verify a.age', { cwd }).finally(() => {
      if (inTest === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = inTest;
    });
    assert.deepEqual(readdirSync(looks), []);
    const restored = await run('backup restore a.age --data new/data', { cwd });

    assert.match(verified.stdout, /^a\.age is whole: 501 messages, 2 accounts, the last word at 2026-09-01T\S+Z\.\n$/);
    assert.deepEqual([verified.code, restored.code, restored.stderr], [0, 0, '']);
    assert.match(restored.stdout, /501 messages.*copy what is not in backups: identity\.key, totp\.key/s);
    assert.deepEqual(readdirSync(join(cwd, 'new/data')), ['classcord.db']);
    assert.equal(statSync(join(cwd, 'new/data')).mode & 0o777, 0o700);
    assert.equal(statSync(join(cwd, 'new/data/classcord.db')).mode & 0o777, 0o600);
    assert.deepEqual(rowsOf(join(cwd, 'new/data/classcord.db')), rowsOf(file));
  });

  test('is taken while the server runs; a server on what was restored has the accounts and the history', async (t) => {
    const { cwd, to } = await withKey(t);
    const server = await startServer(t);
    const alice = await upgrade(await account(t, server, 'alice'));
    alice.send({ type: 'message', ref: '1', content: 'before the backup' });
    await alice.expect({ type: 'ack', ref: '1' });

    const created = await run(['backup', 'create', '--to', to, '--data', server.folder, '-o', 'a.age'], { cwd });
    alice.send({ type: 'message', ref: '2', content: 'after it' });
    await alice.expect({ type: 'ack', ref: '2' });
    const restored = await run('backup restore a.age --data data', { cwd });

    assert.deepEqual([created.code, restored.code], [0, 0], created.stderr + restored.stderr);
    assert.match(created.stdout, /^Backup finished: 1 message, 1 account, .*Z\. [\d.]+ kB in a\.age, [\d.]+ s\.\n$/);
    const again = await startServer(t, { folder: join(cwd, 'data') });
    const back = await upgrade(await connect(t, again));
    back.send({ type: 'login', ref: 'l', username: 'alice', password: 'password of alice' });
    await back.expect({ type: 'login', ref: 'l', status: 'ok' });
    back.send({ type: 'history', ref: 'h', channel: '#general' });
    const { messages } = await back.expect({ type: 'history', ref: 'h' });
    assert.deepEqual(
      (messages as readonly { content: string }[]).map(({ content }) => content),
      ['before the backup'],
    );
  });

  test('is opened by age and gzip, which other people wrote', async (t) => {
    if (!has(t, 'age')) return;
    const { cwd, file } = await backedUp(t);

    const { status, stderr } = spawnSync('sh', ['-c', 'age -d -i backup.key a.age | gunzip > by-hand.db'], { cwd, encoding: 'utf8' });

    assert.deepEqual([status, stderr], [0, '']);
    assert.deepEqual(rowsOf(join(cwd, 'by-hand.db')), rowsOf(file));
  });

  test('is refused where nobody could open it, or it would replace something', async (t) => {
    const { cwd, to, data } = await backedUp(t);
    const kept = readFileSync(join(cwd, 'a.age'));
    const create = ['backup', 'create', '--data', data];

    await assertRefused(create, 2, { cwd, says: /nobody could open it.*classcord backup key makes one/ });
    await assertRefused([...create, '--to', 'age1wrong'], 2, { cwd, says: /age1wrong is no public half/ });
    await assertRefused([...create, '--to', 'AGE-SECRET-KEY-1SECRET'], 2, { cwd, says: /wants the public half/ });
    await assertRefused([...create, '--to', to, '-o', 'a.age'], 7, { cwd, says: /a\.age exists already; --force replaces it/ });
    await assertRefused(['backup', 'create', '--to', to, '--data', 'elsewhere'], 2, { cwd, says: /no database .*elsewhere/ });
    await assertRefused(['backup', 'restore', 'a.age', '--data', '.'], 7, { cwd, says: /is not empty/ });
    await assertRefused(['backup', 'restore', 'a.age', '--data', 'a.age'], 2, { cwd, says: /a\.age is no folder/ });
    await assertRefused(['backup', 'restore', 'none.age', '--data', 'new/data'], 2, { cwd, says: /none\.age cannot be read \(ENOENT\)/ });
    await assertRefused(['backup', 'verify', 'a.age', '--key', 'none.key'], 2, { cwd, says: /none\.key cannot be read \(ENOENT\)/ });
    await assertRefused(['backup', 'verify', 'a.age', '--key', 'a.age'], 2, { cwd, says: /a\.age holds no valid line AGE-SECRET-KEY/ });
    assert.deepEqual(readFileSync(join(cwd, 'a.age')), kept);
    assert.equal((await run([...create, '--to', to, '-o', 'a.age', '--force'], { cwd })).code, 0);
    assert.notDeepEqual(readFileSync(join(cwd, 'a.age')), kept);
  });

  test('restores nothing with another key, nothing of an altered or cut file, nothing of a newer program', async (t) => {
    const { cwd, to, file } = await backedUp(t);
    await run('backup key --out other.key', { cwd });
    const whole = readFileSync(join(cwd, 'a.age'));
    const chance = seeded(t);
    const random = (low: number, high: number) => Math.floor(chance(low, high + 1));
    const refused = (code: number, says: RegExp, key = 'backup.key') =>
      assertRefused(['backup', 'restore', 'b.age', '--data', 'new/data', '--key', key], code, { cwd, says });

    writeFileSync(join(cwd, 'b.age'), whole);
    await refused(5, /other\.key does not open b\.age/, 'other.key');
    const ends = [0, 30, 100, 180, 230, whole.length - 1];
    for (const at of [...ends, ...Array.from({ length: 20 }, () => random(0, whole.length - 1))]) {
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ (1 << random(0, 7));
      writeFileSync(join(cwd, 'b.age'), altered);
      const { code, stderr } = await run('backup restore b.age --data new/data', { cwd });
      assert.ok(code === 65 || code === 5, `byte ${at}: ${code} ${stderr}`);
      assert.deepEqual(readdirSync(cwd).toSorted(), ['a.age', 'b.age', 'backup.key', 'other.key'], `byte ${at}`);
    }
    for (const length of [0, 10, 200, whole.length - 1]) {
      writeFileSync(join(cwd, 'b.age'), whole.subarray(0, length));
      await refused(65, /b\.age is no backup, or not as it was made/);
    }

    const db = new Sqlite(file);
    db.pragma(`user_version = ${newestSchema() + 1}`);
    db.close();
    const encrypter = new Encrypter();
    encrypter.addRecipient(to);
    writeFileSync(join(cwd, 'b.age'), await encrypter.encrypt(gzipSync(readFileSync(file))));
    await refused(65, new RegExp(`schema ${newestSchema() + 1}, this program knows ${newestSchema()} at most`));
    writeFileSync(join(cwd, 'b.age'), await encrypter.encrypt(gzipSync('no database at all')));
    await refused(65, /b\.age is no backup/);
  });

  test('a damaged database is not backed up as if it were whole', async (t) => {
    const { cwd, to } = await withKey(t);
    const { data, file } = await talked(t);
    const bytes = readFileSync(file);
    bytes.fill(0xff, 8 * 4096, 24 * 4096);
    writeFileSync(file, bytes);

    const { code, stderr } = await run(['backup', 'create', '--to', to, '--data', data, '-o', 'a.age'], { cwd });

    assert.equal(code, 65, stderr);
    assert.match(stderr, /is damaged, no backup was made/);
    assert.deepEqual(readdirSync(cwd), ['backup.key']);
    assert.deepEqual(readdirSync(data), left);
  });

  test('nor is one of which a copy would look whole, and lack rows', async (t) => {
    const { cwd, to } = await withKey(t);
    const { data, file } = await talked(t);
    const bytes = readFileSync(file);
    const pageBytes = bytes.readUInt16BE(16);
    const root = rootOf(file, 'messages');
    // A leaf of the table, by way of its root: five cells fewer than there are.
    const leaf = bytes.readUInt32BE((root - 1) * pageBytes + bytes.readUInt16BE((root - 1) * pageBytes + 12));
    const at = (leaf - 1) * pageBytes;
    assert.equal(bytes[at], 13, 'a leaf');
    bytes.writeUInt16BE(bytes.readUInt16BE(at + 3) - 5, at + 3);
    writeFileSync(file, bytes);

    const { code, stderr } = await run(['backup', 'create', '--to', to, '--data', data, '-o', 'a.age'], { cwd });

    assert.equal(code, 65, stderr);
    assert.match(stderr, /is damaged, no backup was made: .*page/);
    assert.deepEqual(readdirSync(cwd), ['backup.key']);
  });

  test('what killed runs left is taken away once it is a day old, and does not count as content', async (t) => {
    const { cwd, to, data } = await backedUp(t);
    const [old, young] = ['0123456789ab', 'ba9876543210'];
    const longAgo = new Date(Date.now() - 25 * 3600 * 1000);
    mkdirSync(join(cwd, 'new'));
    for (const [folder, kind] of [
      [data, 'backup'],
      [join(cwd, 'new'), 'restore'],
    ] as const) {
      for (const mark of [old, young]) writeFileSync(join(folder, `.classcord-${kind}-${mark}.db`), 'left');
      utimesSync(join(folder, `.classcord-${kind}-${old}.db`), longAgo, longAgo);
    }

    assert.equal((await run(['backup', 'create', '--to', to, '--data', data, '-o', 'b.age'], { cwd })).code, 0);
    assert.equal((await run('backup restore b.age --data new', { cwd })).code, 0);

    assert.deepEqual(readdirSync(data).toSorted(), [`.classcord-backup-${young}.db`, ...left]);
    assert.deepEqual(readdirSync(join(cwd, 'new')).toSorted(), [`.classcord-restore-${young}.db`, 'classcord.db']);
  });

  test('opens with each of the keys that it was made for', async (t) => {
    const { cwd, to, data } = await backedUp(t);
    const { stdout } = await run('backup key --out second.key', { cwd });
    const [second = ''] = /age1\w+/.exec(stdout) ?? [];
    await run(['backup', 'create', '--to', to, '--to', second, '--data', data, '-o', 'both.age'], { cwd });

    for (const key of ['backup.key', 'second.key']) assert.equal((await run(`backup verify both.age --key ${key}`, { cwd })).code, 0, key);
    assert.equal((await run('backup verify a.age --key second.key', { cwd })).code, 5);
  });

  test('never says a secret, though a key may be damaged', async (t) => {
    const { cwd } = await backedUp(t);
    const text = readFileSync(join(cwd, 'backup.key'), 'utf8');
    writeFileSync(
      join(cwd, 'backup.key'),
      text.replace(/(AGE-SECRET-KEY-1\w+)(\w)/, (_, first, last) => first + (last === 'Q' ? 'P' : 'Q')),
    );

    const { code, stderr } = await run('backup verify a.age', { cwd });

    assert.equal(code, 2);
    assert.match(stderr, /backup\.key holds no valid line/);
    assert.doesNotMatch(stderr, /AGE-SECRET-KEY-1/);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} in the middle of verify or restore leaves nothing behind`, { timeout: 240_000 }, async (t) => {
      const { cwd, to, file, data } = await backedUp(t);
      const db = new Sqlite(file);
      db.exec(`CREATE TABLE ballast (bytes); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
        INSERT INTO ballast SELECT randomblob(1000000) FROM n`);
      db.close();
      assert.equal((await run(['backup', 'create', '--to', to, '--data', data, '-o', 'large.age'], { cwd })).code, 0);
      const work = join(cwd, 'work');
      mkdirSync(work);
      for (const line of [
        ['verify', 'large.age'],
        ['restore', 'large.age', '--data', 'work/new'],
      ]) {
        const child = spawn(process.execPath, [...classcord(), 'backup', ...line], { cwd, env: { ...process.env, TMPDIR: work } });
        await until(() => sizesUnder(work) > 1_000_000, 'it to be in the middle');
        child.kill(signal);
        const [code] = (await once(child, 'close')) as [number | null];

        assert.equal(code, { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
        assert.deepEqual(
          readdirSync(work).filter((name) => !/^tsx-/.test(name)),
          [],
        );
      }
    });
  }

  test('shows how far it is on a terminal, and speaks French', async (t) => {
    const { cwd, to } = await withKey(t);
    const { data } = await talked(t);

    const { stdout, stderr } = await run(['--lang', 'fr', 'backup', 'create', '--to', to, '--data', data, '-o', 'a.age'], {
      cwd,
      isTerminal: true,
      env: { NO_COLOR: '1' },
    });

    assert.match(stderr, /\d+ % {2}0,\d+ \/ 0,\d+ MB/);
    assert.match(stdout, /^Sauvegarde terminée : 501 messages, 2 comptes, /);
  });
});
