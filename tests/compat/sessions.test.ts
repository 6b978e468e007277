import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** One more session of an account that exists. */
async function again(t: TestContext, server: TestServer, username: string): Promise<Client> {
  const client = await connect(t, server);
  client.send({ type: 'login', username, password: `password of ${username}` });
  await client.expect({ type: 'login', status: 'ok', username });
  return client;
}

async function users(client: Client): Promise<unknown> {
  client.send({ type: 'users' });
  return (await client.expect({ type: 'users' }))['users'];
}

test('users lists names in order of arrival, each once, guests and the asker included, to anyone', async (t) => {
  const server = await startServer(t);
  const nameless = await connect(t, server);
  const zoe = await guest(t, server, 'zoe');
  await account(t, server, 'bob');
  await guest(t, server, 'alice');
  await again(t, server, 'bob');

  assert.deepEqual(await users(nameless), ['zoe', 'bob', 'alice']);
  for (let lines = 2; lines > 0; lines -= 1) await zoe.expect({ type: 'status', user: 'bob', state: 'online' });
  assert.deepEqual(await users(zoe), ['zoe', 'bob', 'alice']);
});

test('registered people who are not here are not listed', async (t) => {
  const server = await startServer(t);
  const nameless = await connect(t, server);
  nameless.send({ type: 'register', username: 'zoe', password: 'x' });
  await nameless.expect({ type: 'register' });

  assert.deepEqual(await users(nameless), []);
});

test('who leaves and comes back is last in the list', async (t) => {
  const server = await startServer(t);
  const bob = await account(t, server, 'bob');
  const alice = await guest(t, server, 'alice');

  await bob.leave();
  await again(t, server, 'bob');

  await alice.expect({ user: 'bob', state: 'offline' });
  await alice.expect({ user: 'bob', state: 'online' });
  assert.deepEqual(await users(alice), ['alice', 'bob']);
});

test('userlist is users in another word', async (t) => {
  const alice = await guest(t, await startServer(t), 'alice');

  alice.send({ type: 'userlist' });

  assert.equal(await alice.line(), '{"type": "users", "users": ["alice"]}');
});

test('polling the list every three seconds, a whole class behind one address, slows nobody', async (t) => {
  // The clock stands still but for what the test says: whoever is slowed gets no answer at all.
  const clock = standingClock(t);
  const server = await startServer(t, { hasShippedRates: true, clock });
  const pupils = await Promise.all(Array.from({ length: 40 }, (_, index) => guest(t, server, `pupil${index}`)));

  for (let round = 0; round < 40; round += 1) {
    clock.advance(3000);
    for (const pupil of pupils) pupil.send({ type: 'users' });
    await Promise.all(pupils.map((pupil) => pupil.expect({ type: 'users' })));
  }
});

test('each session of an account hears the others, the sender does not hear itself', async (t) => {
  const server = await startServer(t);
  const one = await account(t, server, 'alice');
  const two = await again(t, server, 'alice');
  await one.expect({ type: 'status', user: 'alice', state: 'online' });

  one.send({ type: 'message', content: 'from one' });
  await two.expect({ type: 'message', from: 'alice', content: 'from one' });
  two.send({ type: 'status', state: 'away' });
  await one.expect({ type: 'status', user: 'alice', state: 'away' });

  await one.expectNothing();
  await two.expectNothing();
});

test('a private message reaches every session of its recipient, and a private word to oneself comes back', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const one = await account(t, server, 'alice');
  const two = await again(t, server, 'alice');
  await one.expect({ type: 'status' });
  for (let lines = 2; lines > 0; lines -= 1) await bob.expect({ type: 'status' });

  bob.send({ type: 'message', subtype: 'private', to: 'alice', content: 'to both' });
  for (const session of [one, two]) await session.expect({ from: 'bob', to: 'alice', content: 'to both' });
  one.send({ type: 'message', subtype: 'private', to: 'alice', content: 'note to self' });
  for (const session of [one, two]) await session.expect({ from: 'alice', to: 'alice', content: 'note to self' });

  for (const session of [one, two, bob]) await session.expectNothing();
});

