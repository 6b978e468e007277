import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, type Client, connect, guest } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';

const register = async (t: TestContext, server: TestServer, username: string) => {
  const client = await connect(t, server);
  client.send({ type: 'register', username, password: `password of ${username}` });
  await client.expect({ type: 'register', status: 'ok' });
};

/** Tells the name under which `listener` hears a newcomer whose first message has these other members (source text). */
function heard(t: TestContext, server: TestServer, listener: Client) {
  return async (members: string): Promise<unknown> => {
    const client = await connect(t, server);
    client.write(`{"type":"message","content":"hi"${members}}\n`);
    return (await listener.expect({ type: 'message', content: 'hi' }))['from'];
  };
}

test('the first message of a nameless connection makes it a guest called by its from, and is heard', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');

  for (const name of [
    'alice',
    'Zoé',
    "Jean-Luc P. O'Neil",
    'Invité_Rudy_1750426994565',
    'guest123',
    '小明',
    'x',
    'Zoé 👩‍👧 2',
    'a'.repeat(32),
  ]) {
    assert.equal(await heard(t, server, bob)(`,"from":${JSON.stringify(name)}`), name);
  }
});

test('a guest whose from is missing, no string, outside the rule or reserved is invité, and the next ones are numbered', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const froms = [
    '',
    ',"from":null',
    ',"from":5',
    ',"from":["alice"]',
    ',"from":{"name":"alice"}',
    ',"from":""',
    ',"from":"   "',
    ',"from":" alice"',
    ',"from":"alice\\n"',
    ',"from":"al\\u200bice"',
    ',"from":"al\\u202eice"',
    ',"from":"\\ud800"',
    ',"from":"<b>alice</b>"',
    ',"from":"a/b"',
    ',"from":"#general"',
    `,"from":"${'a'.repeat(33)}"`,
    ',"from":"\\u0430lice"',
    ',"from":"serveur"',
    ',"from":"SERVER"',
    ',"from":"System"',
    ',"from":"ad\\u00adm\\u00adin"',
    ',"from":"\\uff52oot"',
    ',"from":"invité"',
    ',"from":"Invite\\u0301"',
  ];

  for (const [index, from] of froms.entries()) {
    const number = index === 0 ? '' : `-${index + 1}`;
    const isCapital = from.includes('Invite');
    assert.equal(await heard(t, server, bob)(from), `${isCapital ? 'Invité' : 'invité'}${number}`, from);
  }
});

test('a guest whose name is taken is renamed, not refused: by a guest, by an account that is here, by one that is not', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  await account(t, server, 'alice');
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
  await register(t, server, 'carol');

  assert.equal(await heard(t, server, bob)(',"from":"bob"'), 'bob-2');
  assert.equal(await heard(t, server, bob)(',"from":"alice"'), 'alice-2');
  assert.equal(await heard(t, server, bob)(',"from":"carol"'), 'carol-2');
  assert.equal(await heard(t, server, bob)(',"from":"carol"'), 'carol-3');
});

test('look-alikes are one name: case, width, composition and blanks inside make no difference', async (t) => {
  const server = await startServer(t);
  const zoe = await guest(t, server, 'Zoé  X');

  for (const [index, name] of ['zoé x', 'ZOE\u0301 X', 'Ｚｏé X', 'Zoé   X'].entries()) {
    assert.equal(await heard(t, server, zoe)(`,"from":${JSON.stringify(name)}`), `${name.normalize('NFC')}-${index + 2}`);
  }
});

test('a number never makes a name longer than 32 characters, nor cuts an emoji in two', async (t) => {
  const server = await startServer(t);
  const listener = await guest(t, server, 'listener');
  for (const name of ['a'.repeat(32), '👍'.repeat(32)]) {
    await guest(t, server, name);

    const second = (await heard(t, server, listener)(`,"from":"${name}"`)) as string;

    assert.equal(second, `${[...name].slice(0, 30).join('')}-2`);
  }
});

test('guests that come with one name at once all get in, under names of their own', async (t) => {
  const server = await startServer(t);
  const clients = await Promise.all(Array.from({ length: 12 }, () => connect(t, server)));

  for (const client of clients) client.write('{"type":"message","content":""}\n');
  for (const client of clients) await client.expectNothing();
  const asker = await guest(t, server, 'asker');
  asker.send({ type: 'users' });

  const users = (await asker.next())['users'] as string[];
  assert.deepEqual(users.toSorted(), ['asker', 'invité', ...Array.from({ length: 11 }, (_, index) => `invité-${index + 2}`)].toSorted());
});

test('an empty first message is a hello: it names and subscribes, is not stored, and nobody hears it', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');

  const alice = await guest(t, server, 'alice');
  alice.send({ type: 'users' });
  await alice.expect({ users: ['bob', 'alice'] });
  await bob.expectNothing();
  bob.send({ type: 'message', content: 'welcome' });

  await alice.expect({ type: 'message', from: 'bob', content: 'welcome' });
  const db = new Sqlite(join(server.folder, 'classcord.db'), { readonly: true });
  const contents = db.prepare('SELECT content FROM messages').pluck().all();
  db.close();
  assert.deepEqual(contents, ['welcome']);
});

