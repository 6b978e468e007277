import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { scopeTable } from '../../server/commands/scopes.ts';
import { requests } from '../../server/protocol/index.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Listed {
  readonly id: string;
  readonly kind: string;
  readonly client: string;
  readonly address: string;
  readonly here: boolean;
  readonly current: boolean;
  readonly expires: string | null;
}

const sessionsOf = async (client: Client) => (await ask(client, { type: 'sessions' }))['sessions'] as Listed[];

/** alice, and a bot of hers with these scopes. */
async function withBot(t: TestContext, scopes: readonly string[], clock?: FakeClock) {
  const server = await startServer(t, clock === undefined ? {} : { clock });
  const { alice } = await people(t, server, { alice: [] });
  const { token, id } = await ask(alice, { type: 'token', name: 'bot', scopes });
  const bot = await upgrade(await connect(t, server));
  await ask(bot, { type: 'login', token });
  return { server, alice, bot, token: String(token), id: Number(id) };
}

/** Another session of alice, that says who it is. */
async function phoneOf(t: TestContext, server: TestServer): Promise<Client> {
  const phone = await connect(t, server);
  phone.send({ type: 'hello', version: 2, client: 'phone/2' });
  await phone.expect({ type: 'hello' });
  await ask(phone, { type: 'login', username: 'alice', password: 'password of alice' });
  return phone;
}

describe('sessions', () => {
  test('are listed with what they are, and which of them this is', async (t) => {
    const server = await startServer(t);
    const { alice } = await people(t, server, { alice: [] });
    const phone = await phoneOf(t, server);

    const listed = await sessionsOf(phone);

    assert.deepEqual(
      listed.map(({ kind, client, here, current, expires }) => ({ kind, client, here, current, expires })),
      [
        { kind: 'password', client: '', here: true, current: false, expires: null },
        { kind: 'password', client: 'phone/2', here: true, current: true, expires: null },
      ],
    );
    assert.doesNotMatch(JSON.stringify(listed), /127\.0\.0\.1/);
    assert.deepEqual(
      (await sessionsOf(alice)).map(({ current }) => current),
      [true, false],
    );
  });

  test('that are cut can be taken up and stand in the list as long; a v1 one is gone with its connection', async (t) => {
    const server = await startServer(t);
    const { alice } = await people(t, server, { alice: [] });
    const phone = await upgrade(await connect(t, server));
    const { resume_token: token } = await ask(phone, { type: 'login', username: 'alice', password: 'password of alice' });
    const old = await login(await connect(t, server), 'alice', null);
    await alice.expect({ type: 'status' });
    const [, phoneId, oldId] = (await sessionsOf(alice)).map(({ id }) => id);

    await phone.leave();
    await old.leave();
    let listed = await sessionsOf(alice);
    while (listed.length > 2 || listed[1]?.here !== false || listed[1].expires === null) listed = await sessionsOf(alice);
    assert.deepEqual([listed[1].id, listed.some(({ id }) => id === oldId)], [phoneId, false]);

    const again = await upgrade(await connect(t, server));
    await ask(again, { type: 'resume', token });
    const [, taken] = await sessionsOf(again);
    assert.deepEqual([taken?.id, taken?.here, taken?.current, taken?.expires], [phoneId, true, true, null]);
  });

  test('are ended from another one, which is told; what they could be taken up with is void', async (t) => {
    const server = await startServer(t);
    const { alice, bob } = await people(t, server, { alice: [], bob: [] });
    const phone = await upgrade(await connect(t, server));
    const { resume_token: token } = await ask(phone, { type: 'login', username: 'alice', password: 'password of alice' });
    const [own, other] = await sessionsOf(alice);

    await refused(bob, { type: 'revoke', session: other?.id }, 'not_found');
    await refused(alice, { type: 'revoke', session: own?.id }, 'conflict');
    await ask(alice, { type: 'revoke', session: other?.id });

    await phone.expect({ type: 'error', code: 'session_expired', fatal: true });
    await phone.ended();
    const again = await upgrade(await connect(t, server));
    await refused(again, { type: 'resume', token }, 'session_expired');
    await refused(alice, { type: 'revoke', session: other?.id }, 'not_found');
    assert.equal((await sessionsOf(alice)).length, 1);
  });

  test('of a logout are gone from the list, and nobody without an account has any', async (t) => {
    const server = await startServer(t);
    const { alice } = await people(t, server, { alice: [] });
    const phone = await phoneOf(t, server);

    await ask(phone, { type: 'logout' });
    await refused(phone, { type: 'sessions' }, 'not_authenticated');
    assert.equal((await sessionsOf(alice)).length, 1);
    const bob = await upgrade(await guest(t, server, 'bob'));
    for (const type of ['sessions', 'tokens']) await refused(bob, { type }, 'forbidden');
    await refused(bob, { type: 'token', name: 'x', scopes: ['read'] }, 'forbidden');
    await refused(bob, { type: 'revoke', session: 'x' }, 'forbidden');
  });

  test('of connections are forgotten by the next start', async (t) => {
    const server = await startServer(t);
    await people(t, server, { alice: [] });
    await server.stop();

    const next = await startServer(t, { folder: server.folder });
    const alice = await login(await connect(t, next), 'alice', []);

    assert.equal((await sessionsOf(alice)).length, 1);
  });

  test('are revoked by exactly one form of revoke', async (t) => {
    const { alice } = await people(t, await startServer(t), { alice: [] });

    for (const [field, request] of [
      ['channel', {}],
      ['username', { channel: '#general' }],
      ['session', { channel: '#general', username: 'bob', session: 'x' }],
      ['token', { session: 'x', token: 1 }],
      ['token', { token: 'x' }],
    ] as const) {
      alice.send({ type: 'revoke', ref: 'r', ...request });
      await alice.expect({ type: 'error', code: 'invalid_field', field, ref: 'r' });
    }
  });
});