test('offline is told once, when the last session of a name ends, and the list is without the name by then', async (t) => {
  const server = await startServer(t);
  const one = await account(t, server, 'alice');
  const two = await again(t, server, 'alice');
  await one.expect({ type: 'status' });
  const bob = await guest(t, server, 'bob');

  one.reset();
  two.send({ type: 'message', content: 'still here' });
  await bob.expect({ content: 'still here' });
  assert.deepEqual(await users(bob), ['alice', 'bob']);
  two.reset();

  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  assert.deepEqual(await users(bob), ['bob']);
  await bob.expectNothing();
});

for (const [how, end] of [
  ['a reset', (client: Client) => client.reset()],
  ['an orderly end', (client: Client) => client.socket.end()],
  ['an end of the whole socket', (client: Client) => client.socket.destroy()],
] as const) {
  test(`${how} leaves no ghost: offline once for each of many who go at once`, async (t) => {
    const server = await startServer(t);
    const bob = await guest(t, server, 'bob');
    const names = Array.from({ length: 20 }, (_, index) => `pupil${index}`);
    const pupils = await Promise.all(names.map((name) => guest(t, server, name)));

    for (const pupil of pupils) pupil.send({ type: 'message', subtype: 'private', to: 'nobody', content: 'half' });
    for (const pupil of pupils) end(pupil);
    const left = [];
    for (let count = 20; count > 0; count -= 1) left.push((await bob.expect({ type: 'status', state: 'offline' }))['user'] as string);

    assert.deepEqual(left.toSorted(), names.toSorted());
    assert.deepEqual(await users(bob), ['bob']);
    await bob.expectNothing();
  });
}

test('a nameless connection leaves in silence', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const nameless = await connect(t, server);
  await nameless.expectNothing();

  await nameless.leave();

  await bob.expectNothing();
});

test('a second login of the same account on one connection is told as online again, never as offline', async (t) => {
  const server = await startServer(t);
  const alice = await account(t, server, 'alice');
  const bob = await guest(t, server, 'bob');

  alice.send({ type: 'join', channel: '#dev' });
  alice.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await alice.expect({ type: 'login', status: 'ok', username: 'alice' });

  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
  bob.send({ type: 'message', channel: '#dev', content: 'still in the channel?' });
  await alice.expect({ content: 'still in the channel?' });
  assert.deepEqual(await users(bob), ['alice', 'bob']);
  await bob.expectNothing();
});

test('a login as somebody else tells the former name’s offline only when that was its last session', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const carol = await account(t, server, 'carol');
  await carol.leave();
  const one = await account(t, server, 'alice');
  const two = await again(t, server, 'alice');
  await one.expect({ type: 'status' });
  for (const [user, state] of [
    ['carol', 'online'],
    ['carol', 'offline'],
    ['alice', 'online'],
    ['alice', 'online'],
  ])
    await bob.expect({ user, state });
  const become = async (client: Client, username: string) => {
    client.send({ type: 'login', username, password: `password of ${username}` });
    await client.expect({ type: 'login', username });
  };

  await become(one, 'carol');
  await bob.expect({ user: 'carol', state: 'online' });
  await two.expect({ user: 'carol', state: 'online' });
  await become(two, 'carol');
  await bob.expect({ user: 'alice', state: 'offline' });
  await bob.expect({ user: 'carol', state: 'online' });

  assert.deepEqual(await users(bob), ['bob', 'carol']);
});

test('of too many sessions of one account the oldest is told why, in the form every client shows, and closed', async (t) => {
  const server = await startServer(t, { set: ['limits.sessions_per_account=2'] });
  const one = await account(t, server, 'alice');
  const two = await again(t, server, 'alice');
  await one.expect({ type: 'status' });

  const three = await again(t, server, 'alice');

  await two.expect({ type: 'status', user: 'alice', state: 'online' });
  await one.expect({ type: 'message', subtype: 'global', from: 'serveur' });
  await one.ended();
  await three.expectNothing();
  await two.expectNothing();
});

test('v1 and v2 sessions of one account are one name in the list', async (t) => {
  const server = await startServer(t);
  const one = await account(t, server, 'alice');
  const two = await upgrade(await again(t, server, 'alice'));
  await one.expect({ type: 'status' });

  assert.deepEqual(await users(one), ['alice']);
  assert.deepEqual(await users(two), ['alice']);
});
