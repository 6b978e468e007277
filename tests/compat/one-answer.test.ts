import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** What may be wrong with a register or a login, as source text of the members beside `type`. */
const malformed: readonly [string, string][] = [
  ['nothing', ''],
  ['no password', ',"username":"zoe"'],
  ['no username', ',"password":"x"'],
  ['username null', ',"username":null,"password":"x"'],
  ['username a number', ',"username":5,"password":"x"'],
  ['username true', ',"username":true,"password":"x"'],
  ['username a list', ',"username":["zoe"],"password":"x"'],
  ['username an object', ',"username":{"name":"zoe"},"password":"x"'],
  ['username empty', ',"username":"","password":"x"'],
  ['username blank', ',"username":" \\t ","password":"x"'],
  ['username with a NUL', ',"username":"zoe\\u0000","password":"x"'],
  ['username with a newline', ',"username":"zoe\\n","password":"x"'],
  ['username with a zero-width blank', ',"username":"zo\\u200be","password":"x"'],
  ['username with a bidirectional override', ',"username":"zo\\u202ee","password":"x"'],
  ['username a lone surrogate', ',"username":"\\ud800","password":"x"'],
  ['username of two scripts', ',"username":"z\\u043ee","password":"x"'],
  ['username of 33 characters', `,"username":"${'z'.repeat(33)}","password":"x"`],
  ['username of 300 characters', `,"username":"${'z'.repeat(300)}","password":"x"`],
  ['username of 10,000 characters', `,"username":"${'z'.repeat(10_000)}","password":"x"`],
  ['username reserved', ',"username":"Serveur","password":"x"'],
  ['username of the prototype', ',"username":"__proto__","password":["x"]'],
  ['password null', ',"username":"zoe","password":null'],
  ['password a number', ',"username":"zoe","password":1234'],
  ['password a list', ',"username":"zoe","password":["x"]'],
  ['password an object', ',"username":"zoe","password":{}'],
  ['password empty', ',"username":"zoe","password":""'],
  ['both null', ',"username":null,"password":null'],
  ['the keys in another case', ',"Username":"zoe","Password":"x"'],
  ['a doubled username', ',"username":"zoe","password":"x","username":7'],
];

for (const type of ['register', 'login', 'REGISTER', 'Login']) {
  test(`a malformed ${type} gets exactly one line, an error without status`, async (t) => {
    const server = await startServer(t, { set: ['auth.refused_registrations_per_address.burst=1000'] });
    const client = await connect(t, server);

    for (const [what, members] of malformed) {
      await t.test(what, async () => {
        client.write(`{"type":"${type}"${members}}\n`);
        const answer = await client.next();
        assert.equal(answer['type'], 'error');
        assert.equal(typeof answer['message'], 'string');
        assert.ok(!('status' in answer));
        await client.expectNothing();
      });
    }
  });
}

test('a line too broken to be read as a register or a login gets exactly one error, too', async (t) => {
  const client = await connect(t, await startServer(t));

  for (const line of [
    '{"type":"login","username":NaN,"password":"x"}',
    '{"type":"register"',
    `{"type":"login","x":${'['.repeat(99)}${']'.repeat(99)}}`,
  ]) {
    client.write(`${line}\n`);
    await client.expect({ type: 'error', code: 'bad_json' });
    await client.expectNothing();
  }
});

test('keys that register and login do not name are ignored, whatever they hold', async (t) => {
  const client = await connect(t, await startServer(t));
  const others = { ref: 5, nonce: [], totp: {}, status: 'ok', from: 'bob', caps: null, version: 'x' };

  client.send({ type: 'register', username: 'zoe', password: 'x', ...others });
  assert.equal(await client.line(), '{"type": "register", "status": "ok"}');
  client.send({ type: 'login', username: 'zoe', password: 'x', ...others, ref: 'abc' });
  assert.equal(await client.line(), '{"type": "login", "status": "ok", "username": "zoe"}');
  client.send({ type: 'login', username: 'zoe', password: 'y', ref: 'abc' });
  assert.equal(await client.line(), '{"type": "error", "message": "Login failed."}');
});

test('a name with any character outside the rule is refused by register, never cleaned', async (t) => {
  const client = await connect(t, await startServer(t));

  for (const username of [' zoe', 'zoe ', 'zo\u200be', 'zoe\n', 'zo\u00a0e', 'zoe!', 'zo/e', 'zo@e', '#zoe', 'zo\u0000e', 'zoe\ufe0f']) {
    client.send({ type: 'register', username, password: 'x' });
    await client.expect({ type: 'error', code: 'invalid_name' });
  }
  client.send({ type: 'login', username: 'zoe', password: 'x' });

  assert.equal(await client.line(), '{"type": "error", "message": "Login failed."}');
});

