import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';

test('v2 states are told with their text, busy is dnd, and v1 gets the plain word', async (t) => {
  const server = await startServer(t);
  const old = await guest(t, server, 'old');
  const bob = await upgrade(await guest(t, server, 'bob'));
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.send({ type: 'status', ref: '1', state: 'busy', text: ' in an exam\u202e ' });

  await alice.expect({ type: 'status', status: 'ok', ref: '1', state: 'dnd', text: 'in an exam' });
  assert.equal(await bob.line(), '{"type":"status","user":"alice","state":"dnd","text":"in an exam"}');
  assert.equal(await old.line(), '{"type": "status", "user": "alice", "state": "dnd"}');
});

test('a state that is not one, too long a text and a time gone by are refused with the field named, and nobody is told', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));
  const bad: readonly (readonly [string, Record<string, unknown>])[] = [
    ['state', { state: 'offline' }],
    ['state', { state: 'on the moon' }],
    ['state', {}],
    ['text', { state: 'away', text: 'x'.repeat(65) }],
    ['text', { state: 'away', text: 5 }],
    ['until', { state: 'away', until: 'tomorrow' }],
    ['until', { state: 'away', until: '2020-01-01T00:00:00Z' }],
  ];

  for (const [field, said] of bad) {
    alice.send({ type: 'status', ref: 'b', ...said });
    await alice.expect({ type: 'error', ref: 'b', code: 'invalid_field', field });
  }
  await bob.expectNothing();
  const nobody = await upgrade(await connect(t, server));
  nobody.send({ type: 'status', ref: 'n', state: 'away' });
  await nobody.expect({ type: 'error', ref: 'n', code: 'not_authenticated' });
});

test('a state with an end falls back to online by itself, and everybody is told', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const bob = await upgrade(await guest(t, server, 'bob'));
  const alice = await upgrade(await guest(t, server, 'alice'));
  const until = new Date(clock.now() + 20_000).toISOString();
  alice.send({ type: 'status', state: 'dnd', text: 'lunch', until });
  await alice.expect({ type: 'status', status: 'ok', state: 'dnd', until });
  await bob.expect({ type: 'status', user: 'alice', state: 'dnd', text: 'lunch' });

  clock.advance(19_000);
  await bob.expectNothing();
  clock.advance(1000);

  assert.equal(await bob.line(), '{"type":"status","user":"alice","state":"online"}');
  await alice.expect({ type: 'status', user: 'alice', state: 'online' });
});

test('somebody with several v2 sessions has one state: the last wish holds, away only when all are away', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const laptop = await upgrade(await account(t, server, 'alice'));
  const bob = await upgrade(await guest(t, server, 'bob'));
  const phone = await login(t, server, 'alice');
  await bob.expectNothing();
  const say = async (session: Client, state: string) => {
    session.send({ type: 'status', ref: state, state });
    for (let line = await session.next(); line['ref'] !== state; ) line = await session.next();
    clock.advance(1000);
  };

  await say(laptop, 'away');
  await bob.expectNothing();
  await say(phone, 'away');
  await bob.expect({ type: 'status', user: 'alice', state: 'away' });
  await say(phone, 'dnd');
  await bob.expect({ type: 'status', user: 'alice', state: 'dnd' });
  await say(laptop, 'online');
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
  await say(phone, 'dnd');
  await bob.expect({ type: 'status', user: 'alice', state: 'dnd' });
  await phone.leave();
  await bob.expectNothing();
  assert.deepEqual(await states(bob), { alice: 'dnd', bob: 'online' });
});

