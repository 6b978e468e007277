import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { connect } from '../support/client.ts';
import { startServer } from '../support/server.ts';
import { folder, run } from './cli-run.ts';

/** `users.pkl` of these lines, as protocol 0 writes a dictionary. */
function pickle(t: TestContext, lines: readonly string[]): string {
  const path = join(folder(t), 'users.pkl');
  writeFileSync(path, Buffer.from(`(d${lines.join('')}.`, 'latin1'));
  return path;
}

const user = (name: string, password: string) => `S'${name}'\nS'${password}'\ns`;
const course = [user('alice', 'pw of alice'), user('bob', 'b'), user('a/b', 'x'), user('empty', ''), "S'nobody'\nNs", user('BOB', 'c')];
const outcomes = [
  { username: 'nobody', outcome: 'no_password', reason: 'No password stands beside the name.' },
  { username: 'alice', outcome: 'created' },
  { username: 'bob', outcome: 'already_exists', reason: 'Username already exists.' },
  { username: 'a/b', outcome: 'invalid_name', reason: 'A name cannot hold this: / (U+002F)' },
  { username: 'empty', outcome: 'weak_password', reason: 'The password is empty.' },
  { username: 'BOB', outcome: 'already_exists', reason: 'Username already exists.' },
];

test('accounts of a course server are brought in, those that exist stay as they are, each is reported', async (t) => {
  const path = pickle(t, course);
  const server = await startServer(t);
  await run(['user', 'create', 'bob', '--data', server.folder], { stdin: 'the older one\n' });

  const dry = await run(['import', path, '--json', '--dry-run', '--data', server.folder]);
  const real = await run(['import', path, '--json', '--data', server.folder]);
  const again = await run(['import', path, '--data', server.folder]);

  assert.deepEqual([dry.code, real.code, again.code], [3, 3, 3]);
  assert.deepEqual(JSON.parse(dry.stdout), { accounts: outcomes, dry_run: true });
  assert.deepEqual(JSON.parse(real.stdout), { accounts: outcomes, dry_run: false });
  assert.match(again.stdout, /\na\/b +invalid_name +A name cannot hold this: \/ \(U\+002F\)\n/);
  assert.match(again.stdout, /\n0 of 6 accounts were made\.\n$/);
  assert.doesNotMatch([dry, real, again].map(({ stdout, stderr }) => stdout + stderr).join(), /pw of alice/);
  const client = await connect(t, server);
  client.send({ type: 'login', username: 'bob', password: 'b' });
  await client.expect({ type: 'error', message: 'Login failed.' });
  client.send({ type: 'login', username: 'alice', password: 'pw of alice' });
  await client.expect({ type: 'login', status: 'ok' });
});

test('passwords are hashed at once: no file of the data folder holds them in clear text', async (t) => {
  const data = join(folder(t), 'data');

  const { code, stdout } = await run(['import', pickle(t, [user('alice', 'pw of alice')]), '--data', data]);

  assert.equal(code, 0, stdout);
  assert.equal(stdout, 'username  outcome\nalice     created\n1 of 1 accounts were made.\n');
  const db = new Sqlite(join(data, 'classcord.db'), { readonly: true });
  t.after(() => db.close());
  assert.match(String(db.prepare('SELECT password_hash FROM accounts').pluck().get()), /^\$argon2id\$/);
});

test('more accounts than one batch holds are brought in too', async (t) => {
  const names = Array.from({ length: 120 }, (_none, at) => user(`user${at}`, `p${at}`));
  const server = await startServer(t);

  const { code, stdout } = await run(['import', pickle(t, names), '--data', server.folder, '--lang', 'fr']);

  assert.equal(code, 0, stdout);
  assert.match(stdout, /\n120 comptes créés sur 120\.\n$/);
});

test('a file that could run code is refused whole, with the byte, and nothing is made', async (t) => {
  const data = join(folder(t), 'data');
  const path = pickle(t, [user('alice', 'x'), "S'bob'\ncos\nsystem\n(S'id'\ntRs"]);

  const { code, stderr } = await run(['import', path, '--data', data]);

  assert.equal(code, 2);
  assert.match(
    stderr,
    /^classcord: .*users\.pkl is refused, nothing was imported: byte \d+ is GLOBAL: it could run code, and a file of accounts never needs it\.\n$/,
  );
  assert.equal((await run(['user', 'list', '--data', data])).code, 6);
});

test('a file that is not there, or no dictionary, is wrong usage', async (t) => {
  const missing = await run(['import', '/nowhere/users.pkl', '--data', folder(t)]);
  const path = join(folder(t), 'users.pkl');
  writeFileSync(path, ']N.'.replace('N', ''));
  const list = await run(['import', path, '--data', folder(t)]);

  assert.deepEqual([missing.code, list.code], [2, 2]);
  assert.match(list.stderr, /it is no dictionary of accounts/);
});
