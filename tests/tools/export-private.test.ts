import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { type ChatDatabase, chatDatabase, listed } from './chat-database.ts';
import { folder, run } from './cli-run.ts';

/** Two accounts and a guest that whisper, a private channel, and something that everybody may read. */
async function secrets(t: Parameters<typeof chatDatabase>[0]): Promise<ChatDatabase> {
  const database = await chatDatabase(t);
  const alice = ['Alice', await database.account('Alice')] as const;
  const bob = ['bob', await database.account('bob')] as const;
  const guest = ['invité', 'g17'] as const;
  await database.channel('#staff', 'private');
  await database.say('#staff', 'Alice', 'in the private channel');
  await database.say('#general', 'bob', 'for everybody');
  await database.whisper(alice, bob, 'to bob alone');
  await database.whisper(bob, alice, 'to alice alone');
  await database.whisper(guest, bob, 'from a guest');
  return database;
}

const go = ({ data }: ChatDatabase, cwd: string, line: string) => run(`export ${line} --data ${data}`, { cwd });
const auditOf = ({ file }: ChatDatabase) => {
  const db = new Sqlite(file, { readonly: true });
  const rows = db.prepare<[], Record<string, string>>('SELECT action, actor, subject, detail FROM audit ORDER BY id').all();
  db.close();
  return rows;
};

test('an export of everything holds public channels only, and leaves no audit line', async (t) => {
  const database = await secrets(t);
  const { stdout, stderr } = await go(database, folder(t), '--ndjson -o -');

  assert.match(stdout, /^[^\n]*for everybody[^\n]*\n$/);
  assert.doesNotMatch(stderr, /audit/);
  assert.deepEqual(auditOf(database), []);
});

test('a private channel is exported by its name, and that leaves a row in the audit and a line on standard error', async (t) => {
  const database = await secrets(t);
  const cwd = folder(t);
  const { code, stderr } = await go(database, cwd, '--json --channel staff --since 2026-01-01T00:00:00Z');

  assert.equal(code, 0);
  const [name = ''] = listed(cwd);
  assert.match(readFileSync(join(cwd, name), 'utf8'), /in the private channel/);
  assert.match(stderr, /^\d{4}-\d\d-\d\dT\S+Z audit export\.channel actor=operator:\S+ subject="#staff"\n$/);
  const [row] = auditOf(database);
  assert.deepEqual([row?.['action'], row?.['subject']], ['export.channel', '#staff']);
  assert.match(row?.['actor'] ?? '', /^operator:/);
  assert.deepEqual(JSON.parse(row?.['detail'] ?? ''), { format: 'json', user: null, since: '2026-01-01T00:00:00.000Z', until: null });
});

test('--private exports what one person wrote and got, says to whom, is audited, and its file is its owner’s alone', async (t) => {
  const database = await secrets(t);
  const cwd = folder(t);
  const { stderr } = await go(database, cwd, '--json --private ALICE');

  const [name = ''] = listed(cwd);
  assert.match(name, /^messages_private-ALICE_\d{8}-\d{6}\.json$/);
  assert.equal(statSync(join(cwd, name)).mode & 0o077, 0);
  const messages = JSON.parse(readFileSync(join(cwd, name), 'utf8')) as Record<string, string>[];
  assert.deepEqual(
    messages.map(({ username, channel, content }) => [username, channel, content]),
    [
      ['Alice', 'private:bob', 'to bob alone'],
      ['bob', 'private:Alice', 'to alice alone'],
    ],
  );
  assert.match(stderr, /audit export\.private actor=\S+ subject="ALICE"/);
  assert.equal(auditOf(database)[0]?.['action'], 'export.private');
});

test('--private finds a guest by the name that it wore, and --user narrows it to what was written by one', async (t) => {
  const database = await secrets(t);

  assert.match((await go(database, folder(t), '--ndjson --private invité -o -')).stdout, /^[^\n]*from a guest[^\n]*\n$/);
  assert.match((await go(database, folder(t), '--ndjson --private bob --user alice -o -')).stdout, /^[^\n]*to bob alone[^\n]*\n$/);
});

test('what cannot be noted is not exported: nothing is written', async (t) => {
  const database = await secrets(t);
  const cwd = folder(t);
  await database.stop();
  const db = new Sqlite(database.file);
  db.exec('DROP TABLE audit; PRAGMA user_version = 1');
  db.close();
  const { code, stdout, stderr } = await go(database, cwd, '--json --private bob');

  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /private messages cannot be exported yet: start the server once/);
  assert.deepEqual(listed(cwd), []);
});

test('a closed database is audited, too, and left without files beside it', async (t) => {
  const database = await secrets(t);
  await database.stop();

  assert.equal((await go(database, folder(t), '--json --private bob')).code, 0);
  assert.deepEqual(listed(database.data), ['classcord.db', 'classcord.db-mark']);
  assert.equal(auditOf(database).length, 1);
});

test('rows of the audit are never changed and never deleted', async (t) => {
  const database = await secrets(t);
  await go(database, folder(t), '--json --private bob');
  await database.stop();
  const db = new Sqlite(database.file);
  t.after(() => db.close());

  assert.throws(() => db.exec("UPDATE audit SET actor = 'nobody'"), /only ever added/);
  assert.throws(() => db.exec('DELETE FROM audit'), /only ever added/);
});
