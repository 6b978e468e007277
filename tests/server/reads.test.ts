import assert from 'node:assert/strict';
import test from 'node:test';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

/** What the list of channels says about one. */
async function countsOf(client: Client, channel: string) {
  const { channels } = await ask(client, { type: 'channels' });
  const found = (channels as Record<string, unknown>[]).find(({ name }) => name === channel);
  return { unread: found?.['unread'], mentions: found?.['mentions'], last_seq: found?.['last_seq'] };
}

test('unread and mention counts are exact: from joining on, moved by reading and by speaking', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  for (const content of ['one', 'two']) await say(alice, content, { channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 0, mentions: 0, last_seq: 2 });

  for (const content of ['three', '@bob four', '@bob five', 'six']) await say(alice, content, { channel: '#dev' });
  for (let number = 0; number < 4; number += 1) await bob.expect({ type: 'message' });

  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 4, mentions: 2, last_seq: 6 });
  assert.deepEqual(await countsOf(alice, '#dev'), { unread: 0, mentions: 0, last_seq: 6 });
  assert.equal((await ask(bob, { type: 'read', channel: '#dev', seq: 4 }))['seq'], 4);
  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 2, mentions: 1, last_seq: 6 });
  assert.equal((await ask(bob, { type: 'read', channel: '#dev', seq: 1 }))['seq'], 4);
  await say(bob, 'seven', { channel: '#dev' });
  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 0, mentions: 0, last_seq: 7 });
  await alice.expect({ type: 'message', content: 'seven' });
  assert.deepEqual(await countsOf(alice, '#dev'), { unread: 1, mentions: 0, last_seq: 7 });
  assert.equal((await ask(alice, { type: 'read', channel: '#dev', seq: 4711 }))['seq'], 7);
});

test('an account is a member of the default channel from its first login on: what it has not read there counts', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['members', 'notifications'], course: null });
  for (const content of ['one', 'two']) await say(alice, content);
  for (let number = 0; number < 2; number += 1) await bob.expect({ type: 'message' });

  assert.deepEqual(await countsOf(bob, '#general'), { unread: 2, mentions: 0, last_seq: 2 });
  const { members } = await ask(bob, { type: 'members', channel: '#general' });
  assert.deepEqual(
    (members as { username: string }[]).map(({ username }) => username),
    ['alice', 'bob', 'course'],
  );
  await ask(bob, { type: 'read', channel: '#general', seq: 1 });
  await ask(bob, { type: 'notify', channel: '#general', level: 'none' });
  const phone = await login(await connect(t, server), 'bob', []);
  assert.deepEqual(await countsOf(phone, '#general'), { unread: 1, mentions: 0, last_seq: 2 });
  await bob.expect({ type: 'status', user: 'bob', state: 'online' });
  // Whoever comes again is not told to have joined again.
  await bob.expectNothing();
});

test('a deleted message mentions nobody any more, though its place is still unread', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  const { id } = await say(alice, '@bob look', { channel: '#dev' });
  await bob.expect({ type: 'message', mentions: ['bob'] });
  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 1, mentions: 1, last_seq: 1 });

  await ask(alice, { type: 'delete', id });

  assert.deepEqual(await countsOf(bob, '#dev'), { unread: 1, mentions: 0, last_seq: 1 });
});

test('reading is told to the other sessions of the account, and to nobody else', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['echo'] });
  const phone = await login(await connect(t, server), 'bob', []);
  const course = await login(await connect(t, server), 'bob', null);
  for (const client of [alice, alice, bob, bob, phone]) await client.expect({ type: 'status', user: 'bob' });
  await say(alice, 'hello');
  for (const client of [bob, phone, course]) await client.expect({ type: 'message' });
  alice.send({ type: 'message', to: 'bob', content: 'psst' });
  await alice.expect({ type: 'ack' });
  for (const client of [bob, phone, course]) await client.expect({ type: 'message', content: 'psst' });

  await ask(bob, { type: 'read', channel: '#general', seq: 1 });
  await phone.expect({ type: 'read', channel: '#general', seq: 1 });
  await ask(phone, { type: 'read', with: 'Alice', seq: 1 });
  await bob.expect({ type: 'read', with: 'alice', seq: 1 });

  for (const client of [alice, bob, phone, course]) await client.expectNothing();
});

test('the list of private conversations counts what is unread in each', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const listed = async (client: Client) => (await ask(client, { type: 'conversations' }))['conversations'];
  for (const content of ['one', 'two']) {
    alice.send({ type: 'message', to: 'bob', content });
    await alice.expect({ type: 'ack' });
    await bob.expect({ type: 'message', content });
  }

  assert.deepEqual(await listed(bob), [{ with: 'alice', last_seq: 2, unread: 2, last: 'two' }]);
  assert.deepEqual(await listed(alice), [{ with: 'bob', last_seq: 2, unread: 0, last: 'two' }]);
  await ask(bob, { type: 'read', with: 'alice', seq: 1 });
  assert.deepEqual(await listed(bob), [{ with: 'alice', last_seq: 2, unread: 1, last: 'two' }]);
  bob.send({ type: 'message', to: 'alice', content: 'three' });
  await bob.expect({ type: 'ack' });
  assert.deepEqual(await listed(bob), [{ with: 'alice', last_seq: 3, unread: 0, last: 'three' }]);
});

test('reading needs an account, one conversation, and one that the reader knows', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const zoe = await upgrade(await guest(t, server, 'zoe'));
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });

  await refused(zoe, { type: 'read', channel: '#general', seq: 1 }, 'forbidden');
  await refused(bob, { type: 'read', channel: '#team', seq: 1 }, 'not_found');
  await refused(bob, { type: 'read', with: 'alice', seq: 1 }, 'not_found');
  await refused(bob, { type: 'read', with: 'nobody', seq: 1 }, 'not_found');
  await refused(bob, { type: 'read', seq: 1 }, 'invalid_field');
  await refused(bob, { type: 'read', channel: '#general', with: 'alice', seq: 1 }, 'invalid_field');
  await refused(bob, { type: 'read', channel: '#general', seq: -1 }, 'invalid_field');
});

test('typing is told once in three seconds to those who asked for it, and has no answer', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const { alice, bob, carol, dave } = await people(t, server, { alice: ['typing'], bob: ['typing'], carol: [], dave: null });

  for (let number = 0; number < 3; number += 1) alice.send({ type: 'typing', ref: '1', channel: '#general' });
  await alice.expectNothing();
  assert.deepEqual(await bob.next(), { type: 'typing', channel: '#general', from: 'alice' });
  alice.send({ type: 'typing', to: 'bob' });
  await alice.expectNothing();
  assert.deepEqual(await bob.next(), { type: 'typing', from: 'alice', to: 'bob' });
  clock.advance(2999);
  alice.send({ type: 'typing', channel: '#general' });
  await alice.expectNothing();
  await bob.expectNothing();
  clock.advance(1);
  alice.send({ type: 'typing', channel: '#general' });
  await alice.expectNothing();
  await bob.expect({ type: 'typing', channel: '#general', from: 'alice' });

  for (const client of [carol, dave]) await client.expectNothing();
});

test('typing to nobody, or in a channel that one is not in, is silence; without a place it is invalid', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: ['typing'], bob: ['typing'] });
  await ask(alice, { type: 'create', channel: '#dev' });

  bob.send({ type: 'typing', channel: '#dev' });
  bob.send({ type: 'typing', channel: '#nowhere' });
  bob.send({ type: 'typing', to: 'nobody' });
  await bob.expectNothing();
  await refused(bob, { type: 'typing' }, 'invalid_field');

  await alice.expectNothing();
});
