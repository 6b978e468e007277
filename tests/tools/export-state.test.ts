import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import type { ExportState } from '../../tools/export/state.ts';
import { type ChatDatabase, chatDatabase, listed } from './chat-database.ts';
import { folder, run } from './cli-run.ts';

const go = ({ data }: ChatDatabase, cwd: string, line: string) => run(`export ${line} --data ${data}`, { cwd });
const stateIn = (cwd: string, name = 'chat.state') => JSON.parse(readFileSync(join(cwd, name), 'utf8')) as ExportState;
const linesOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);

test('each run with --state writes what is new since the last one, and every message once', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  await database.say('#general', 'bob', 'one');
  await database.say('#dev', 'bob', 'two');

  await go(database, cwd, '--ndjson --state chat.state -o 1.ndjson');
  await database.say('#general', 'eve', 'three');
  await database.say('#new', 'eve', 'four');
  const { stdout } = await go(database, cwd, '--ndjson --state chat.state -o 2.ndjson');

  assert.equal(stdout, 'NDJSON export finished: 2 messages exported to 2.ndjson\n');
  const contents = ['1.ndjson', '2.ndjson'].map((name) =>
    linesOf(join(cwd, name)).map((line) => (JSON.parse(line) as { content: string }).content),
  );
  assert.deepEqual(contents, [
    ['two', 'one'],
    ['three', 'four'],
  ]);
});

test('the state is a manifest: what each run wrote, with sums that sha256sum checks', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  mkdirSync(join(cwd, 'out'));
  for (const [index, content] of ['one', 'two'].entries()) {
    await database.say('#general', 'bob', content);
    await go(database, cwd, `--json --state chat.state -o out/${index}.json`);
  }

  const { last_id, files } = stateIn(cwd);
  assert.equal(last_id, 2);
  assert.deepEqual(
    files.map(({ path, rows, first_id, last_id: last }) => [path, rows, first_id, last]),
    [
      ['out/0.json', 1, 1, 1],
      ['out/1.json', 1, 2, 2],
    ],
  );
  for (const { path, sha256 } of files)
    assert.equal(
      sha256,
      createHash('sha256')
        .update(readFileSync(join(cwd, path)))
        .digest('hex'),
    );
  assert.equal(spawnSync('sha256sum', ['--check', '--strict', 'chat.state.sha256'], { cwd }).status, 0);
  assert.equal(statSync(join(cwd, 'chat.state')).mode & 0o077, 0);
});

test('when nothing is new no file is written, and the state stays', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  await database.say('#general', 'bob', 'one');
  await go(database, cwd, '--json --state chat.state -o 1.json');
  const before = stateIn(cwd);
  const { code, stdout } = await go(database, cwd, '--json --state chat.state -o 2.json');

  assert.deepEqual([code, stdout], [0, 'JSON export finished: 0 messages exported, nothing is new since the last run\n']);
  assert.deepEqual(listed(cwd), ['1.json', 'chat.state', 'chat.state.sha256']);
  assert.deepEqual(stateIn(cwd), before);
});

test('a state goes on for standard output too, as a log shipper wants it', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  await database.say('#general', 'bob', 'one');
  const first = await go(database, cwd, '--ndjson --state chat.state -o -');
  await database.say('#general', 'bob', 'two');
  const second = await go(database, cwd, '--ndjson --state chat.state -o -');

  assert.deepEqual([first.stdout.split('\n').length, second.stdout.split('\n').length], [2, 2]);
  assert.match(second.stdout, /"two"/);
  assert.equal(stateIn(cwd).files.length, 2);
});

test('messages of a channel that the state has not seen for long are found without reading the others again', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  for (let index = 0; index < 2500; index++) await database.say(index % 2 === 0 ? '#general' : '#dev', 'bob', `m${index}`);
  await go(database, cwd, '--ndjson --state chat.state -o 1.ndjson');
  await database.say('#dev', 'bob', 'last');
  await go(database, cwd, '--ndjson --state chat.state -o 2.ndjson');

  assert.equal(linesOf(join(cwd, '1.ndjson')).length, 2500);
  assert.match(readFileSync(join(cwd, '2.ndjson'), 'utf8'), /^[^\n]*"last"[^\n]*\n$/);
});

