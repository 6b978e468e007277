import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { connectFrom } from '../support/addresses.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';

const password = (name: string) => `password of ${name}`;

/** One try on a connection of its own, from that address: `ok`, or the code of the refusal. */
async function attempt(
  t: TestContext,
  server: TestServer,
  request: { readonly type: 'register' | 'login'; readonly username: string; readonly password?: string; readonly from?: string },
): Promise<unknown> {
  const { from = '127.0.0.1', ...credentials } = request;
  const client = await connectFrom(t, server, from);
  client.send({ password: password(request.username), ...credentials });
  const { status, code, message } = await client.next();
  client.reset();
  return status ?? code ?? message;
}

/** The same try so many times, one after the other. */
async function attempts(count: number, run: (index: number) => Promise<unknown>): Promise<readonly unknown[]> {
  const outcomes: unknown[] = [];
  for (let index = 0; index < count; index += 1) outcomes.push(await run(index));
  return outcomes;
}

describe('sessions of one account', () => {
  test('past the limit the oldest is told and closed, and the others stay', async (t) => {
    const server = await startServer(t, { set: ['limits.sessions_per_account=2'] });
    const first = await upgrade(await account(t, server, 'alice'));
    const enter = async () => {
      const client = await connect(t, server);
      client.send({ type: 'login', username: 'alice', password: password('alice') });
      await client.expect({ type: 'login', status: 'ok' });
      return client;
    };
    const second = await enter();
    const third = await enter();

    await first.expect({ type: 'status', user: 'alice' });
    await first.expect({ type: 'error', code: 'session_expired', fatal: true });
    await first.ended();
    await second.expect({ type: 'status', user: 'alice' });
    await enter();
    await second.expect({ type: 'message', from: 'serveur' });
    await second.ended();

    await third.expect({ type: 'status', user: 'alice' });
    third.send({ type: 'users' });
    await third.expect({ type: 'users', users: ['alice'] });
  });
});

describe('registrations of one address', () => {
  const set = [
    'auth.registrations_per_address.burst=3',
    'auth.registrations_per_address.per_second=0.1',
    'limits.shared_addresses=127.0.0.64/26=2',
  ];

  test('past the burst are refused; another address is not, and time gives them back', async (t) => {
    const clock = new FakeClock();
    const server = await startServer(t, { set, clock });
    const register = (name: string, from = '127.0.0.2') => attempt(t, server, { type: 'register', username: name, from });

    assert.deepEqual(await attempts(5, (index) => register(`pupil${index}`)), ['ok', 'ok', 'ok', 'rate_limited', 'rate_limited']);
    assert.equal(await register('elsewhere', '127.0.0.3'), 'ok');
    clock.advance(10_000);
    assert.deepEqual([await register('later'), await register('too-early')], ['ok', 'rate_limited']);
  });

  test('are a multiple for a shared network', async (t) => {
    const server = await startServer(t, { set, clock: new FakeClock() });

    const outcomes = await attempts(8, (index) => attempt(t, server, { type: 'register', username: `pupil${index}`, from: '127.0.0.70' }));

    assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, 6);
  });

  test('with names that are taken use up a bucket of their own', async (t) => {
    const server = await startServer(t, { set: ['auth.refused_registrations_per_address.burst=3'], clock: new FakeClock() });
    await account(t, server, 'alice');
    const from = '127.0.0.2';

    const outcomes = await attempts(5, () => attempt(t, server, { type: 'register', username: 'alice', from }));

    const taken = 'Username already exists.';
    assert.deepEqual(outcomes, [taken, taken, taken, 'rate_limited', 'rate_limited']);
    assert.equal(await attempt(t, server, { type: 'register', username: 'bob', from: '127.0.0.3' }), 'ok');
  });

  test('in all are limited, too', async (t) => {
    const server = await startServer(t, { set: ['auth.registrations_total.burst=3'], clock: new FakeClock() });

    const outcomes = await attempts(5, (index) =>
      attempt(t, server, { type: 'register', username: `pupil${index}`, from: `127.0.2.${index + 1}` }),
    );

    assert.deepEqual(outcomes, ['ok', 'ok', 'ok', 'rate_limited', 'rate_limited']);
  });
});

