import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import { has } from '../support/needs.ts';
import { until } from '../support/server-process.ts';
import { chatDatabase, listed } from './chat-database.ts';
import { folder } from './cli-run.ts';

const tsx = import.meta.resolve('tsx');
const program = ['--import', tsx, fileURLToPath(new URL('../../tools/bin/classcord-export.cts', import.meta.url))];
const env = { ...process.env, LC_ALL: 'C' };

/** A stopped server's data with so many messages in one channel. */
async function many(t: Parameters<typeof chatDatabase>[0], count: number): Promise<{ data: string }> {
  const { data, file, stop } = await chatDatabase(t);
  await stop();
  const db = new Sqlite(file);
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO messages (id, channel_id, seq, author, username, channel, content, timestamp)
    SELECT i, 1, i, 'u1', 'bob', '#general', 'message ' || i, '2026-09-01T08:00:00.000Z' FROM n;
    UPDATE channels SET last_seq = ${count};
    UPDATE counters SET value = ${count};`);
  db.close();
  return { data };
}

test('classcord-export is “classcord export”', { timeout: 240_000 }, async (t) => {
  const cwd = folder(t);
  const { data } = await many(t, 3);
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program, 'json', 'general', 'out.json', '--data', data], {
    cwd,
    env,
    encoding: 'utf8',
  });

  assert.deepEqual([status, stdout, stderr], [0, 'JSON export finished: 3 messages exported to out.json\n', '']);
  assert.deepEqual(listed(cwd), ['out.json']);
});

test('classcord-export speaks of itself by its own name, in its help and when it is used wrongly', { timeout: 240_000 }, () => {
  const wrong = spawnSync(process.execPath, [...program, '--bogus'], { env, encoding: 'utf8' });
  const help = spawnSync(process.execPath, [...program, '--help'], { env, encoding: 'utf8' });

  assert.deepEqual([wrong.status, wrong.stderr], [2, 'classcord: unknown option --bogus. See: classcord-export --help\n']);
  assert.match(help.stdout, /^Usage: classcord-export \[/m);
  assert.match(help.stdout, /^ {2}classcord-export --json --channel general$/m);
  assert.doesNotMatch(help.stdout, /classcord export/);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends an export with nothing left behind, neither beside the file nor beside the database`, {
    timeout: 240_000,
  }, async (t) => {
    const cwd = folder(t);
    const { data } = await many(t, 300_000);
    const child = spawn(process.execPath, [...program, '--html', '-o', 'out.html', '--data', data], { cwd, env, stdio: 'ignore' });
    await until(() => listed(cwd).length > 0, 'the hidden file');
    child.kill(signal);
    const [code] = (await once(child, 'exit')) as [number | null];

    assert.equal(code, signal === 'SIGINT' ? 130 : 143);
    assert.deepEqual([listed(cwd), listed(data)], [[], ['classcord.db', 'classcord.db-mark']]);
  });
}

test('a reader that leaves ends an export to standard output quietly', { timeout: 240_000 }, async (t) => {
  const { data } = await many(t, 100_000);
  const script = 'set -o pipefail; "$@" | head -n 2';
  const args = ['-c', script, 'bash', process.execPath, ...program, '--ndjson', '-o', '-', '--data', data];
  const { status, stdout, stderr } = spawnSync('bash', args, { env, encoding: 'utf8' });

  assert.deepEqual([status, stdout.split('\n').length, stderr], [0, 3, '']);
  assert.deepEqual(listed(data), ['classcord.db', 'classcord.db-mark']);
});

test('a slow reader gets everything, and meanwhile nothing holds up the server’s log', { timeout: 240_000 }, async (t) => {
  const { data } = await many(t, 20_000);
  const child = spawn(process.execPath, [...program, '--ndjson', '-o', '-', '--data', data], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => child.kill('SIGKILL'));
  const { stdout } = child;
  await once(stdout, 'readable');
  // Nobody reads now: the export waits between two pages, with no transaction open.
  const writer = new Sqlite(join(data, 'classcord.db'));
  writer.exec("UPDATE channels SET created_by = 'somebody'");
  const [checkpoint] = writer.pragma('wal_checkpoint(RESTART)') as { busy: number }[];
  writer.close();

  assert.equal(checkpoint?.busy, 0);
  let text = '';
  for await (const chunk of stdout) text += String(chunk);
  assert.equal(text.split('\n').length - 1, 20_000);
});

test('a disk that is full ends the export with exit 1 and nothing left behind', { timeout: 240_000 }, async (t) => {
  if (!has(t, 'prlimit')) return;
  const cwd = folder(t);
  const { data } = await many(t, 20_000);
  const args = ['--fsize=200000', process.execPath, ...program, '--json', '-o', 'out.json', '--data', data];
  const { status, stderr } = spawnSync('prlimit', args, { cwd, env, encoding: 'utf8' });

  assert.deepEqual([status, stderr], [1, 'classcord: out.json cannot be written (EFBIG)\n']);
  assert.deepEqual(listed(cwd), []);
});
