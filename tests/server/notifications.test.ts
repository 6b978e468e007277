import assert from 'node:assert/strict';
import test from 'node:test';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

type Listed = readonly Record<string, unknown>[];

async function notificationsOf(client: Client, more: Record<string, unknown> = {}) {
  const { notifications, conversations, channels } = await ask(client, { type: 'notifications', ...more });
  return { notifications: notifications as Listed, conversations: conversations as Listed, channels: channels as Listed };
}

test('whoever comes back finds what was missed: mentions, invitations, unread private conversations', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await bob.leave();
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });
  const { id } = await say(alice, '@bob are you there?');
  await say(alice, 'no mention');
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });
  await ask(alice, { type: 'invite', channel: '#team', username: 'bob' });
  alice.send({ type: 'message', to: 'bob', content: 'psst' });
  await alice.expect({ type: 'ack' });

  const again = await login(await connect(t, server), 'bob', null);
  await again.expect({ type: 'message', content: 'psst' });
  await upgrade(again);
  const missed = await notificationsOf(again);

  assert.deepEqual(
    missed.notifications.map(({ id: number, timestamp, ...others }) => ({
      ...others,
      isNumbered: Number(number) > 0,
      isTimed: timestamp !== undefined,
    })),
    [
      { kind: 'mention', channel: '#general', by: 'alice', message_id: id, seq: 1, isNumbered: true, isTimed: true },
      { kind: 'invitation', channel: '#team', by: 'alice', isNumbered: true, isTimed: true },
    ],
  );
  assert.deepEqual(missed.conversations, [{ with: 'alice', unread: 1, last_seq: 1 }]);
  assert.deepEqual(missed.channels, []);
});

test('what was seen or read is listed no more, and an invitation is used up by joining', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  for (const content of ['@bob one', '@bob two', '@bob three']) await say(alice, content);
  for (let number = 0; number < 3; number += 1) await bob.expect({ type: 'message' });
  const seqs = async (more: Record<string, unknown> = {}) => (await notificationsOf(bob, more)).notifications.map(({ seq }) => seq);
  const [first] = (await notificationsOf(bob)).notifications;

  assert.deepEqual(await seqs({ seen: first?.['id'] }), [2, 3]);
  await ask(bob, { type: 'read', channel: '#general', seq: 2 });
  assert.deepEqual(await seqs(), [3]);
  await say(bob, 'here I am');
  assert.deepEqual(await seqs(), []);
  await refused(bob, { type: 'notifications', seen: 'all' }, 'invalid_field');
});

test('a notification is told live to every session that asked for it, once, after its message', async (t) => {
  const server = await startServer(t);
  const { alice, bob, dave } = await people(t, server, { alice: ['notifications'], bob: ['notifications'], dave: null });
  const phone = await login(await connect(t, server), 'bob', ['notifications']);
  for (const client of [alice, bob, dave]) await client.expect({ type: 'status', user: 'bob' });

  const { id, seq } = await say(alice, '@bob @dave @alice');

  for (const client of [bob, phone]) {
    await client.expect({ type: 'message', mentions: ['bob', 'dave', 'alice'] });
    await client.expect({ type: 'notification', kind: 'mention', channel: '#general', by: 'alice', message_id: id, seq });
    await client.expectNothing();
  }
  await dave.expect({ type: 'message' });
  await dave.expectNothing();
  await alice.expectNothing();
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });
  await ask(alice, { type: 'invite', channel: '#team', username: 'bob' });
  await bob.expect({ type: 'notification', kind: 'invitation', channel: '#team', by: 'alice' });
  await ask(bob, { type: 'join', channel: '#team' });
  assert.equal((await notificationsOf(bob)).notifications.length, 1);
});

test('the level of a channel says what of it is a notification: everything, mentions, nothing', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: [], bob: ['notifications'], carol: ['notifications'] });
  await ask(alice, { type: 'create', channel: '#dev' });
  for (const client of [bob, carol]) await ask(client, { type: 'join', channel: '#dev' });
  await ask(bob, { type: 'notify', channel: '#dev', level: 'none' });
  await ask(carol, { type: 'notify', channel: '#dev', level: 'all' });

  await say(alice, '@all', { channel: '#dev' });
  await say(alice, 'more', { channel: '#dev' });

  for (const client of [bob, carol]) await client.expect({ type: 'message', content: '@all' });
  await carol.expect({ type: 'notification', kind: 'mention', seq: 1 });
  for (const client of [bob, carol]) await client.expect({ type: 'message', content: 'more' });
  assert.deepEqual(await notificationsOf(bob), { notifications: [], conversations: [], channels: [] });
  const listed = await notificationsOf(carol);
  assert.deepEqual(
    listed.notifications.map(({ seq }) => seq),
    [1],
  );
  assert.deepEqual(listed.channels, [{ channel: '#dev', unread: 2 }]);
});

test('a guest has no notifications, and whoever leaves a channel has none of it', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const zoe = await upgrade(await guest(t, server, 'zoe'));
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  await say(alice, '@bob', { channel: '#dev' });
  await bob.expect({ type: 'message' });

  await ask(bob, { type: 'leave', channel: '#dev' });

  assert.deepEqual((await notificationsOf(bob)).notifications, []);
  await refused(zoe, { type: 'notifications' }, 'forbidden');
});