describe('wrong passwords', () => {
  const wrong = (from: string, username = 'alice') => ({ type: 'login', username, password: 'guessed', from }) as const;
  const right = (from: string, username = 'alice') => ({ type: 'login', username, from }) as const;
  const failed = 'Login failed.';

  test('hold back whoever guesses; the owner, and others behind the same address, get in', async (t) => {
    const server = await startServer(t, { set: ['auth.wrong_per_account_address=3'], clock: new FakeClock() });
    assert.equal(await attempt(t, server, { type: 'register', username: 'alice', from: '127.0.0.3' }), 'ok');
    assert.equal(await attempt(t, server, { type: 'register', username: 'bob', from: '127.0.0.2' }), 'ok');

    const guesses = await attempts(5, () => attempt(t, server, wrong('127.0.0.2')));

    assert.deepEqual(guesses, [failed, failed, failed, 'rate_limited', 'rate_limited']);
    assert.equal(await attempt(t, server, right('127.0.0.2')), 'rate_limited', 'a right guess is not tried either');
    assert.equal(await attempt(t, server, right('127.0.0.3')), 'ok', 'the owner');
    assert.equal(await attempt(t, server, right('127.0.0.2', 'bob')), 'ok', 'the neighbour');
  });

  test('of one address over many accounts use up its bucket, and an unknown name costs and says the same', async (t) => {
    const server = await startServer(t, {
      set: ['auth.wrong_per_address.burst=4', 'auth.wrong_per_address.per_second=0.001'],
      clock: new FakeClock(),
    });
    await attempts(4, (index) => attempt(t, server, { type: 'register', username: `pupil${index}`, from: '127.0.0.3' }));

    const guesses = await attempts(6, (index) =>
      attempt(t, server, wrong('127.0.0.2', index % 2 === 0 ? `pupil${index}` : `nobody${index}`)),
    );

    assert.deepEqual(guesses, [failed, failed, failed, failed, 'rate_limited', 'rate_limited']);
    assert.equal(await attempt(t, server, wrong('127.0.0.4')), failed);
  });

  test('are remembered over a restart', async (t) => {
    const set = ['auth.wrong_per_account_address=3'];
    const clock = new FakeClock();
    const server = await startServer(t, { set, clock });
    await attempt(t, server, { type: 'register', username: 'alice', from: '127.0.0.3' });
    await attempts(4, () => attempt(t, server, wrong('127.0.0.2')));
    await server.stop();

    const again = await startServer(t, { set, clock, folder: server.folder });

    assert.equal(await attempt(t, again, wrong('127.0.0.2')), 'rate_limited');
    assert.equal(await attempt(t, again, right('127.0.0.3')), 'ok');
  });
});

describe('messages of one address', () => {
  test('are limited over all its sessions, and those of another address are not', async (t) => {
    const set = ['limits.messages_per_address.burst=20', 'limits.messages_per_address.per_second=0.001'];
    const server = await startServer(t, { set, clock: new FakeClock() });
    const from = async (address: string, name: string) => {
      const client = await connectFrom(t, server, address);
      client.send({ type: 'message', from: name, content: '' });
      return upgrade(client);
    };
    const crowd: Client[] = [];
    for (const name of ['ann', 'ben', 'cat']) crowd.push(await from('127.0.0.2', name));
    const other = await from('127.0.0.3', 'other');

    // A greeting and a hello of each cost two.
    const outcomes = await attempts(18, async (index) => {
      const client = crowd[index % 3] as Client;
      client.send({ type: 'ping', ref: `${index}` });
      return (await client.next())['type'];
    });
    other.send({ type: 'ping', ref: 'other' });

    assert.deepEqual(outcomes, [...new Array<string>(14).fill('pong'), ...new Array<string>(4).fill('error')]);
    await other.expect({ type: 'pong', ref: 'other' });
  });
});

describe('a class at the bell', () => {
  test('of forty behind one address registers and logs in with the shipped limits: everybody gets in', async (t) => {
    const server = await startServer(t, { hasShippedRates: true });
    const pupils = Array.from({ length: 40 }, (_, index) => `pupil${index + 1}`);
    await Promise.all(pupils.map((username) => attempt(t, server, { type: 'register', username })));
    const classroom = await Promise.all(pupils.map(() => connect(t, server)));

    const startedAt = performance.now();
    const logIn = async (client: Client, username: string): Promise<Readonly<Record<string, unknown>>> => {
      client.send({ type: 'login', username, password: password(username) });
      const answer = await client.next();
      // On a machine that others keep busy a hash may wait for longer than limits.hash_wait_s; that is not the queue's doing.
      const isTooSlow = answer['code'] === 'server_busy' && performance.now() - startedAt > 10_000;
      return isTooSlow ? logIn(client, username) : answer;
    };
    const answers = await Promise.all(classroom.map((client, index) => logIn(client, pupils[index] ?? '')));

    t.diagnostic(`the last of forty was in after ${(performance.now() - startedAt).toFixed(0)} ms`);
    assert.deepEqual(
      answers.map(({ type, status }) => ({ type, status })),
      pupils.map(() => ({ type: 'login', status: 'ok' })),
    );
    const latecomer = await guest(t, server, 'latecomer');
    latecomer.send({ type: 'users' });
    assert.equal(((await latecomer.next())['users'] as unknown[]).length, 41);
  });
});
