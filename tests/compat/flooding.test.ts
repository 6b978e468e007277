import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, type Client, connect, guest } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

const slow = ['limits.messages_guest.burst=5', 'limits.messages_guest.per_second=2'];

/** A server whose clock the test moves: whoever is slowed waits until then. Bob listens. */
async function slowServer(t: TestContext, set: readonly string[] = slow) {
  const clock = standingClock(t);
  const server = await startServer(t, { set, clock });
  return { server, clock, bob: await guest(t, server, 'bob') };
}

/** A guest that has said nothing yet but its first message, which costs one. */
async function talker(t: TestContext, server: { readonly port: number }, listener: Client): Promise<Client> {
  const client = await connect(t, server);
  client.send({ type: 'message', from: 'alice', content: '0' });
  await listener.expect({ from: 'alice', content: '0' });
  return client;
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `{"type":"message","content":"${from + index}"}\n`).join('');

async function expectEach(listener: Client, from: number, to: number): Promise<void> {
  for (let number = from; number <= to; number += 1) await listener.expect({ type: 'message', content: `${number}` });
}

test('a v1 session over its rate is slowed: its messages come later, in order, and it is told nothing', async (t) => {
  const { server, clock, bob } = await slowServer(t);
  const alice = await talker(t, server, bob);

  alice.write(lines(1, 20));
  await expectEach(bob, 1, 4);
  assert.deepEqual(bob.pending(), []);
  for (let number = 5; number <= 20; number += 1) {
    clock.advance(499);
    clock.advance(1);
    await expectEach(bob, number, number);
    assert.deepEqual(bob.pending(), []);
  }

  assert.equal(alice.bytes, 0);
  assert.equal(alice.isEnded, false);
});

test('a slowed session still hears the others', async (t) => {
  const { server, bob } = await slowServer(t);
  const alice = await talker(t, server, bob);
  alice.write(lines(1, 20));
  await expectEach(bob, 1, 4);

  bob.send({ type: 'message', content: 'slow down' });

  await alice.expect({ from: 'bob', content: 'slow down' });
});

test('a slowed session delays nobody else, of the same address neither', async (t) => {
  const { server, bob } = await slowServer(t);
  const alice = await talker(t, server, bob);
  alice.write(lines(1, 500));
  await expectEach(bob, 1, 4);

  const carol = await guest(t, server, 'carol');
  carol.send({ type: 'message', content: 'quick' });

  await bob.expect({ from: 'carol', content: 'quick' });
});

test('the timers of a slowed session stand still: neither idle nor unfinished lines end it', async (t) => {
  const set = ['limits.messages_guest.burst=3', 'limits.messages_guest.per_second=0.001', 'limits.idle_s=60', 'limits.slow_line_s=5'];
  const { server, clock, bob } = await slowServer(t, set);
  const alice = await talker(t, server, bob);
  alice.write(`${lines(1, 3)}{"type":"mess`);
  await expectEach(bob, 1, 2);

  const carol = await guest(t, server, 'carol');
  for (let seconds = 0; seconds < 990; seconds += 10) clock.advance(10_000);
  await carol.ended();
  assert.equal(alice.isEnded, false);
  const dora = await guest(t, server, 'dora');
  clock.advance(10_000);
  await dora.expect({ from: 'alice', content: '3' });
  for (const user of ['bob', 'carol']) await alice.expect({ type: 'status', user, state: 'offline' });
  assert.equal(alice.isEnded, false);
});

test('after an orderly end all that a slowed session sent is still said, then it is offline', async (t) => {
  const { server, clock, bob } = await slowServer(t);
  const alice = await talker(t, server, bob);

  alice.write(lines(1, 60));
  alice.socket.end();
  await expectEach(bob, 1, 4);
  for (let number = 5; number <= 60; number += 1) {
    clock.advance(500);
    await expectEach(bob, number, number);
  }

  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await alice.ended();
});

test('a slowed session is not read: what it sends on waits on its own side', async (t) => {
  const { server, clock, bob } = await slowServer(t);
  const alice = await talker(t, server, bob);
  const content = 'x'.repeat(10_000);

  for (let count = 0; count < 3000; count += 1) alice.send({ type: 'message', content });
  for (let count = 0; count < 4; count += 1) await bob.expect({ content });
  await guest(t, server, 'carol');

  assert.ok(alice.socket.writableLength > 10_000_000, `${alice.socket.writableLength} bytes are left`);
  alice.reset();
  bob.send({ type: 'message', content: 'anybody?' });
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  clock.advance(5000);
  await bob.expectNothing();
});

test('a thousand messages in one go, then an orderly end: every one is said, in order, then offline once', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await account(t, server, 'alice');
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });

  alice.write(lines(1, 1000));
  await alice.leave();

  await expectEach(bob, 1, 1000);
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expectNothing();
  assert.deepEqual(alice.pending(), []);
});

test('a thousand messages as the whole life of a connection: named, said, ended', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await connect(t, server);

  alice.write(`{"type":"message","from":"alice","content":"1"}\n${lines(2, 1000)}`);
  await alice.leave();

  await expectEach(bob, 1, 1000);
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
});

test('after a reset in the middle of a thousand messages it is offline once, and what was said is whole and in order', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  for (let round = 0; round < 5; round += 1) {
    const alice = await guest(t, server, 'alice');
    alice.write(lines(1, 1000));
    await bob.expect({ from: 'alice', content: '1' });
    alice.reset();

    let last = 1;
    let offline = 0;
    // What was on its way to the disk may still be told after the offline; a word of one's own comes after all of it.
    while (offline === 0) {
      const line = await bob.next();
      if (line['type'] === 'status') offline += 1;
      else assert.equal(line['content'], `${++last}`);
    }
    const carol = await guest(t, server, 'carol');
    carol.send({ type: 'message', content: 'end' });
    for (let content = ''; content !== 'end'; ) {
      const line = await bob.next();
      assert.equal(line['type'], 'message');
      content = line['content'] as string;
      if (content !== 'end') assert.equal(content, `${++last}`);
    }
    bob.send({ type: 'users' });
    await bob.expect({ users: ['bob', 'carol'] });
    await carol.leave();
    await bob.expect({ type: 'status', user: 'carol', state: 'offline' });
  }
});