/** As the server does: what it said before goes to the revisions. */
function change({ file }: ChatDatabase, id: number, { to, at }: { readonly to: string | null; readonly at: string }): void {
  const db = new Sqlite(file);
  const keep = db.prepare(
    "INSERT INTO revisions SELECT id, revision, content, 'u1', NULL, @at FROM (SELECT id, revision, content FROM messages UNION ALL SELECT id, revision, content FROM private_messages) WHERE id = @id",
  );
  db.transaction(() => {
    keep.run({ id, at });
    for (const table of ['messages', 'private_messages'])
      db.prepare(`UPDATE ${table} SET revision = revision + 1, content = coalesce(@to, content), deleted = @to IS NULL WHERE id = @id`).run(
        { id, to },
      );
  })();
  db.close();
}

test('edits and deletions of what was written before come first in the next run, and once', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  for (const content of ['one', 'two', 'three']) await database.say('#general', 'bob', content);
  await database.say('#dev', 'bob', 'four');
  await database.channel('#staff', 'private');
  await database.say('#staff', 'bob', 'five');
  change(database, 3, { to: 'three, before any run', at: '2026-09-01T09:00:00.000Z' });
  await go(database, cwd, '--ndjson --state chat.state -o 1.ndjson');

  change(database, 1, { to: 'one, mended', at: '2026-09-01T09:00:00.000Z' });
  change(database, 2, { to: null, at: '2026-09-01T09:00:01.000Z' });
  change(database, 5, { to: 'nobody’s business', at: '2026-09-01T09:00:01.000Z' });
  await database.say('#general', 'bob', 'six');
  await database.say('#general', 'bob', 'gone at once');
  change(database, 7, { to: null, at: '2026-09-01T09:00:02.000Z' });
  await go(database, cwd, '--ndjson --state chat.state -o 2.ndjson');
  const third = await go(database, cwd, '--ndjson --state chat.state -o 3.ndjson');

  const told = (name: string) =>
    linesOf(join(cwd, name)).map((line) => {
      const { id, content, change: became = '' } = JSON.parse(line) as Record<string, string>;
      return `${id} ${content} ${became}`.trim();
    });
  assert.deepEqual(told('1.ndjson'), ['4 four', '1 one', '2 two', '3 three, before any run']);
  assert.deepEqual(told('2.ndjson'), ['1 one, mended edited', '2  deleted', '6 six']);
  assert.match(third.stdout, /nothing is new/);
});

test('deleted messages are in no export', async (t) => {
  const database = await chatDatabase(t);
  await database.say('#general', 'bob', 'kept');
  await database.say('#general', 'bob', 'regretted');
  const [alice, bob] = [await database.account('alice'), await database.account('bob')];
  await database.whisper(['alice', alice], ['bob', bob], 'regretted, too');
  for (const id of [2, 3]) change(database, id, { to: null, at: '2026-09-01T09:00:00.000Z' });

  for (const format of ['json', 'csv', 'ndjson', 'html']) {
    const { stdout } = await go(database, folder(t), `--${format} -o -`);
    assert.match(stdout, /kept/);
    assert.doesNotMatch(stdout, /regretted/);
  }
  assert.equal((await go(database, folder(t), '--ndjson --private bob -o -')).stdout, '');
});

test('a failed run leaves the state as it was', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  await database.say('#general', 'bob', 'one');
  writeFileSync(join(cwd, '1.json'), 'mine');

  assert.equal((await go(database, cwd, '--json --state chat.state -o 1.json')).code, 7);
  assert.deepEqual(listed(cwd), ['1.json']);
});

test('a state of another export, of another database, or of nothing is refused, and stays', async (t) => {
  const database = await chatDatabase(t);
  const cwd = folder(t);
  await database.say('#general', 'bob', 'one');
  await go(database, cwd, '--json --state chat.state -o 1.json');
  const before = readFileSync(join(cwd, 'chat.state'), 'utf8');
  writeFileSync(join(cwd, 'none.state'), '{"version":1}');

  const other = await go(database, cwd, '--csv --channel general --state chat.state -o 2.csv');
  assert.deepEqual(
    [other.code, other.stderr],
    [2, 'classcord: chat.state is the state of another export (json, public channels); give this one a file of its own\n'],
  );
  assert.equal((await go(database, cwd, '--json --state none.state -o 2.json')).code, 2);

  await database.stop();
  const db = new Sqlite(database.file);
  db.exec('DELETE FROM messages; UPDATE counters SET value = 0; UPDATE channels SET last_seq = 0');
  db.close();
  const ahead = await go(database, cwd, '--json --state chat.state -o 2.json');
  assert.equal(ahead.code, 7);
  assert.match(ahead.stderr, /chat\.state knows message 1, this database ends at 0/);
  assert.equal(readFileSync(join(cwd, 'chat.state'), 'utf8'), before);
  assert.deepEqual(listed(cwd), ['1.json', 'chat.state', 'chat.state.sha256', 'none.state']);
});
