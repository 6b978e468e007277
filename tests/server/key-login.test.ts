import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { publicKeyOf, rawOf } from '../../server/base/identity.ts';
import { type KeyLoginFacts, keyLoginText, readSshKey, sshLine } from '../../server/protocol/key-login.ts';
import { account, type Client, connect, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { certificate } from '../support/tls.ts';

interface Key {
  readonly secret: KeyObject;
  readonly line: string;
}

function newKey(comment = 'test'): Key {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { secret: privateKey, line: sshLine({ raw: rawOf(privateKey), comment }) };
}

/** An account with a key, and its session that made it so. */
async function keyed(t: TestContext, server: TestServer, name = 'alice'): Promise<{ key: Key; alice: Client }> {
  const key = newKey();
  const alice = await upgrade(await account(t, server, name));
  alice.send({ type: 'keys', op: 'add', key: key.line, password: `password of ${name}` });
  await alice.expect({ type: 'keys', status: 'ok', op: 'add', key: key.line });
  return { key, alice };
}

/** The first step; what both sides then sign. */
async function challenge(client: Client, { key, username = 'alice' }: { key: Key; username?: string }): Promise<KeyLoginFacts> {
  const nonce = randomBytes(32).toString('base64');
  client.send({ type: 'login', username, key: key.line, nonce });
  const got = await client.expect({ type: 'login', status: 'challenge', username, expires_in_s: 30 });
  const exporter = client.socket as Partial<TLSSocket>;
  const facts: KeyLoginFacts = {
    server: readSshKey(String(got['server_key']))?.raw ?? '',
    key: readSshKey(key.line)?.raw ?? '',
    username,
    clientNonce: nonce,
    serverNonce: String(got['nonce']),
    binding: exporter.exportKeyingMaterial?.(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)).toString('base64') ?? '',
  };
  const signature = Buffer.from(String(got['signature']), 'base64');
  assert.ok(verify(null, Buffer.from(keyLoginText('server', facts)), publicKeyOf(facts.server), signature), 'the server proves itself');
  return facts;
}

function answer(client: Client, facts: KeyLoginFacts, { secret }: Key): void {
  const signature = sign(null, Buffer.from(keyLoginText('client', facts)), secret).toString('base64');
  client.send({ type: 'login', username: facts.username, signature });
}

test('a key logs in, over TCP and bound to the connection over TLS, as a session of its own kind', async (t) => {
  const server = await startServer(t, { set: (await certificate(t)).settings });
  const { key, alice } = await keyed(t, server);

  for (const carrier of ['tcp', 'tls'] as const) {
    const client = await upgrade(await connect(t, server, carrier));
    const facts = await challenge(client, { key });
    assert.equal(facts.binding === '', carrier === 'tcp');
    answer(client, facts, key);
    await client.expect({ type: 'login', status: 'ok', username: 'alice', role: 'user' });
  }

  alice.send({ type: 'sessions' });
  const { sessions } = await nextOf(alice, 'sessions');
  assert.deepEqual((sessions as { kind: string }[]).map(({ kind }) => kind).sort(), ['key', 'key', 'password']);
  alice.send({ type: 'keys' });
  const { keys } = await nextOf(alice, 'keys');
  assert.match(String((keys as { last_used: string }[])[0]?.last_used), /^\d{4}-/);
  assert.match(server.log(), /"event.action":"auth.login"[^\n]*key/);
});

test('the server’s identity is made once, for its owner’s eyes, and stays over a restart', async (t) => {
  const server = await startServer(t);
  const file = join(server.folder, 'identity.key');
  const first = await challenge(await upgrade(await connect(t, server)), { key: newKey() });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!server.log().includes(readFileSync(file, 'utf8').split('\n')[1] ?? ''));
  await server.stop();

  const again = await startServer(t, { folder: server.folder });

  assert.equal((await challenge(await upgrade(await connect(t, again)), { key: newKey() })).server, first.server);
});

test('an unknown name, a key of somebody else and a wrong signature are challenged and refused alike', async (t) => {
  const server = await startServer(t);
  const { key } = await keyed(t, server);
  const other = newKey();
  const client = await upgrade(await connect(t, server));
  const said: unknown[] = [];

  for (const [username, own, signer] of [
    ['nobody', key, key],
    ['alice', other, other],
    ['alice', key, other],
  ] as const) {
    answer(client, await challenge(client, { key: own, username }), signer);
    said.push(await client.next());
  }

  assert.deepEqual(said, Array(3).fill({ type: 'error', code: 'login_failed', message: 'Login failed.', fatal: false }));
  assert.equal(server.log().split('"event.reason":"login_failed"').length, 4);
});

