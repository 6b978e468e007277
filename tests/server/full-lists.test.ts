import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { wire } from '../../server/protocol/limits.ts';
import { ask, people, refused } from '../support/people.ts';
import { startServer } from '../support/server.ts';

/** Another connection to the database of a server: lists that are long to fill by requests are filled there. */
function insert({ folder }: { readonly folder: string }, statement: string, rows: readonly (readonly unknown[])[]): void {
  const database = new Sqlite(join(folder, 'classcord.db'));
  const prepared = database.prepare<unknown[]>(statement);
  database.transaction(() => {
    for (const row of rows) prepared.run(...row);
  })();
  database.close();
}

test('an account blocks 500 people and no more, and one that is blocked already may be blocked again', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [], bob: null, carol: null });
  const rows = Array.from({ length: wire.blocks - 1 }, (_, index) => [`u${1000 + index}`, `somebody ${index}`]);
  insert(server, "INSERT INTO blocks SELECT id, ?, ?, 0 FROM accounts WHERE username = 'alice'", rows);

  await ask(alice, { type: 'block', username: 'bob' });
  await refused(alice, { type: 'block', username: 'carol' }, 'quota_exceeded');
  await ask(alice, { type: 'block', username: 'bob' });
});

test('an account has 16 keys and no more', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  const rows = Array.from({ length: wire.keysPerAccount - 1 }, (_, index) => [Buffer.alloc(32, index + 1).toString('base64')]);
  insert(server, "INSERT INTO account_keys SELECT id, ?, 'made', 0, NULL FROM accounts WHERE username = 'alice'", rows);
  const add = (byte: number) => {
    const name = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
    const key = `ssh-ed25519 ${Buffer.concat([name, Buffer.alloc(32, byte)]).toString('base64')}`;
    return { type: 'keys', op: 'add', key, password: 'password of alice' };
  };

  await ask(alice, add(100));
  const { message } = await refused(alice, add(101), 'quota_exceeded');

  assert.match(String(message), /16/);
});
