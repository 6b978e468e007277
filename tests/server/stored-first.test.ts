import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('a message that somebody has seen is in the table that the course’s export script reads', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = await guest(t, server, 'bob');

  alice.send({ type: 'message', subtype: 'global', content: 'héllo' });
  await bob.expect({ type: 'message', from: 'alice', content: 'héllo' });

  const db = new Sqlite(join(server.folder, 'classcord.db'), { readonly: true });
  const rows = db.prepare('SELECT username, channel, content, timestamp FROM messages ORDER BY channel, timestamp').all() as Record<
    string,
    string
  >[];
  db.close();
  assert.equal(rows.length, 1);
  assert.deepEqual({ ...rows[0], timestamp: '' }, { username: 'alice', channel: '#general', content: 'héllo', timestamp: '' });
  assert.match(rows[0]?.['timestamp'] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('a private message to an absent account waits for its next login, and is told once', async (t) => {
  const server = await startServer(t);
  const bob = await account(t, server, 'bob');
  await bob.leave();
  const alice = await upgrade(await account(t, server, 'alice'));

  alice.send({ type: 'message', subtype: 'private', to: 'bob', content: 'for later', ref: '1' });
  await alice.expect({ type: 'ack', ref: '1', to: 'bob', seq: 1 });
  const again = await connect(t, server);
  again.send({ type: 'login', username: 'bob', password: 'password of bob' });
  await again.expect({ type: 'login', status: 'ok' });

  await again.expect({ type: 'message', subtype: 'private', from: 'alice', to: 'bob', content: 'for later' });
  await again.leave();
  const third = await connect(t, server);
  third.send({ type: 'login', username: 'bob', password: 'password of bob' });
  await third.expect({ type: 'login', status: 'ok' });
  await third.expectNothing();
});

test('a private message that is stored just when its recipient’s mailbox was found empty is told all the same', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));

  for (let number = 1; number <= 10; number += 1) {
    const bob = await account(t, server, `bob${number}`);
    alice.send({ type: 'message', to: `bob${number}`, content: 'welcome' });
    await bob.expect({ type: 'message', from: 'alice', content: 'welcome' });
    await alice.expect({ type: 'status', user: `bob${number}`, state: 'online' });
    await alice.expect({ type: 'ack' });
  }
});