describe('a change of password', () => {
  test('wants the old one, keeps the policy, and sends the other sessions and the bots away', async (t) => {
    const { server, alice, bot, token } = await withBot(t, ['read']);
    const old = await login(await connect(t, server), 'alice', null);
    await alice.expect({ type: 'status' });

    await refused(alice, { type: 'password', old: 'wrong', new: 'new words' }, 'login_failed');
    await refused(alice, { type: 'password', old: 'password of alice', new: '' }, 'weak_password');
    await refused(alice, { type: 'password', old: 'password of alice', new: 'password of alice' }, 'weak_password');
    const answer = await ask(alice, { type: 'password', old: 'password of alice', new: 'new words' });

    assert.deepEqual([answer['sessions_ended'], answer['tokens_revoked']], [2, 1]);
    await old.expect({ type: 'message', from: 'serveur', content: 'Your password was changed: log in again.' });
    await old.ended();
    for (let line = await bot.next(); line['type'] !== 'error'; line = await bot.next());
    await bot.ended();
    assert.equal((await sessionsOf(alice)).length, 1);
    const back = await upgrade(await connect(t, server));
    await refused(back, { type: 'login', username: 'alice', password: 'password of alice' }, 'login_failed');
    await refused(back, { type: 'login', token }, 'session_expired');
    await ask(back, { type: 'login', username: 'alice', password: 'new words' });
  });

  test('leaves the bots when it is told to', async (t) => {
    const { alice, bot } = await withBot(t, ['read']);

    const answer = await ask(alice, { type: 'password', old: 'password of alice', new: 'new words', keep_tokens: true });

    assert.deepEqual([answer['sessions_ended'], answer['tokens_revoked']], [0, 0]);
    await ask(bot, { type: 'channels' });
  });

  test('has a throttle of its own', async (t) => {
    const clock = new FakeClock();
    const { alice } = await people(t, await startServer(t, { clock, set: ['limits.ping_s=1000'] }), { alice: [] });
    const attempt = (code: string) => refused(alice, { type: 'password', old: 'wrong', new: 'x' }, code);

    for (let index = 0; index < 5; index += 1) await attempt('login_failed');
    assert.ok(Number((await attempt('rate_limited'))['retry_after_ms']) > 100_000);
    clock.advance(120_000);
    await attempt('login_failed');
    await attempt('rate_limited');
  });
});

