import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

const logIn = async (t: TestContext, server: TestServer, username: string): Promise<Client> => {
  const client = await connect(t, server);
  client.send({ type: 'login', username, password: `password of ${username}` });
  assert.equal(await client.line(), `{"type": "login", "status": "ok", "username": "${username}"}`);
  return client;
};

/** An account that is not here. */
async function absent(t: TestContext, server: TestServer, username: string): Promise<void> {
  const client = await connect(t, server);
  client.send({ type: 'register', username, password: `password of ${username}` });
  await client.expect({ type: 'register', status: 'ok' });
  await client.leave();
}

const say = (to: string, content: string) => ({ type: 'message', subtype: 'private', to, content });

test('a private message reaches its recipient and nobody else, and its sender hears nothing', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = await guest(t, server, 'bob');
  const carol = await guest(t, server, 'carol');
  const nameless = await connect(t, server);

  alice.send({ ...say('bob', 'just you'), mood: 'glad' });

  await bob.expect({ type: 'message', subtype: 'private', to: 'bob', content: 'just you', mood: 'glad', from: 'alice' });
  await alice.leave();
  await carol.expect({ type: 'status', user: 'alice', state: 'offline' });
  await carol.expectNothing();
  await nameless.expectNothing();
});

test('a private message finds its recipient however the name is spelled', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const zoe = await guest(t, server, 'Zoé Martin');

  for (const to of ['Zoé Martin', 'ZOÉ MARTIN', 'zoe\u0301 martin', '  Zoé  Martin ', 'Zo\u200bé Martin', 'Ｚｏé Martin']) {
    alice.send(say(to, to));
    await zoe.expect({ type: 'message', content: to, from: 'alice' });
  }
});

test('a private message to nobody of that name is met with silence', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');

  for (const to of ['nobody', '', ' ', 'serveur', 'x'.repeat(300), '\ud800', '__proto__']) alice.send(say(to, 'hello?'));

  await alice.expectNothing();
  const bob = await guest(t, server, 'bob');
  await alice.leave();
  await bob.expect({ type: 'status', user: 'alice' });
});

test('a private message is no public one in the table that the export script reads', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = await guest(t, server, 'bob');
  const carol = await guest(t, server, 'carol');
  carol.send({ type: 'message', content: '' });
  await bob.expect({ content: '' });

  alice.send(say('bob', 'a secret'));
  await bob.expect({ content: 'a secret' });

  const db = new Sqlite(join(server.folder, 'classcord.db'), { readonly: true });
  const rows = db
    .prepare('SELECT username, content FROM messages')
    .all()
    .map((row) => ({ ...(row as object) }));
  db.close();
  assert.deepEqual(rows, [{ username: 'carol', content: '' }]);
});

test('a private message to an absent account is told right after its next login answer, to that session alone, and once', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  await absent(t, server, 'bob');

  alice.send(say('BOB', 'when you are back: été'));
  await alice.expectNothing();
  const bob = await logIn(t, server, 'bob');

  assert.match(
    await bob.line(),
    /^\{"type": "message", "subtype": "private", "to": "bob", "content": "when you are back: \\u00e9t\\u00e9", "from": "alice", "timestamp": "[\d-]{10}T[\d:]{8}\.\d{6}"\}$/,
  );
  await bob.leave();
  const again = await logIn(t, server, 'bob');
  await again.expectNothing();
  for (const [state] of [['online'], ['offline'], ['online']]) await alice.expect({ type: 'status', user: 'bob', state });
});

test('at most the newest fifty wait, and come in the order in which they were said', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const carol = await guest(t, server, 'carol');
  await absent(t, server, 'bob');

  for (let number = 1; number <= 60; number += 1) alice.send({ ...say('bob', `word ${number}`), ref: `${number}` });
  for (let number = 1; number <= 60; number += 1) await alice.expect({ type: 'ack', ref: `${number}` });
  carol.send(say('bob', 'mine too'));
  await carol.expectNothing();
  const bob = await logIn(t, server, 'bob');

  for (let number = 12; number <= 60; number += 1) await bob.expect({ from: 'alice', content: `word ${number}` });
  await bob.expect({ from: 'carol', content: 'mine too' });
  await bob.expectNothing();
  await bob.leave();
  await (await logIn(t, server, 'bob')).expectNothing();
});

test('private messages sent while their recipient comes and goes arrive once each, in order, now or at the next login', async (t) => {
  const server = await startServer(t, { set: ['auth.hash_workers=2'] });
  await absent(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));
  const heard: string[] = [];
  let said = 0;
  const sayMore = async (count: number) => {
    const first = said + 1;
    said += count;
    for (let number = first; number <= said; number += 1) alice.send({ ...say('bob', `${number}`), ref: `${number}` });
    for (let number = first; number <= said; ) if ((await alice.next())['type'] === 'ack') number += 1;
  };

  for (let round = 0; round < 12; round += 1) {
    const bob = await connect(t, server);
    bob.send({ type: 'login', username: 'bob', password: 'password of bob' });
    const saying = sayMore(8);
    await bob.expect({ type: 'login', status: 'ok' });
    await saying;
    await sayMore(8);
    bob.socket.end();
    await sayMore(1);
    await bob.ended();
    heard.push(...bob.pending().map((line) => JSON.parse(line).content));
  }
  const last = await logIn(t, server, 'bob');
  alice.send(say('bob', 'the end'));
  for (let content = ''; content !== 'the end'; heard.push(content)) content = (await last.next())['content'] as string;

  assert.deepEqual(heard, [...Array.from({ length: said }, (_, index) => `${index + 1}`), 'the end']);
});

test('a guest leaves no mailbox: what is said to it after it left is lost, not told to its namesake', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = await guest(t, server, 'bob');
  await bob.leave();
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });

  alice.send(say('bob', 'are you there?'));
  await alice.expectNothing();
  const namesake = await guest(t, server, 'bob');

  await namesake.expectNothing();
});