test('an empty message of somebody who has a name is a message like any other', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');
  const carol = await account(t, server, 'carol');
  await bob.expect({ type: 'status', user: 'carol' });

  alice.send({ type: 'message', content: '' });
  await bob.expect({ type: 'message', from: 'alice', content: '' });
  carol.send({ type: 'message', content: '' });
  await bob.expect({ type: 'message', from: 'carol', content: '' });
});

test('a guest’s later from is ignored', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');

  alice.send({ type: 'message', from: 'bob', content: 'not bob' });

  await bob.expect({ from: 'alice', content: 'not bob' });
  bob.send({ type: 'users' });
  await bob.expect({ users: ['bob', 'alice'] });
});

test('a private first message names, too, whomever it reaches', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const say = async (members: string) => {
    const client = await connect(t, server);
    client.write(`{"type":"message","content":"psst",${members}}\n`);
    await client.expectNothing();
  };

  await say('"subtype":"private","to":"bob","from":"alice"');
  await bob.expect({ from: 'alice', content: 'psst' });
  await say('"subtype":"private","to":"nobody","from":"carol"');
  await say('"subtype":"private","from":"dora"');
  await say('"to":{"name":"bob"},"from":"eve"');

  bob.send({ type: 'users' });
  await bob.expect({ users: ['bob', 'alice', 'carol', 'dora', 'eve'] });
});

test('a message without a string content, a status and a users name nobody', async (t) => {
  const server = await startServer(t);
  const client = await connect(t, server);

  client.write('{"type":"message","from":"alice"}\n{"type":"message","from":"alice","content":7}\n{"type":"status","state":"away"}\n');
  client.send({ type: 'users' });

  await client.expect({ type: 'users', users: [] });
});

test('nobody is told when a guest comes; everybody is told when it goes', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');

  await alice.leave();

  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expectNothing();
});

test('when an account logs in whose name a guest wears, the guest is renamed and stays', async (t) => {
  const server = await startServer(t);
  const worn = await guest(t, server, 'Alice');
  const bob = await guest(t, server, 'bob');

  const alice = await account(t, server, 'alice');
  assert.equal(await bob.line(), '{"type": "status", "user": "alice", "state": "online"}');
  worn.send({ type: 'users' });
  await worn.expect({ type: 'status', user: 'alice', state: 'online' });
  await worn.expect({ users: ['alice-2', 'bob', 'alice'] });
  worn.send({ type: 'message', from: 'Alice', content: 'who am I?' });
  await bob.expect({ from: 'alice-2', content: 'who am I?' });
  await alice.expect({ from: 'alice-2', content: 'who am I?' });

  bob.send({ type: 'message', subtype: 'private', to: 'alice', content: 'to the account' });
  await alice.expect({ content: 'to the account' });
  bob.send({ type: 'message', subtype: 'private', to: 'alice-2', content: 'to the guest' });
  await worn.expect({ content: 'to the guest' });
});

test('a guest that gives way is given no name of another account', async (t) => {
  const server = await startServer(t);
  await register(t, server, 'alice-2');
  await guest(t, server, 'alice-3');
  await guest(t, server, 'alice');

  const alice = await account(t, server, 'alice');
  alice.send({ type: 'users' });

  await alice.expect({ users: ['alice-3', 'alice-4', 'alice'] });
});

test('a guest that logs in gives its name up, unless it goes on under the same one', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  await register(t, server, 'alice');
  await register(t, server, 'carol');
  const zoe = await guest(t, server, 'zoe');
  const logIn = async (client: Client, username: string) => {
    client.send({ type: 'login', username, password: `password of ${username}` });
    await client.expect({ type: 'login', status: 'ok', username });
  };

  await logIn(zoe, 'alice');
  await bob.expect({ type: 'status', user: 'zoe', state: 'offline' });
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
  await logIn(zoe, 'carol');
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expect({ type: 'status', user: 'carol', state: 'online' });
  const dora = await guest(t, server, 'dora');
  await register(t, server, 'dora');
  await logIn(dora, 'dora');
  await bob.expect({ type: 'status', user: 'dora', state: 'online' });

  bob.send({ type: 'users' });
  await bob.expect({ type: 'users', users: ['bob', 'carol', 'dora'] });
});

test('where guests are not allowed, a message of a nameless connection is refused and heard by nobody', async (t) => {
  const server = await startServer(t, { set: ['auth.guests=false'] });
  const alice = await account(t, server, 'alice');
  const client = await connect(t, server);

  client.send({ type: 'message', from: 'bob', content: 'hi' });

  await client.expect({ type: 'error', code: 'not_authenticated' });
  await client.expectNothing();
  await alice.expectNothing();
});
