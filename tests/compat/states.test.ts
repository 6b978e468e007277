import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

async function aliceAndBob(t: TestContext) {
  const server = await startServer(t);
  return { server, alice: await guest(t, server, 'alice'), bob: await guest(t, server, 'bob') };
}

async function users(client: Client): Promise<unknown> {
  client.send({ type: 'users' });
  return (await client.expect({ type: 'users' }))['users'];
}

test('any state is passed on verbatim to everybody else, and answered by nothing', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const states = [
    'online',
    'away',
    'dnd',
    'invisible',
    'offline',
    'do not disturb',
    'Ne pas déranger',
    '😴',
    'ONLINE',
    ' ',
    '<b>',
    'null',
    'a'.repeat(64),
    '👍'.repeat(64),
  ];

  for (const state of states) alice.send({ type: 'status', state });

  for (const state of states) assert.deepEqual(await bob.next(), { type: 'status', user: 'alice', state });
  await alice.expectNothing();
});

test('states are never merged nor delayed, though they repeat or contradict each other', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  for (let count = 0; count < 100; count += 1) alice.send({ type: 'status', state: count % 3 === 0 ? 'away' : 'online' });

  for (let count = 0; count < 100; count += 1)
    await bob.expect({ type: 'status', user: 'alice', state: count % 3 === 0 ? 'away' : 'online' });
  await bob.expectNothing();
});

test('control, format, private and separator characters are removed from a state; when nothing is left it is ignored', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.send({ type: 'status', state: '\u001b[31maw\u200bay\u202e\u0000\u007f\u009b\n\u2028\u2029\ue000\ufeff' });
  alice.send({ type: 'status', state: '\u200b\u0000\u202e' });
  alice.send({ type: 'status', state: '\u200b'.repeat(500) });
  alice.write('{"type":"status","state":"lone \\ud800"}\n');
  alice.send({ type: 'status', state: `${'\u200b'.repeat(500)}${'b'.repeat(64)}` });

  await bob.expect({ state: '[31maway' });
  await bob.expect({ state: 'lone ' });
  await bob.expect({ state: 'b'.repeat(64) });
  await bob.expectNothing();
});

test('a state of more than 64 characters, or that is no string, is ignored', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.send({ type: 'status', state: 'a'.repeat(65) });
  alice.send({ type: 'status', state: '👍'.repeat(65) });
  for (const state of [null, 5, true, ['away'], { state: 'away' }]) alice.send({ type: 'status', state });
  alice.send({ type: 'status' });
  alice.send({ type: 'message', content: 'no more' });

  await bob.expect({ type: 'message', content: 'no more' });
});

test('a status speaks for its sender only, whatever user it names, and takes no other keys along', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.send({ type: 'status', user: 'bob', from: 'bob', state: 'away', text: 'x', to: 'carol', channel: '#dev', subtype: 'private' });

  assert.equal(await bob.line(), '{"type": "status", "user": "alice", "state": "away"}');
});

test('a status of a nameless connection is ignored in silence', async (t) => {
  const { server, bob } = await aliceAndBob(t);
  const nameless = await connect(t, server);

  nameless.send({ type: 'status', user: 'bob', state: 'away' });

  await nameless.expectNothing();
  await bob.expectNothing();
});

for (const state of ['offline', 'invisible']) {
  test(`who says ${state} is hidden from users, and still talks, hears and is spoken to`, async (t) => {
    const { server, alice, bob } = await aliceAndBob(t);

    alice.send({ type: 'status', state });
    await bob.expect({ type: 'status', user: 'alice', state });
    assert.deepEqual(await users(bob), ['bob']);
    assert.deepEqual(await users(alice), ['bob']);
    alice.send({ type: 'message', content: 'boo' });
    await bob.expect({ from: 'alice', content: 'boo' });
    bob.send({ type: 'message', content: 'who?' });
    await alice.expect({ from: 'bob', content: 'who?' });
    bob.send({ type: 'message', subtype: 'private', to: 'alice', content: 'you?' });
    await alice.expect({ from: 'bob', content: 'you?' });
    const second = await guest(t, server, 'alice');
    second.send({ type: 'message', content: 'me too' });
    await bob.expect({ from: 'alice-2' });
    await alice.expect({ from: 'alice-2' });

    alice.send({ type: 'status', state: 'online' });
    await bob.expect({ type: 'status', user: 'alice', state: 'online' });
    assert.deepEqual(await users(bob), ['alice', 'bob', 'alice-2']);
    await alice.leave();
    await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  });
}

test('somebody with several sessions is hidden only while all of them are', async (t) => {
  const server = await startServer(t);
  const one = await account(t, server, 'alice');
  const two = await connect(t, server);
  two.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await two.expect({ type: 'login', status: 'ok' });
  await one.expect({ type: 'status' });

  one.send({ type: 'status', state: 'invisible' });
  await two.expect({ type: 'status', state: 'invisible' });
  assert.deepEqual(await users(two), ['alice']);
  two.send({ type: 'status', state: 'offline' });
  await one.expect({ type: 'status', state: 'offline' });
  assert.deepEqual(await users(one), []);
  two.reset();
  one.send({ type: 'status', state: 'online' });
  assert.deepEqual(await users(one), ['alice']);
});

test('newcomers are not told the states of those who are here', async (t) => {
  const { server, alice } = await aliceAndBob(t);
  alice.send({ type: 'status', state: 'away' });
  await alice.expectNothing();

  const carol = await guest(t, server, 'carol');

  await carol.expectNothing();
});

test('across generations: invisible and offline are offline, an unknown word is online with it as text', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  const modern = await upgrade(await guest(t, server, 'modern'));
  const heard = async (state: string) => {
    alice.send({ type: 'status', state });
    await bob.expect({ state });
    return modern.line();
  };
  const spelled = async (request: object) => {
    modern.send({ type: 'status', ...request });
    await modern.expect({ type: 'status', status: 'ok' });
    await alice.line();
    return bob.line();
  };

  assert.equal(await heard('away'), '{"type":"status","user":"alice","state":"away"}');
  assert.equal(await heard('busy'), '{"type":"status","user":"alice","state":"dnd"}');
  assert.equal(await heard('dnd'), '{"type":"status","user":"alice","state":"dnd"}');
  assert.equal(await heard('invisible'), '{"type":"status","user":"alice","state":"offline"}');
  assert.equal(await heard('offline'), '{"type":"status","user":"alice","state":"offline"}');
  assert.equal(await heard('à table'), '{"type":"status","user":"alice","state":"online","text":"à table"}');

  assert.equal(await spelled({ state: 'away', text: 'lunch' }), '{"type": "status", "user": "modern", "state": "away"}');
  assert.equal(await spelled({ state: 'busy' }), '{"type": "status", "user": "modern", "state": "dnd"}');
  assert.equal(await spelled({ state: 'invisible' }), '{"type": "status", "user": "modern", "state": "offline"}');
});
