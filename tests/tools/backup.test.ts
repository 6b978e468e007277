import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Encrypter } from 'age-encryption';
import Sqlite from 'better-sqlite3';
import { newestSchema } from '../../server/store/migrate.ts';
import { account, connect, upgrade } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { seeded } from '../support/random.ts';
import { startServer } from '../support/server.ts';
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

/** Every row of every table that holds something of people. */
function rowsOf(file: string): unknown {
  const db = new Sqlite(file);
  try {
    const tables = ['messages', 'private_messages', 'accounts', 'channels', 'conversations', 'counters'];
    return tables.map((table) => [table, db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()]);
  } finally {
    db.close();
  }
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
  });

  test('holds all that the database held, for the owner of the key alone, and leaves nothing beside it', async (t) => {
    const { cwd, data, file } = await backedUp(t);
    assert.deepEqual(readdirSync(data), left);
    assert.equal(statSync(join(cwd, 'a.age')).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(join(cwd, 'a.age'), 'latin1'), /said|between us/);

    const verified = await run('backup verify a.age', { cwd });
    const restored = await run('backup restore a.age --data new/data', { cwd });

    assert.match(verified.stdout, /^a\.age is whole: 501 messages, 2 accounts, the last word at 2026-09-01T\S+Z\.\n$/);
    assert.deepEqual([verified.code, restored.code, restored.stderr], [0, 0, '']);
    assert.match(restored.stdout, /501 messages.*copy the keys that are not in backups: identity\.key, totp\.key/s);
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
    assert.match(created.stdout, /^Backup finished: 1 messages, 1 accounts, .* in a\.age, [\d.]+ s\.\n$/);
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
    await assertRefused([...create, '--to', to, '-o', 'a.age'], 7, { cwd, says: /a\.age exists already; --force replaces it/ });
    await assertRefused(['backup', 'create', '--to', to, '--data', 'elsewhere'], 2, { cwd, says: /no database .*elsewhere/ });
    await assertRefused(['backup', 'restore', 'a.age', '--data', '.'], 7, { cwd, says: /is not empty/ });
    await assertRefused(['backup', 'restore', 'none.age', '--data', 'new/data'], 2, { cwd, says: /none\.age cannot be read \(ENOENT\)/ });
    await assertRefused(['backup', 'verify', 'a.age', '--key', 'none.key'], 2, { cwd, says: /none\.key cannot be read \(ENOENT\)/ });
    await assertRefused(['backup', 'verify', 'a.age', '--key', 'a.age'], 2, { cwd, says: /a\.age cannot be read \(no AGE-SECRET-KEY/ });
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

    assert.ok(code === 65 || code === 1, stderr);
    assert.deepEqual(readdirSync(cwd), ['backup.key']);
    assert.deepEqual(readdirSync(data), left);
  });

  test('what killed runs left is taken away by the next, and what lives is not', async (t) => {
    const { cwd, to, data } = await backedUp(t);
    const { pid = 0 } = spawnSync('true');
    writeFileSync(join(data, `.backup-${pid}.db`), 'left');
    writeFileSync(join(data, `.backup-${process.ppid}.db`), 'at work');
    mkdirSync(join(cwd, 'new'));
    writeFileSync(join(cwd, 'new', `.restore-${pid}.db`), 'left');

    assert.equal((await run(['backup', 'create', '--to', to, '--data', data, '-o', 'b.age'], { cwd })).code, 0);
    assert.equal((await run('backup restore b.age --data new', { cwd })).code, 0);

    assert.deepEqual(readdirSync(data).toSorted(), [`.backup-${process.ppid}.db`, ...left]);
    assert.deepEqual(readdirSync(join(cwd, 'new')), ['classcord.db']);
  });

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