describe('a bearer token', () => {
  test('is shown once, listed without what it is, and opens its account until it is revoked', async (t) => {
    const { server, alice, bot, token, id } = await withBot(t, ['read', 'post']);

    assert.match(token, /^cct_[\w-]{43}$/);
    assert.equal((await ask(bot, { type: 'whoami' }))['username'], 'alice');
    const listed = await ask(alice, { type: 'tokens' });
    const [row] = listed['tokens'] as Record<string, unknown>[];
    assert.deepEqual([row?.['id'], row?.['name'], row?.['scopes']], [id, 'bot', ['read', 'post']]);
    assert.ok(!JSON.stringify(listed).includes(token.slice(4)));
    assert.deepEqual(
      (await sessionsOf(alice)).map(({ kind }) => kind),
      ['password', 'token'],
    );

    await ask(alice, { type: 'revoke', token: id });
    await bot.expect({ type: 'error', code: 'session_expired', fatal: true });
    await bot.ended();
    const again = await upgrade(await connect(t, server));
    await refused(again, { type: 'login', token }, 'session_expired');
    await refused(again, { type: 'login', token: `${token}x` }, 'session_expired');
    await refused(again, { type: 'login', token: 'not.a.token' }, 'session_expired');
    await refused(alice, { type: 'revoke', token: id }, 'not_found');
  });

  test('of somebody else cannot be revoked, and looks as if there were none', async (t) => {
    const { server, id } = await withBot(t, ['read']);
    const bob = await upgrade(await account(t, server, 'bob'));

    await refused(bob, { type: 'revoke', token: id }, 'not_found');
    assert.deepEqual((await ask(bob, { type: 'tokens' }))['tokens'], []);
  });

  test('opens nothing after its time, and who is here with it is sent away', async (t) => {
    const clock = new FakeClock();
    const server = await startServer(t, { clock });
    const { alice } = await people(t, server, { alice: [] });
    const { token } = await ask(alice, { type: 'token', name: 'short', scopes: ['read'], duration_s: 60 });
    const bot = await upgrade(await connect(t, server));
    await ask(bot, { type: 'login', token });

    clock.advance(60_000);

    for (let line = await bot.next(); line['type'] !== 'error'; line = await bot.next());
    await bot.ended();
    await refused(await upgrade(await connect(t, server)), { type: 'login', token }, 'session_expired');
  });

  test('may do what its scopes say, and nothing else', async (t) => {
    const { server, alice, bot } = await withBot(t, ['post']);
    await server.app.moderation.roles.set({ key: 'operator:t', name: 't', role: 'admin', accountId: null }, 'alice', 'admin');

    await say(bot, 'built');
    await alice.expect({ type: 'message', content: 'built' });
    for (const request of [
      { type: 'history', channel: '#general' },
      { type: 'channels' },
      { type: 'create', channel: '#mine' },
      { type: 'grant', channel: '#general', username: 'alice', role: 'owner' },
      { type: 'ban', username: 'alice', reason: 'x' },
      { type: 'level', level: 1 },
      { type: 'delete', id: 1 },
      { type: 'password', old: 'password of alice', new: 'x' },
      { type: 'token', name: 'more', scopes: ['moderate'] },
      { type: 'tokens' },
      { type: 'sessions' },
      { type: 'revoke', session: 'x' },
      { type: 'revoke', token: 1 },
      { type: 'login', username: 'alice', password: 'password of alice' },
    ])
      await refused(bot, request, 'forbidden');
    const help = (await ask(bot, { type: 'help' }))['requests'] as { type: string }[];
    assert.deepEqual(
      help.map(({ type }) => type).filter((type) => !['any', 'post'].includes(String(scopeTable[type as 'help']))),
      [],
    );
  });

  test('that may not read hears nobody, and what it says is heard', async (t) => {
    const { server, alice, bot } = await withBot(t, ['post']);
    const bob = await upgrade(await account(t, server, 'bob'), ['typing']);
    await alice.expect({ type: 'status', user: 'bob' });

    await say(alice, 'in the channel');
    await bob.expect({ type: 'message', content: 'in the channel' });
    bob.send({ type: 'message', subtype: 'private', to: 'alice', content: 'in private' });
    await bob.expect({ type: 'ack' });
    await alice.expect({ type: 'message', content: 'in private' });
    await say(bot, 'from the bot');

    await bob.expect({ content: 'from the bot' });
    assert.deepEqual(bot.pending(), []);
  });

  test('works on a v1 connection, for bots of one line', async (t) => {
    const { server, token, alice } = await withBot(t, ['post']);
    const bot = await connect(t, server);

    bot.send({ type: 'login', token });
    assert.equal(await bot.line(), '{"type": "login", "status": "ok", "username": "alice"}');
    bot.send({ type: 'message', subtype: 'global', content: 'hi' });

    await alice.expect({ type: 'status' });
    await alice.expect({ type: 'message', content: 'hi' });
  });

  test('cannot take over a connection that is an account already, and 25 are enough', async (t) => {
    const { alice, token } = await withBot(t, ['read']);

    await refused(alice, { type: 'login', token }, 'conflict');
    for (let index = 1; index < 25; index += 1) await ask(alice, { type: 'token', name: `t${index}`, scopes: ['read'] });
    await refused(alice, { type: 'token', name: 'one more', scopes: ['read'] }, 'quota_exceeded');
  });
});

test('the table of scopes covers exactly the requests', () => {
  assert.deepEqual(Object.keys(scopeTable).toSorted(), Object.keys(requests).toSorted());
});

test('no password, token or resume token is ever in the log, whatever is refused', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  const secrets: string[] = ['password of alice', 'swordfish', 'cct_guess'];
  const { token } = await ask(alice, { type: 'token', name: 'bot', scopes: ['read'] });
  const bot = await upgrade(await connect(t, server));
  const { resume_token: resume } = await ask(bot, { type: 'login', token });
  secrets.push(String(token), String(resume));
  await refused(await upgrade(await connect(t, server)), { type: 'login', token: 'cct_guess' }, 'session_expired');
  await refused(alice, { type: 'password', old: 'swordfish', new: 'x' }, 'login_failed');
  await ask(alice, { type: 'password', old: 'password of alice', new: 'swordfish' });
  bot.write(`{"type":"login","token":"${String(token)}"\n`);
  await bot.ended();

  const log = server.log();
  assert.match(log, /auth\.password/);
  for (const secret of secrets) assert.ok(!log.includes(secret), secret);
});

test('the secret of the gateway is made once, for its owner only', async (t) => {
  const server = await startServer(t);

  assert.equal(statSync(join(server.folder, 'jwt.key')).mode & 0o777, 0o600);
});
