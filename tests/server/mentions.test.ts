import assert from 'node:assert/strict';
import test from 'node:test';
import { guest } from '../support/client.ts';
import { ask, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('a message tells whom it mentions: accounts as they are spelled, guests who are here, and nobody else', async (t) => {
  const server = await startServer(t);
  const { alice, 'Marie Curie': marie, dave } = await people(t, server, { alice: [], 'Marie Curie': [], dave: null });
  const zoe = await guest(t, server, 'zoe');
  const mentionsOf = async (content: string) => {
    await say(alice, content);
    const { mentions } = await marie.expect({ type: 'message', content });
    return mentions;
  };

  assert.deepEqual(await mentionsOf('@marie curie, @ZOE: look'), ['Marie Curie', 'zoe']);
  assert.deepEqual(await mentionsOf('thanks @dave. And @dave!'), ['dave']);
  assert.deepEqual(await mentionsOf('(@dave-and-co)'), ['dave']);
  assert.equal(await mentionsOf('mail dave@dave or @nobody, @, @@'), undefined);
  assert.equal(await mentionsOf('no mention at all'), undefined);
  const page = await ask(marie, { type: 'history', channel: '#general', limit: 5 });
  assert.deepEqual(
    (page['messages'] as Record<string, unknown>[]).map(({ mentions }) => mentions),
    [['Marie Curie', 'zoe'], ['dave'], ['dave'], undefined, undefined],
  );
  for (const client of [dave, zoe]) {
    for (let number = 0; number < 5; number += 1) assert.equal((await client.expect({ type: 'message' }))['mentions'], undefined);
    await client.expectNothing();
  }
});

test('@all is a mention when somebody who keeps the channel says it, and mere text from others', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['notifications'] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });

  await say(alice, 'hello @all', { channel: '#dev' });
  await bob.expect({ type: 'message', mentions: ['all'] });
  await bob.expect({ type: 'notification', kind: 'mention', channel: '#dev', by: 'alice', seq: 1 });
  await say(bob, 'hello @all', { channel: '#dev' });

  assert.equal((await alice.expect({ type: 'message' }))['mentions'], undefined);
  await alice.expectNothing();
});

test('in a private channel nobody is mentioned who may not read it', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: [], bob: [], carol: ['notifications'] });
  await guest(t, server, 'zoe');
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });
  await ask(alice, { type: 'invite', channel: '#team', username: 'bob' });
  await ask(bob, { type: 'join', channel: '#team' });

  await say(alice, '@bob @carol @zoe', { channel: '#team' });

  assert.deepEqual((await bob.expect({ type: 'message' }))['mentions'], ['bob']);
  await carol.expectNothing();
});

test('an edit mentions anew, and notifies nobody', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: [], bob: ['edits', 'notifications'], carol: ['notifications'] });
  const { id } = await say(alice, 'hello @bob');
  await bob.expect({ type: 'message', mentions: ['bob'] });
  await bob.expect({ type: 'notification', kind: 'mention', message_id: id });
  await carol.expect({ type: 'message' });

  await ask(alice, { type: 'edit', id, content: 'hello @carol' });

  await bob.expect({ type: 'edited', mentions: ['carol'] });
  assert.deepEqual((await ask(bob, { type: 'notifications' }))['notifications'], []);
  await carol.expectNothing();
});

test('reply_to names a message of the same conversation, is told, and stands in the history', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const question = await say(alice, 'who?');
  await bob.expect({ type: 'message' });
  const elsewhere = await say(bob, 'here', { channel: '#dev' });

  await say(bob, 'me', { reply_to: question.id, tags: { lang: 'en', solved: true } });

  await alice.expect({ type: 'message', content: 'me', reply_to: question.id, tags: { lang: 'en', solved: true } });
  const page = await ask(alice, { type: 'history', channel: '#general', limit: 1 });
  assert.equal((page['messages'] as Record<string, unknown>[])[0]?.['reply_to'], question.id);
  await refused(bob, { type: 'message', channel: '#general', content: 'no', reply_to: elsewhere.id }, 'not_found');
  await refused(bob, { type: 'message', channel: '#general', content: 'no', reply_to: 4711 }, 'not_found');
  await refused(bob, { type: 'message', to: 'alice', content: 'no', reply_to: question.id }, 'not_found');
  await refused(bob, { type: 'message', channel: '#general', content: 'no', reply_to: 'x' }, 'invalid_field');
  await alice.expectNothing();
  assert.equal((await say(bob, 'after')).seq, 3);
});

test('messages with and without mentions keep their order', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const many = 200;
  for (let number = 1; number <= many; number += 1) {
    alice.send({
      type: 'message',
      channel: '#general',
      content: number % 3 === 0 ? `@all @bob ${number}` : String(number),
      ref: String(number),
    });
  }

  for (let seq = 1; seq <= many; seq += 1)
    await bob.expect({ type: 'message', seq, content: seq % 3 === 0 ? `@all @bob ${seq}` : String(seq) });
  for (let seq = 1; seq <= many; seq += 1) await alice.expect({ type: 'ack', ref: String(seq), seq });
});