test('a signature is good for one connection, one challenge, one name and half a minute', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const { key } = await keyed(t, server);
  const [client, other] = [await upgrade(await connect(t, server)), await upgrade(await connect(t, server))];

  const used = await challenge(client, { key });
  await challenge(other, { key });
  answer(other, used, key);
  await other.expect({ type: 'error', code: 'login_failed' });
  answer(other, used, key);
  await other.expect({ type: 'error', code: 'session_expired' });
  answer(client, { ...used, username: 'bob' }, key);
  await client.expect({ type: 'error', code: 'login_failed' });
  answer(client, used, key);
  await client.expect({ type: 'error', code: 'session_expired' });

  const late = await challenge(client, { key });
  clock.advance(30_000);
  answer(client, late, key);
  assert.equal((await nextOf(client, 'login', 'error'))['code'], 'session_expired');
  const inTime = await challenge(client, { key });
  clock.advance(29_000);
  answer(client, inTime, key);
  assert.equal((await nextOf(client, 'login', 'error'))['status'], 'ok');
});

test('a signature for another TLS connection is refused: nobody in between can pass it on', async (t) => {
  const server = await startServer(t, { set: (await certificate(t)).settings });
  const { key } = await keyed(t, server);
  const [near, far] = [await upgrade(await connect(t, server, 'tls')), await upgrade(await connect(t, server, 'tls'))];
  const { binding } = await challenge(near, { key });

  answer(far, { ...(await challenge(far, { key })), binding }, key);

  await far.expect({ type: 'error', code: 'login_failed' });
});

test('wrong signatures are throttled as wrong passwords are, and with them', async (t) => {
  const server = await startServer(t, { set: ['auth.wrong_per_account_address=2'], clock: new FakeClock() });
  const { key } = await keyed(t, server);
  const client = await upgrade(await connect(t, server));

  const codes: unknown[] = [];

  for (let i = 0; i < 4; i += 1) {
    answer(client, await challenge(client, { key }), newKey());
    codes.push((await client.next())['code']);
  }

  assert.deepEqual([codes[0], codes.at(-1)], ['login_failed', 'rate_limited']);
  answer(client, await challenge(client, { key }), key);
  await client.expect({ type: 'error', code: 'rate_limited' });
  client.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await client.expect({ type: 'error', code: 'rate_limited' });
});

test('keys are added and removed with the password only, each once', async (t) => {
  const server = await startServer(t, { set: ['limits.messages.burst=100000'] });
  const { key, alice } = await keyed(t, server);
  const password = 'password of alice';
  const ask = async (more: object) => {
    alice.send({ type: 'keys', ...more });
    return nextOf(alice, 'keys', 'error');
  };

  assert.equal((await ask({ op: 'add', key: newKey().line, password: 'wrong' }))['code'], 'login_failed');
  assert.deepEqual(pick(await ask({ op: 'add', key: newKey().line })), ['invalid_field', 'password']);
  assert.deepEqual(pick(await ask({ op: 'add', key: 'ssh-rsa AAAA', password })), ['invalid_field', 'key']);
  assert.equal((await ask({ op: 'add', key: key.line, password }))['code'], 'conflict');
  const { keys } = await ask({});
  const [{ fingerprint } = { fingerprint: '' }] = keys as { fingerprint: string }[];
  assert.match(fingerprint, /^SHA256:[\w+/]{43}$/);
  assert.equal((await ask({ op: 'remove', key: fingerprint, password: 'wrong' }))['code'], 'login_failed');
  assert.equal((await ask({ op: 'remove', key: fingerprint, password }))['fingerprint'], fingerprint);
  const client = await upgrade(await connect(t, server));
  answer(client, await challenge(client, { key }), key);
  await client.expect({ type: 'error', code: 'login_failed' });
});

test('a new password takes the keys back, unless one keeps them; a guest has none', async (t) => {
  const server = await startServer(t);
  const { alice } = await keyed(t, server);
  const change = async (old: string, wanted: string, keep: boolean) => {
    alice.send({ type: 'password', old, new: wanted, keep_tokens: keep });
    await nextOf(alice, 'password');
    alice.send({ type: 'keys' });
    return ((await nextOf(alice, 'keys'))['keys'] as unknown[]).length;
  };

  assert.equal(await change('password of alice', 'another one', true), 1);
  assert.equal(await change('another one', 'a third one', false), 0);
  const guest = await upgrade(await connect(t, server));
  guest.send({ type: 'message', from: 'bob', content: '' });
  await nextOf(guest, 'ack');
  guest.send({ type: 'keys' });
  assert.equal((await nextOf(guest, 'error'))['code'], 'forbidden');
});

/** The next line of these types; what else comes is passed over. */
async function nextOf(client: Client, ...types: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const line = await client.next();
    if (types.includes(String(line['type']))) return line;
  }
}

const pick = ({ code, field }: Readonly<Record<string, unknown>>) => [code, field];
