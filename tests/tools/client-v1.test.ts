import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { ChatError } from '../../tools/client/main.ts';
import { listen, listenAs } from '../support/chat-client.ts';
import { type CourseServer, startCourseServer } from '../support/course-server.ts';
import { standingClock } from '../support/fake-clock.ts';
import { freePort } from '../support/server-process.ts';

const soon = { limits: { helloMs: 50 } };
const isUnknown = (error: unknown) => error instanceof ChatError && error.code === 'unknown_type';

for (const onHello of ['ignores', 'hangs up', 'complains'] as const) {
  test(`a course server that ${onHello} at hello is spoken to in v1`, async (t) => {
    const server = await startCourseServer(t, { onHello });

    const alice = await listen(t, server, soon);

    assert.deepEqual([alice.client.generation, alice.client.state, alice.client.me?.username], [1, 'online', 'alice']);
    assert.deepEqual((await alice.client.request({ type: 'users' })).users, ['alice']);
  });
}

test('of a slow course server the answer that nobody waits for any more is taken for no other', async (t) => {
  const asked: string[] = [];
  const answer = (users: string[]) => `${JSON.stringify({ type: 'users', users })}\n`;
  // The first of two `users` is answered when the second has come: slower than any patience, and in order.
  const slow = createServer((socket) => {
    createInterface({ input: socket }).on('line', (line) => {
      if (!line.includes('"users"')) return;
      asked.push(line);
      if (asked.length === 2) socket.write(answer([]) + answer(['alice']));
    });
    socket.on('error', () => undefined);
    t.after(() => socket.destroy());
  });
  t.after(() => slow.close());
  const port = await freePort();
  await once(slow.listen(port, '127.0.0.1'), 'listening');

  const alice = await listen(t, { port }, soon);

  assert.deepEqual((await alice.client.request({ type: 'users' })).users, ['alice']);
});

test('the server has 1.5 s to answer hello, by the clock of the client', async (t) => {
  const timers = standingClock(t);
  const server = await startCourseServer(t);
  const coming = listen(t, server, { timers, limits: { helloMs: 1500 } });
  await untilLines(server, 1);

  timers.advance(1499);
  assert.equal(server.lines.length, 1);
  timers.advance(1);

  assert.equal((await coming).client.generation, 1);
});

test('people, messages and states of a course server have the shape of v2, as far as they exist', async (t) => {
  const server = await startCourseServer(t);
  const alice = await listenAs(t, server, { user: 'alice', ...soon });
  const bob = await listenAs(t, server, { user: 'bob', ...soon });

  const sent = bob.client.say('#general', 'déjà vu 👍');
  assert.deepEqual(await sent.done, { channel: '#general' });
  await bob.client.say('alice', 'psst').done;
  await bob.client.request({ type: 'status', state: 'away' });
  await alice.until('status', ({ state }) => state === 'away');
  await bob.client.close();
  await alice.until('status', ({ state }) => state === 'offline');

  assert.deepEqual(
    alice.events
      .filter((event) => event.type === 'message' || event.type === 'status')
      .map((event) => (event.type === 'message' ? { ...event, timestamp: isRecent(event.timestamp) } : event)),
    [
      { type: 'status', user: 'bob', state: 'online' },
      { type: 'message', subtype: 'global', channel: '#general', from: 'bob', content: 'déjà vu 👍', timestamp: true },
      { type: 'message', subtype: 'private', to: 'alice', from: 'bob', content: 'psst', timestamp: true },
      { type: 'status', user: 'bob', state: 'away' },
      { type: 'status', user: 'bob', state: 'offline' },
    ],
  );
  assert.ok(
    server.lines.every((line) => /^[\x20-\x7e]*$/.test(line)),
    'a course server hangs up on a character cut in two',
  );
});

test('what v1 has no word for is refused with unknown_type, and nothing of it is sent', async (t) => {
  const server = await startCourseServer(t);
  const alice = await listen(t, server, soon);
  await alice.client.request({ type: 'users' });
  const before = server.lines.length;

  await assert.rejects(alice.client.request({ type: 'history', channel: '#general' }), isUnknown);
  await assert.rejects(alice.client.say('#dev', 'only for #dev').done, isUnknown);
  await alice.client.request({ type: 'users' });

  assert.equal(server.lines.length, before + 1);
});

test('a wrong password is login_failed in v1 too, and the end', async (t) => {
  const server = await startCourseServer(t);
  await (await listenAs(t, server, { user: 'alice', ...soon })).client.close();

  await assert.rejects(
    listen(t, server, { identity: { user: 'alice', password: 'wrong' }, ...soon }),
    (error) => error instanceof ChatError && error.code === 'login_failed',
  );
});

test('after a cut of a course server one is back, and what was said meanwhile is sent once', async (t) => {
  const port = await freePort();
  const first = await startCourseServer(t, { port });
  const alice = await listen(t, first, soon);
  await first.stop();
  await alice.until('state', ({ state }) => state === 'waiting');
  const sent = alice.client.say('#general', 'are you there?');
  assert.equal(sent.status, 'pending');

  const second = await startCourseServer(t, { port });
  await sent.done;
  await alice.client.request({ type: 'users' });

  assert.equal(second.lines.filter((line) => line.includes('are you there?')).length, 1);
});

test('a server that answers hello too late is not taken for a course server for good', async (t) => {
  let hellos = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.trim().split('\n')) {
        const { type, ref } = JSON.parse(line) as { type: string; ref?: string };
        const hello = { type: 'hello', status: 'ok', version: 2, caps: [], channels: [], channel: '#general' };
        if (type === 'hello') hellos += 1;
        // The first hello is answered when the client has given up on it, and speaks v1.
        if (ref === undefined && type === 'message') socket.write(`${JSON.stringify(hello)}\n`);
        else if (hellos > 1 && ref !== undefined) socket.write(`${JSON.stringify({ ...hello, type, ref })}\n`);
      }
    });
  });
  t.after(() => server.close());
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  const alice = await listen(t, { port }, soon);
  if (alice.client.generation === 1) await alice.until('state', ({ state }) => state === 'connecting');
  while (alice.client.generation === 1 || alice.client.state !== 'online') await new Promise((resolve) => setImmediate(resolve));

  assert.equal(hellos, 2);
});

async function untilLines(server: CourseServer, count: number): Promise<void> {
  while (server.lines.length < count) await new Promise((resolve) => setImmediate(resolve));
}

function isRecent(timestamp: string): boolean {
  return Math.abs(Date.parse(timestamp) - Date.now()) < 3600_000;
}
