import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { SignJWT } from 'jose';
import { account, connect, upgrade } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { gatewayOf, refusedStatus, webConnect } from '../support/web-client.ts';

const secret = 'a secret of the tests, long enough: 0123456789';
const set = ['gateway.listen=127.0.0.1:0', `gateway.jwt_secret=${secret}`];
const start = (t: TestContext) => startServer(t, { set });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sends `body`, to `path` and with `headers` if any. */
async function post(
  server: TestServer,
  to: string | { path: string; headers: Record<string, string> },
  body: object | string,
): Promise<Answer> {
  const { path, headers } = typeof to === 'string' ? { path: to, headers: {} } : to;
  const response = await fetch(`http://${gatewayOf(server)}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
}

const alice = { username: 'alice', password: 'password of alice' };

/** An account, and what it got for its registration. */
async function registered(_t: TestContext, server: TestServer): Promise<{ token: string; refresh_token: string }> {
  const { status, body } = await post(server, '/auth/register', alice);
  assert.equal(status, 201);
  return body as { token: string; refresh_token: string };
}

describe('over HTTP', () => {
  test('an account is made and logs in: a token, how long it is good, and whose it is', async (t) => {
    const server = await start(t);

    const made = await post(server, '/auth/register', alice);
    const login = await post(server, '/auth/login', alice);

    for (const { body } of [made, login]) {
      const { token, refresh_token, ...others } = body;
      assert.match(String(token), /^[\w-]+\.[\w-]+\.[\w-]+$/);
      assert.match(String(refresh_token), /^ccr_/);
      assert.deepEqual(others, { expires_in: 900, user: { id: 1, username: 'alice', role: 'user' } });
    }
    assert.deepEqual([made.status, login.status], [201, 200]);
  });

  test('a refusal is the error that v2 tells, with the status of its code', async (t) => {
    const server = await start(t);
    await registered(t, server);
    const refused = async (path: string, body: object | string, headers: Record<string, string> = {}) => {
      const answer = await post(server, { path, headers }, body);
      assert.doesNotMatch(String(answer.body['message']), /[{}]/);
      return [answer.status, answer.body['code']];
    };

    assert.deepEqual(await refused('/auth/register', alice), [409, 'already_exists']);
    assert.deepEqual(await refused('/auth/login', { ...alice, password: 'wrong' }), [401, 'login_failed']);
    assert.deepEqual(await refused('/auth/login', { username: 'nobody', password: 'wrong' }), [401, 'login_failed']);
    assert.deepEqual(await refused('/auth/login', { username: 'alice' }), [422, 'invalid_field']);
    assert.deepEqual(await refused('/auth/login', '[1]'), [400, 'bad_json']);
    assert.deepEqual(await refused('/auth/login', JSON.stringify(alice), { 'Content-Type': 'text/plain' }), [400, 'bad_json']);
    assert.deepEqual(await refused('/auth/login', { ...alice, more: 'x'.repeat(9000) }), [413, 'too_large']);
    assert.deepEqual(await refused('/auth/refresh', { token: 'nonsense' }), [401, 'session_expired']);
    assert.deepEqual(await refused('/auth/other', alice), [404, 'not_found']);
    assert.deepEqual(await refused('/auth/login', alice, { Origin: 'https://evil.example' }), [403, 'forbidden']);
  });

  test('guessing passwords is throttled together with the chat port', async (t) => {
    const server = await startServer(t, { set: [...set, 'auth.wrong_per_account_address=2'] });
    await registered(t, server);
    const tcp = await upgrade(await connect(t, server));

    for (let i = 0; i < 2; i += 1) {
      tcp.send({ type: 'login', username: 'alice', password: `guess ${i}` });
      await tcp.expect({ type: 'error', code: 'login_failed' });
    }
    const third = await post(server, '/auth/login', { ...alice, password: 'guess 3' });
    const right = await post(server, '/auth/login', alice);

    assert.ok([401, 429].includes(third.status));
    assert.equal(right.status, 429);
    assert.equal(right.body['code'], 'rate_limited');
    assert.ok(Number(right.headers.get('retry-after')) >= 1);
    assert.match(server.log(), /auth\.login failure user=alice ip=127\.0\.0\.1 reason=login_failed/);
  });

  test('a refresh gives another token, once; a logout ends the session, its tokens and its connections', async (t) => {
    const server = await start(t);
    const first = await registered(t, server);

    const second = await post(server, '/auth/refresh', { refresh_token: first.refresh_token });
    assert.equal(second.status, 200);
    const { token } = second.body as { token: string };
    const client = await webConnect(t, server, { subprotocol: null, query: `?token=${token}` });
    client.send({ type: 'room_history', room: 'general' });
    await client.expect({ type: 'room_history' });

    assert.deepEqual((await post(server, { path: '/auth/logout', headers: { Authorization: `Bearer ${token}` } }, {})).body, {
      status: 'ok',
    });

    await client.expect({ type: 'error' });
    assert.equal(await client.closed(), 4401);
    assert.equal(await refusedStatus(t, server, { headers: { Authorization: `Bearer ${token}` } }), 401);
  });

  test('a page of a listed origin may ask, and read the answer', async (t) => {
    const server = await startServer(t, { set: [...set, 'gateway.origins=https://chat.example'] });

    const asked = await fetch(`http://${gatewayOf(server)}/auth/login`, { method: 'OPTIONS', headers: { Origin: 'https://chat.example' } });
    const answer = await post(server, { path: '/auth/register', headers: { Origin: 'https://chat.example' } }, alice);

    assert.equal(asked.status, 204);
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /Content-Type/);
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://chat.example');
    assert.equal(answer.status, 201);
  });
});

