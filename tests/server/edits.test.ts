import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import Sqlite from 'better-sqlite3';
import { connect, guest, upgrade } from '../support/client.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('an edit is told with its revision to those who asked for it, and stands in the history', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol, dave } = await people(t, server, { alice: ['edits'], bob: ['edits'], carol: [], dave: null });
  const { id, seq } = await say(alice, 'ss -tulpn ?');
  for (const other of [bob, carol, dave]) await other.expect({ type: 'message', content: 'ss -tulpn ?' });

  const answer = await ask(alice, { type: 'edit', id, content: 'ss -tulpn !' });

  assert.deepEqual({ ...answer, timestamp: '' }, { type: 'edit', status: 'ok', ref: 'asked', id, seq, revision: 1, timestamp: '' });
  const told = await bob.expect({ type: 'edited', id, seq, channel: '#general', from: 'alice', content: 'ss -tulpn !', revision: 1 });
  assert.match(String(told['timestamp']), /^\d{4}-.*Z$/);
  await carol.expectNothing();
  await dave.expectNothing();
  const page = await ask(bob, { type: 'history', channel: '#general' });
  assert.deepEqual(
    (page['messages'] as Record<string, unknown>[]).map(({ content, revision }) => ({ content, revision })),
    [{ content: 'ss -tulpn !', revision: 1 }],
  );
});

test('a deleted message keeps its place, and its content is gone from history and database but for its revisions', async (t) => {
  const server = await startServer(t);
  const { alice, bob, dave } = await people(t, server, { alice: [], bob: ['edits', 'reactions'], dave: null });
  const { id, seq } = await say(alice, 'my password is 1234', { tags: { secret: '1234' } });
  await say(alice, 'next');
  for (const other of [bob, bob, dave, dave]) await other.expect({ type: 'message' });
  await ask(bob, { type: 'react', id, emoji: '😂' });

  await ask(alice, { type: 'delete', id, reason: 'oops' });

  await bob.expect({ type: 'deleted', id, seq, channel: '#general', by: 'alice', reason: 'oops' });
  await dave.expectNothing();
  const page = await ask(bob, { type: 'history', channel: '#general' });
  const messages = page['messages'] as Record<string, unknown>[];
  assert.deepEqual(
    messages.map((message) => [message['seq'], message['content'], message['deleted'], message['tags'], message['reactions']]),
    [
      [1, '', true, undefined, undefined],
      [2, 'next', undefined, undefined, undefined],
    ],
  );
  const db = new Sqlite(join(server.folder, 'classcord.db'), { readonly: true });
  assert.equal(db.prepare('SELECT content FROM messages WHERE id = ?').pluck().get(id), '');
  assert.equal(db.prepare('SELECT content FROM revisions WHERE message_id = ?').pluck().get(id), 'my password is 1234');
  db.close();
});

test('what was deleted cannot be edited, deleted, pinned or reacted to any more: it is gone', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  const { id } = await say(alice, 'wrong', { channel: '#dev' });
  await ask(alice, { type: 'delete', id });

  await refused(alice, { type: 'edit', id, content: 'again' }, 'gone');
  await refused(alice, { type: 'delete', id }, 'gone');
  await refused(alice, { type: 'react', id, emoji: '👍' }, 'gone');
  await refused(alice, { type: 'pin', id }, 'gone');
});

