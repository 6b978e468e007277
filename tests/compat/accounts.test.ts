import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest } from '../support/client.ts';
import { startServer } from '../support/server.ts';

async function register(client: Client, username: string, password: string): Promise<string> {
  client.send({ type: 'register', username, password });
  return client.line();
}

async function logIn(client: Client, username: string, password: string): Promise<string> {
  client.send({ type: 'login', username, password });
  return client.line();
}

const registered = '{"type": "register", "status": "ok"}';
const exists = '{"type": "error", "message": "Username already exists."}';
const failed = '{"type": "error", "message": "Login failed."}';
const loggedIn = (name: string) => `{"type": "login", "status": "ok", "username": "${name}"}`;

test('any password but an empty one makes an account: short, long, with blanks, in any script', async (t) => {
  const client = await connect(t, await startServer(t));
  const passwords = ['1', ' ', '1234', ' x ', 'été 🌞', '"\\\'; --', 'x'.repeat(1024), 'é'.repeat(512)];

  for (const [index, password] of passwords.entries()) {
    assert.equal(await register(client, `pupil${index}`, password), registered, password);
    assert.equal(await logIn(client, `pupil${index}`, `${password}x`), failed, password);
    assert.equal(await logIn(client, `pupil${index}`, password), loggedIn(`pupil${index}`), password);
  }
  for (const password of ['', 'x'.repeat(1025), 'é'.repeat(513)]) {
    assert.match(await register(client, 'zoe', password), /"code": "weak_password"\}$/);
  }
});

test('a password is never cut, and is the same however its accents are typed', async (t) => {
  const client = await connect(t, await startServer(t));
  const long = 'x'.repeat(1000);
  await register(client, 'zoe', `${long}1`);
  await register(client, 'bob', 'e\u0301te\u0301');

  assert.equal(await logIn(client, 'zoe', `${long}2`), failed);
  assert.equal(await logIn(client, 'zoe', long), failed);
  assert.equal(await logIn(client, 'bob', '\u00e9t\u00e9'), loggedIn('bob'));
});

test('look-alikes are one account, which is called as it was registered', async (t) => {
  const client = await connect(t, await startServer(t));

  assert.equal(await register(client, 'Zoé Martin', 'x'), registered);
  for (const name of ['zoé martin', 'ZOÉ MARTIN', 'Zoe\u0301 Martin', 'Zoé  Martin', 'Ｚoé Martin']) {
    assert.equal(await register(client, name, 'y'), exists, name);
    assert.equal(await logIn(client, name, 'x'), loggedIn('Zo\\u00e9 Martin'), name);
  }
});

test('a name that clients of the course make up by themselves may be registered', async (t) => {
  const client = await connect(t, await startServer(t));

  for (const name of ['Invité_Rudy_1750426994565', 'Invité1750426994565', 'guest123', 'Jean Paul', 'a', "O'Neil", 'x_y.z-1', '👩‍💻']) {
    assert.equal(await register(client, name, 'x'), registered, name);
  }
});

test('a login may be tried again on the same connection, and later logins replace the identity', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await connect(t, server);
  for (const name of ['zoe', 'max']) await register(client, name, 'x');

  assert.equal(await logIn(client, 'zoe', 'y'), failed);
  assert.equal(await logIn(client, 'zoe', 'x'), loggedIn('zoe'));
  assert.equal(await logIn(client, 'max', 'x'), loggedIn('max'));
  client.send({ type: 'message', content: 'who am I?' });

  await bob.expect({ type: 'status', user: 'zoe', state: 'online' });
  await bob.expect({ type: 'status', user: 'zoe', state: 'offline' });
  await bob.expect({ type: 'status', user: 'max', state: 'online' });
  await bob.expect({ type: 'message', from: 'max' });
});

test('an account outlives the server', async (t) => {
  const server = await startServer(t);
  await account(t, server, 'alice');
  await server.stop();

  const next = await startServer(t, { folder: server.folder });
  const client = await connect(t, next);

  assert.equal(await register(client, 'alice', 'x'), exists);
  assert.equal(await logIn(client, 'alice', 'password of alice'), loggedIn('alice'));
});

test('an unknown user costs as much work as a wrong password, so that the time tells nothing', async (t) => {
  const server = await startServer(t, { set: ['auth.wrong_per_account_address=100', 'auth.wrong_per_address.burst=100'] });
  const client = await connect(t, server);
  await register(client, 'zoe', 'x');
  const work: Record<string, number> = { zoe: 0, nobody: 0 };

  for (let round = 0; round < 12; round += 1) {
    for (const name of Object.keys(work)) {
      // The server runs in this process: its CPU time is not the machine's other work, as a clock's time is.
      const before = process.cpuUsage();
      assert.equal(await logIn(client, name, 'wrong'), failed);
      const { user, system } = process.cpuUsage(before);
      work[name] = (work[name] ?? 0) + (user + system) / 1000;
    }
  }

  const { zoe: known = 0, nobody: unknown = 0 } = work;
  t.diagnostic(`${(known / 12).toFixed(1)} ms and ${(unknown / 12).toFixed(1)} ms of CPU`);
  assert.ok(known / unknown > 0.5 && known / unknown < 2, `${known} ms and ${unknown} ms`);
});