test('the invisible look offline to all but staff and themselves, and do not go twice', async (t) => {
  const server = await startServer(t);
  const old = await guest(t, server, 'old');
  const alice = await upgrade(await account(t, server, 'alice'));
  await old.expect({ type: 'status', user: 'alice', state: 'online' });
  await (await account(t, server, 'boss')).leave();
  await old.expect({ type: 'status', user: 'boss', state: 'online' });
  await old.expect({ type: 'status', user: 'boss', state: 'offline' });
  const db = new Sqlite(`${server.folder}/classcord.db`);
  db.exec("UPDATE accounts SET role = 'moderator' WHERE username = 'boss'");
  db.close();
  const boss = await login(t, server, 'boss');
  await old.expect({ type: 'status', user: 'boss', state: 'online' });
  alice.send({ type: 'join', ref: 'j', channel: '#dev' });
  await until(alice, 'j');

  alice.send({ type: 'status', ref: 'i', state: 'invisible' });
  await until(alice, 'i');

  await old.expect({ type: 'status', user: 'alice', state: 'offline' });
  old.send({ type: 'users' });
  await old.expect({ type: 'users', users: ['old', 'boss'] });
  assert.deepEqual(await states(boss), { old: 'online', alice: 'invisible', boss: 'online' });
  assert.deepEqual(Object.keys(await states(alice)), ['old', 'alice', 'boss']);
  const bob = await upgrade(await guest(t, server, 'bob'));
  assert.deepEqual(Object.keys(await states(bob)), ['old', 'boss', 'bob']);
  assert.deepEqual(await membersOf(bob, '#dev'), [{ username: 'alice', role: 'owner', state: 'offline' }]);
  assert.deepEqual(await membersOf(boss, '#dev'), [{ username: 'alice', role: 'owner', state: 'invisible' }]);
  const second = await login(t, server, 'alice');
  await old.expectNothing();
  await second.leave();
  await alice.leave();
  await old.expectNothing();
});

test('a storm of v2 states is told as one line, the last, while v1 words are told one by one', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const bob = await upgrade(await guest(t, server, 'bob'));
  const alice = await upgrade(await guest(t, server, 'alice'));
  const old = await guest(t, server, 'old');
  for (let number = 0; number < 100; number += 1)
    alice.send({ type: 'status', state: number % 2 === 0 ? 'away' : 'dnd', text: `n${number}` });
  for (let number = 0; number < 100; number += 1) await alice.expect({ type: 'status', status: 'ok' });

  clock.advance(1000);

  await bob.expect({ type: 'status', user: 'alice', state: 'away', text: 'n0' });
  await bob.expect({ type: 'status', user: 'alice', state: 'dnd', text: 'n99' });
  await bob.expectNothing();
  for (const state of ['dnd', 'dnd', 'dnd']) old.send({ type: 'status', state });
  for (let number = 0; number < 3; number += 1) await bob.expect({ type: 'status', user: 'old', state: 'dnd' });
});

test('across generations: hidden in v1 is offline in v2, and another v1 word is online with it as text', async (t) => {
  const server = await startServer(t);
  const bob = await upgrade(await guest(t, server, 'bob'));
  const old = await guest(t, server, 'old');

  old.send({ type: 'status', state: 'à table' });
  assert.equal(await bob.line(), '{"type":"status","user":"old","state":"online","text":"à table"}');
  old.send({ type: 'status', state: 'invisible' });
  assert.equal(await bob.line(), '{"type":"status","user":"old","state":"offline"}');
  assert.deepEqual(Object.keys(await states(bob)), ['bob']);
  await upgrade(old);

  assert.deepEqual(Object.keys(await states(bob)), ['bob']);
});

async function login(t: TestContext, server: TestServer, name: string): Promise<Client> {
  const client = await upgrade(await connect(t, server));
  client.send({ type: 'login', ref: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'login', status: 'ok' });
  return client;
}

/** Skips everything before the answer. */
async function until(client: Client, ref: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const line = await client.next();
    if (line['ref'] === ref) return line;
  }
}

async function states(client: Client): Promise<Readonly<Record<string, string>>> {
  client.send({ type: 'users', ref: 'who' });
  const { details } = (await until(client, 'who')) as { details: readonly { username: string; state: string }[] };
  return Object.fromEntries(details.map(({ username, state }) => [username, state]));
}

async function membersOf(client: Client, channel: string): Promise<unknown> {
  client.send({ type: 'members', ref: 'members', channel });
  return (await until(client, 'members'))['members'];
}