describe('a token', () => {
  test('opens a link by header, by address, by a first frame, and as a v2 login', async (t) => {
    const server = await start(t);
    const { token } = await registered(t, server);

    const byHeader = await webConnect(t, server, { headers: { Authorization: `Bearer ${token}` } });
    await byHeader.expect({ type: 'login', status: 'ok', username: 'alice' });
    const byAddress = await webConnect(t, server, { subprotocol: null, query: `?token=${token}` });
    byAddress.send({ type: 'dm_history', with: 9 });
    await byAddress.expect({ type: 'error', data: { message: 'Introuvable.' } });
    const byFrame = await webConnect(t, server, { subprotocol: null, query: '?lang=en' });
    byFrame.send({ type: 'auth', token });
    await byFrame.expect({ type: 'auth', data: { user: { id: 1, username: 'alice', role: 'user' } } });
    const byLogin = await webConnect(t, server);
    byLogin.send({ type: 'login', token });
    await byLogin.expect({ type: 'login', username: 'alice' });
  });

  test('in the address is warned of once, and stands in no line of the log', async (t) => {
    const server = await start(t);
    const { token } = await registered(t, server);

    const client = await webConnect(t, server, { subprotocol: null, query: `?token=${token}` });
    client.send({ type: 'room_history', room: 'general' });
    await client.expect({ type: 'room_history' });
    assert.equal(await refusedStatus(t, server, { query: `?token=${token}x` }), 401);
    await server.stop();

    assert.equal(server.log().split('gateway.token_in_address').length - 1 > 0, true);
    assert.equal(server.log().split('"event.action":"gateway.token_in_address"').length - 1 <= 1, true);
    assert.ok(!server.log().includes(token) && !server.log().includes(token.split('.')[2] as string));
  });

  test('that is expired, re-signed, unsigned or meant for somebody else is refused before the handshake, and as a first frame', async (t) => {
    const server = await start(t);
    const { token } = await registered(t, server);
    const [, payload] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const sign = (changes: Record<string, unknown>, key = secret) =>
      new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    const { exp, ...endless } = claims;
    const bad = {
      expired: await sign({ exp: Math.floor(Date.now() / 1000) - 120 }),
      'signed with another key': await sign({}, 'another secret of the same length 0123456789'),
      'for another audience': await sign({ aud: 'somebody else' }),
      'without an end': await new SignJWT(endless).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(secret)),
      'of algorithm none': none,
      'no token at all': 'nonsense',
    };

    assert.ok(typeof exp === 'number');
    await webConnect(t, server, { headers: { Authorization: `Bearer ${await sign({})}` } });
    for (const [what, shown] of Object.entries(bad)) {
      assert.equal(await refusedStatus(t, server, { headers: { Authorization: `Bearer ${shown}` } }), 401, what);
      assert.equal(await refusedStatus(t, server, { subprotocol: null, query: `?token=${shown}` }), 401, what);
      const client = await webConnect(t, server, { subprotocol: null });
      client.send({ type: 'auth', token: shown });
      await client.expect({ type: 'error' });
      client.send({ type: 'join_room', room: 'dev' });
      await client.expect({ type: 'error', data: { message: 'Connectez-vous d’abord.' } });
    }
  });

  test('of a bot opens a link as well, with its scopes', async (t) => {
    const server = await start(t);
    const tcp = await upgrade(await account(t, server, 'alice'));
    tcp.send({ type: 'token', ref: '1', name: 'reader', scopes: ['read'] });
    const { token } = await tcp.next();

    const bot = await webConnect(t, server, { headers: { Authorization: `Bearer ${String(token)}` } });
    await bot.expect({ type: 'login', status: 'ok' });
    bot.send({ type: 'message', content: 'may I?' });
    await bot.expect({ type: 'error', code: 'forbidden' });
  });
});