test('nobody edits what others said, and only those who keep a channel delete it or read its revisions', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: ['edits'], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  const { id } = await say(alice, 'mine', { channel: '#dev' });
  await bob.expect({ type: 'message', content: 'mine' });

  await refused(bob, { type: 'edit', id, content: 'not mine' }, 'forbidden');
  await refused(bob, { type: 'delete', id }, 'forbidden');
  await refused(bob, { type: 'revisions', id }, 'forbidden');
  const other = await say(bob, 'one', { channel: '#dev' });
  await alice.expect({ type: 'message', content: 'one' });
  await ask(bob, { type: 'edit', id: other.id, content: 'two' });
  await alice.expect({ type: 'edited', content: 'two', revision: 1 });
  await ask(alice, { type: 'delete', id: other.id, reason: 'off topic' });
  const { revisions } = await ask(alice, { type: 'revisions', id: other.id });

  assert.deepEqual(
    (revisions as Record<string, unknown>[]).map(({ timestamp, ...revision }) => ({ ...revision, isTimed: typeof timestamp === 'string' })),
    [
      { revision: 0, content: 'one', changed_by: 'bob', isTimed: true },
      { revision: 1, content: 'two', changed_by: 'alice', reason: 'off topic', isTimed: true },
    ],
  );
});

test('a private message is edited and deleted by its author alone, and both sides are told', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: ['edits'], bob: ['edits'], carol: ['edits'] });
  const second = await login(await connect(t, server), 'alice', ['edits']);
  for (const client of [alice, bob, carol]) await client.expect({ type: 'status', user: 'alice' });
  alice.send({ type: 'message', to: 'bob', content: 'psst' });
  const { id } = await alice.expect({ type: 'ack', to: 'bob', seq: 1 });
  for (const client of [bob, second]) await client.expect({ type: 'message', content: 'psst' });

  await refused(bob, { type: 'edit', id, content: 'loud' }, 'forbidden');
  await refused(bob, { type: 'delete', id }, 'forbidden');
  await refused(carol, { type: 'edit', id, content: 'loud' }, 'not_found');
  await refused(carol, { type: 'revisions', id }, 'not_found');
  await refused(bob, { type: 'revisions', id }, 'forbidden');
  await ask(alice, { type: 'edit', id, content: 'psst!' });
  for (const client of [bob, second]) await client.expect({ type: 'edited', id, seq: 1, from: 'alice', to: 'bob', content: 'psst!' });
  await ask(alice, { type: 'delete', id });

  for (const client of [bob, second]) await client.expect({ type: 'deleted', id, seq: 1, from: 'alice', to: 'bob', by: 'alice' });
  await carol.expectNothing();
  const page = await ask(bob, { type: 'history', with: 'alice' });
  assert.equal((page['messages'] as Record<string, unknown>[])[0]?.['content'], '');
});

test('a private message that was deleted while its recipient was away is not told any more', async (t) => {
  const server = await startServer(t);
  const { bob, alice } = await people(t, server, { bob: null, alice: [] });
  await bob.leave();
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });
  alice.send({ type: 'message', to: 'bob', content: 'forget it' });
  const { id } = await alice.expect({ type: 'ack', to: 'bob' });
  alice.send({ type: 'message', to: 'bob', content: 'this stays' });
  await alice.expect({ type: 'ack', to: 'bob' });
  await ask(alice, { type: 'delete', id });

  const again = await login(await connect(t, server), 'bob', null);

  await again.expect({ type: 'message', content: 'this stays' });
  await again.expectNothing();
});

test('a guest edits nothing, an unknown message is not found, and a message of a private channel is unknown outside', async (t) => {
  const server = await startServer(t, { set: ['limits.content_bytes=64'] });
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const visitor = await upgrade(await guest(t, server, 'zoe'));
  const { id } = await say(visitor, 'hello');
  for (const client of [alice, bob]) await client.expect({ type: 'message', from: 'zoe' });
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });
  const hidden = await say(alice, 'ours', { channel: '#team' });

  await refused(visitor, { type: 'edit', id, content: 'bye' }, 'forbidden');
  await refused(bob, { type: 'edit', id: 4711, content: 'x' }, 'not_found');
  await refused(bob, { type: 'react', id: hidden.id, emoji: '👍' }, 'not_found');
  await refused(alice, { type: 'edit', id: hidden.id, content: 'x'.repeat(65) }, 'too_large');
  await refused(alice, { type: 'edit', id: hidden.id }, 'invalid_field');
  await refused(alice, { type: 'delete', id: 'first' }, 'invalid_field');
});
