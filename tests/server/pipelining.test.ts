import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

type Json = Readonly<Record<string, unknown>>;
const line = (object: Json) => `${JSON.stringify(object)}\n`;

/** What an answer is, in one word. */
function kindOf({ type, code, status }: Json): string {
  if (type === 'error') return code as string;
  return type === 'ack' ? 'ack' : `${type} ${status}`;
}

/** Requests of every kind, and how each is answered. */
const asked: readonly (readonly [Json, string])[] = [
  [{ type: 'message', content: 'x' }, 'ack'],
  [{ type: 'users' }, 'users ok'],
  [{ type: 'message', content: 'x', to: 'bob' }, 'ack'],
  [{ type: 'ping' }, 'pong ok'],
  [{ type: 'message', content: 'x', to: 'nobody' }, 'not_found'],
  [{ type: 'dance' }, 'unknown_type'],
  [{ type: 'message', content: 5 }, 'invalid_field'],
  [{ type: 'whoami' }, 'whoami ok'],
  [{ type: 'message', content: 'x', channel: '#dev' }, 'ack'],
  [{ type: 'join', channel: '#ops' }, 'join ok'],
  [{ type: 'leave', channel: '#nowhere' }, 'not_found'],
  [{ type: 'help', topic: 'dance' }, 'not_found'],
  [{ type: 'message', content: 'x', nonce: 'n' }, 'ack'],
  [{ type: 'message', content: 'x', channel: '#a b' }, 'invalid_field'],
  [{ type: 'status', state: 'away' }, 'status ok'],
];

/** Sends all in one write and expects one answer each, in order. */
async function askAll(client: Client, requests: readonly (readonly [Json, string])[]): Promise<void> {
  client.write(requests.map(([request], index) => line({ ...request, ref: `${index}` })).join(''));
  for (const [index, [, kind]] of requests.entries()) {
    const answer = await client.next();
    assert.deepEqual([answer['ref'], kindOf(answer)], [`${index}`, kind]);
  }
}

test('every request has exactly one answer, in the order of the requests, whatever is mixed', async (t) => {
  const server = await startServer(t);
  await guest(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));

  await askAll(alice, Array.from({ length: 10 }, () => asked).flat());

  await alice.expectNothing();
});

test('any order of requests has its answers in that order', async (t) => {
  const server = await startServer(t);
  await guest(t, server, 'bob');
  const alice = await upgrade(await guest(t, server, 'alice'));

  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...asked), { minLength: 1, maxLength: 60 }), (requests) => askAll(alice, requests)),
    { numRuns: 25 },
  );
});

test('bad lines are answered in their place, too', async (t) => {
  const alice = await upgrade(await guest(t, await startServer(t), 'alice'));

  for (let round = 0; round < 3; round += 1) {
    alice.write(`${line({ type: 'message', content: 'x', ref: '1' })}oops\n${line({ type: 'message', content: 'x', ref: '2' })}[]\n`);
    alice.write(Buffer.from('{"type":"ping","x":"\xe9"}\n', 'latin1'));
    alice.write(line({ type: 'ping', ref: '3' }));

    await alice.expect({ type: 'ack', ref: '1' });
    await alice.expect({ type: 'error', code: 'bad_json' });
    await alice.expect({ type: 'ack', ref: '2' });
    await alice.expect({ type: 'error', code: 'bad_json' });
    await alice.expect({ type: 'error', code: 'invalid_utf8' });
    await alice.expect({ type: 'pong', ref: '3' });
  }
});

test('refusals for the rate are answered in their place, between acks', async (t) => {
  const clock = standingClock(t);
  const server = await startServer(t, { clock, set: ['limits.messages_guest.burst=6', 'limits.messages_guest.per_second=1'] });
  const alice = await connect(t, server);

  alice.write(
    line({ type: 'hello', version: 2 }) +
      Array.from({ length: 20 }, (_, index) => line({ type: 'message', content: 'x', ref: `${index}` })).join(''),
  );
  await alice.expect({ type: 'hello', status: 'ok' });

  for (let index = 0; index < 20; index += 1) {
    const answer = await alice.expect({ ref: `${index}` });
    assert.equal(kindOf(answer), index < 5 ? 'ack' : 'rate_limited', `${index}`);
  }
});

test('a thousand pipelined messages are acknowledged and heard in order, without gaps', async (t) => {
  const server = await startServer(t);
  const bob = await upgrade(await guest(t, server, 'bob'));
  const alice = await upgrade(await account(t, server, 'alice'));
  await bob.expect({ type: 'status', user: 'alice' });

  alice.write(Array.from({ length: 1000 }, (_, index) => line({ type: 'message', content: `${index}`, ref: `${index}` })).join(''));

  for (let index = 0; index < 1000; index += 1) {
    await alice.expect({ type: 'ack', ref: `${index}`, seq: index + 1 });
    await bob.expect({ type: 'message', content: `${index}`, seq: index + 1 });
  }
});

test('everybody hears a channel in the order of seq, though many talk at once', async (t) => {
  const server = await startServer(t);
  const talkers = await Promise.all(Array.from({ length: 5 }, (_, index) => guest(t, server, `talker${index}`)));
  const listeners = await Promise.all(['one', 'two'].map(async (name) => upgrade(await guest(t, server, name))));

  for (const [index, talker] of talkers.entries()) {
    talker.write(Array.from({ length: 100 }, (_, number) => line({ type: 'message', content: `${index} ${number}` })).join(''));
  }

  for (const listener of listeners) {
    const next = talkers.map(() => 0);
    for (let seq = 1; seq <= 500; seq += 1) {
      const { content } = await listener.expect({ type: 'message', seq });
      const [talker = 0, number] = (content as string).split(' ').map(Number);
      assert.equal(number, next[talker]);
      next[talker] = (next[talker] ?? 0) + 1;
    }
  }
});

test('what is written before an orderly end is answered before the end', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.write(Array.from({ length: 200 }, (_, index) => line({ type: 'message', content: 'x', ref: `${index}` })).join(''));
  alice.socket.end(line({ type: 'ping', ref: 'last' }));

  for (let index = 0; index < 200; index += 1) await alice.expect({ type: 'ack', ref: `${index}` });
  await alice.expect({ type: 'pong', ref: 'last' });
  await alice.ended();
  assert.deepEqual(alice.pending(), []);
});

test('a login in the middle of pipelined requests lets nothing overtake it', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await upgrade(await connect(t, server));

  client.write(
    [
      { type: 'register', username: 'alice', password: 'x', ref: '1' },
      { type: 'login', username: 'alice', password: 'x', ref: '2' },
      { type: 'message', content: 'hi', ref: '3' },
      { type: 'whoami', ref: '4' },
    ]
      .map(line)
      .join(''),
  );

  await client.expect({ type: 'register', status: 'ok', ref: '1' });
  await client.expect({ type: 'login', status: 'ok', ref: '2' });
  await client.expect({ type: 'ack', ref: '3' });
  await client.expect({ type: 'whoami', username: 'alice', ref: '4' });
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
  await bob.expect({ type: 'message', from: 'alice', content: 'hi' });
});