test('register neither logs in nor names, subscribes or announces; it may be repeated, and changes no password', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await connect(t, server);

  client.send({ type: 'register', username: 'zoe', password: 'x' });
  await client.expect({ type: 'register', status: 'ok' });
  client.send({ type: 'register', username: 'ZOE', password: 'y' });
  assert.equal(await client.line(), '{"type": "error", "message": "Username already exists."}');
  client.send({ type: 'status', state: 'away' });
  bob.send({ type: 'message', content: 'anybody?' });
  client.send({ type: 'users' });
  await client.expect({ type: 'users', users: ['bob'] });
  client.send({ type: 'login', username: 'zoe', password: 'y' });
  await client.expect({ type: 'error', message: 'Login failed.' });
  client.send({ type: 'login', username: 'zoe', password: 'x' });
  await client.expect({ type: 'login', username: 'zoe' });
  await bob.expect({ type: 'status', user: 'zoe', state: 'online' });
  await bob.expectNothing();
});

test('one of two registrations of a name at once wins, the other is told that it exists', async (t) => {
  const server = await startServer(t);
  const clients = await Promise.all(Array.from({ length: 4 }, () => connect(t, server)));

  for (const [index, client] of clients.entries()) client.send({ type: 'register', username: 'Zoe', password: `x${index}` });
  const answers = await Promise.all(clients.map((client) => client.line()));

  assert.deepEqual(answers.toSorted(), [
    '{"type": "error", "message": "Username already exists."}',
    '{"type": "error", "message": "Username already exists."}',
    '{"type": "error", "message": "Username already exists."}',
    '{"type": "register", "status": "ok"}',
  ]);
});

test('a failed login leaves the identity as it was', async (t) => {
  const server = await startServer(t);
  const zoe = await account(t, server, 'zoe');
  const bob = await guest(t, server, 'bob');

  zoe.send({ type: 'login', username: 'bob', password: 'x' });
  await zoe.expect({ type: 'error', message: 'Login failed.' });
  zoe.send({ type: 'message', content: 'still me' });

  await bob.expect({ type: 'message', from: 'zoe', content: 'still me' });
});

test('requests without an answer in the table get none, named or not', async (t) => {
  const server = await startServer(t);
  const silent: readonly string[] = [
    '{}',
    '{"type":null}',
    '{"type":5}',
    '{"type":["login"]}',
    '{"type":{"type":"login"}}',
    '{"type":""}',
    '{"type":"login "}',
    '{"type":"dance"}',
    ...[
      'kick',
      'ban',
      'mute',
      'history',
      'ping',
      'pong',
      'help',
      'whoami',
      'leave',
      'who',
      'list_users',
      'shutdown',
      'system',
      'error',
      'global_message',
      'kick_user',
    ].map((type) => `{"type":"${type}","username":"bob","content":"x","channel":"#general"}`),
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":"toString"}',
    '{"type":"message"}',
    '{"type":"message","content":null}',
    '{"type":"message","content":5}',
    '{"type":"message","content":["x"]}',
    '{"type":"message","content":{"x":1}}',
    '{"type":"status"}',
    '{"type":"status","state":null}',
    '{"type":"status","state":5}',
    '{"type":"status","state":{}}',
    '{"type":"status","state":""}',
  ];
  const bob = await guest(t, server, 'bob');

  for (const client of [await connect(t, server), await guest(t, server, 'alice')]) {
    for (const line of silent) client.write(`${line}\n`);
    await client.expectNothing();
  }

  bob.send({ type: 'users' });
  await bob.expect({ type: 'users', users: ['bob', 'alice'] });
});

/** Reads one line after each request and takes it for the answer, as several course clients do. */
async function ask(client: Client, request: Readonly<Record<string, unknown>>): Promise<string> {
  client.send(request);
  return client.line();
}

test('clients that read exactly one line per answer get in while others talk without a pause', async (t) => {
  const server = await startServer(t);
  const talkers = await Promise.all(Array.from({ length: 6 }, (_, index) => guest(t, server, `talker${index}`)));
  let isOver = false;
  const talk = async (talker: Client, index: number) => {
    while (!isOver) {
      for (let count = 20; count > 0; count -= 1) talker.send({ type: 'message', content: 'blah' });
      talker.send({ type: 'message', subtype: 'private', to: `talker${(index + 1) % 6}`, content: 'psst' });
      talker.send({ type: 'status', state: 'busy' });
      talker.send({ type: 'users' });
      while ((await talker.next())['type'] !== 'users');
    }
  };
  const talking = talkers.map(talk);

  const enter = async (username: string) => {
    const client = await connect(t, server);
    assert.equal(await ask(client, { type: 'register', username, password: 'x' }), '{"type": "register", "status": "ok"}');
    assert.equal(
      await ask(client, { type: 'register', username, password: 'x' }),
      '{"type": "error", "message": "Username already exists."}',
    );
    assert.equal(await ask(client, { type: 'login', username, password: 'y' }), '{"type": "error", "message": "Login failed."}');
    assert.equal(
      await ask(client, { type: 'login', username, password: 'x' }),
      `{"type": "login", "status": "ok", "username": "${username}"}`,
    );
    await client.line();
    client.reset();
  };
  for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 3 }, (_, index) => enter(`pupil${round}${index}`)));
  isOver = true;

  await Promise.all(talking);
});
