import assert from 'node:assert/strict';
import test from 'node:test';
import { guest, upgrade } from '../support/client.ts';
import { ask, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('a reaction is counted once for each person and emoji, and told with the new count', async (t) => {
  const server = await startServer(t);
  const { alice, bob, dave } = await people(t, server, { alice: ['reactions'], bob: [], dave: null });
  const zoe = await upgrade(await guest(t, server, 'zoe'));
  const { id, seq } = await say(alice, 'done');
  for (const client of [bob, dave, zoe]) await client.expect({ type: 'message', content: 'done' });
  const place = { type: 'reaction', id, seq, channel: '#general', emoji: '👍' };

  assert.equal((await ask(bob, { type: 'react', id, emoji: '👍' }))['count'], 1);
  await alice.expect({ ...place, by: 'bob', op: 'add', count: 1 });
  assert.equal((await ask(bob, { type: 'react', id, emoji: '👍', op: 'add' }))['count'], 1);
  assert.equal((await ask(zoe, { type: 'react', id, emoji: '👍' }))['count'], 2);
  await alice.expect({ ...place, by: 'zoe', op: 'add', count: 2 });
  assert.equal((await ask(bob, { type: 'react', id, emoji: '👍', op: 'remove' }))['count'], 1);
  await alice.expect({ ...place, by: 'bob', op: 'remove', count: 1 });

  const page = await ask(bob, { type: 'history', channel: '#general' });
  assert.deepEqual((page['messages'] as Record<string, unknown>[])[0]?.['reactions'], { '👍': 1 });
  await bob.expectNothing();
  await dave.expectNothing();
});

test('any single emoji is a reaction, and so are the configured shortcodes; anything else is invalid', async (t) => {
  const server = await startServer(t, { set: ['channels.shortcodes=sio'] });
  const { alice } = await people(t, server, { alice: [] });
  const { id } = await say(alice, 'choose');

  for (const emoji of ['❤️', '🇫🇷', '1️⃣', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', ':sio:']) {
    assert.equal((await ask(alice, { type: 'react', id, emoji }))['emoji'], emoji);
  }
  assert.equal((await ask(alice, { type: 'react', id, emoji: '❤' }))['emoji'], '❤️');
  for (const emoji of ['', 'a', '1', '😀😀', '👍!', ':heart:', `👍${'\u200d'.repeat(8)}`, '👍'.repeat(40), 7]) {
    const { field } = await refused(alice, { type: 'react', id, emoji }, 'invalid_field');
    assert.equal(field, 'emoji');
  }
  await refused(alice, { type: 'react', id, emoji: '👍', op: 'toggle' }, 'invalid_field');
});

test('a message takes no more than 64 different emoji', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  const { id } = await say(alice, 'everything');
  for (let number = 0; number < 64; number += 1) await ask(alice, { type: 'react', id, emoji: String.fromCodePoint(0x1f600 + number) });

  const { message } = await refused(alice, { type: 'react', id, emoji: '🔥' }, 'quota_exceeded');

  assert.equal(message, 'This message has 64 different reactions already.');
  await ask(alice, { type: 'react', id, emoji: '😀' });
});

test('both sides of a private conversation react, and nobody else', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: ['reactions'], bob: ['reactions'], carol: ['reactions'] });
  alice.send({ type: 'message', to: 'bob', content: 'psst' });
  const { id } = await alice.expect({ type: 'ack', to: 'bob' });
  await bob.expect({ type: 'message', content: 'psst' });

  await ask(bob, { type: 'react', id, emoji: '🔥' });

  await alice.expect({ type: 'reaction', id, seq: 1, from: 'alice', to: 'bob', by: 'bob', emoji: '🔥', count: 1 });
  await refused(carol, { type: 'react', id, emoji: '🔥' }, 'not_found');
  await carol.expectNothing();
});

test('those who keep a channel pin its messages; the pins are listed in order, and changes are told', async (t) => {
  const server = await startServer(t);
  const { alice, bob, dave } = await people(t, server, { alice: [], bob: ['edits'], dave: null });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  dave.send({ type: 'join', channel: '#dev' });
  await dave.expectNothing();
  const first = await say(alice, 'rules', { channel: '#dev' });
  const second = await say(alice, 'timetable', { channel: '#dev' });
  for (const client of [bob, bob, dave, dave]) await client.expect({ type: 'message' });

  await refused(bob, { type: 'pin', id: first.id }, 'forbidden');
  await ask(alice, { type: 'pin', id: second.id });
  await bob.expect({ type: 'pinned', channel: '#dev', id: second.id, seq: 2, pinned: true, by: 'alice' });
  await ask(alice, { type: 'pin', id: first.id });
  await bob.expect({ type: 'pinned', id: first.id, pinned: true });
  await ask(alice, { type: 'pin', id: first.id });

  const { pins } = await ask(bob, { type: 'pins', channel: '#dev' });
  assert.deepEqual(
    (pins as Record<string, unknown>[]).map(({ timestamp, ...pin }) => pin),
    [
      { id: first.id, seq: 1, from: 'alice', content: 'rules', pinned_by: 'alice' },
      { id: second.id, seq: 2, from: 'alice', content: 'timetable', pinned_by: 'alice' },
    ],
  );
  await ask(alice, { type: 'unpin', id: first.id });
  await bob.expect({ type: 'pinned', id: first.id, pinned: false });
  await ask(alice, { type: 'delete', id: second.id });
  await bob.expect({ type: 'deleted', id: second.id });
  assert.deepEqual((await ask(bob, { type: 'pins', channel: '#dev' }))['pins'], []);
  await refused(bob, { type: 'pins', channel: '#nowhere' }, 'not_found');
  await dave.expectNothing();
});
