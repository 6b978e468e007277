import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { account, type Client, connect, upgrade } from '../support/client.ts';
import { Member } from '../support/member.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** A v2 session of an account that exists; answers its resume token. */
async function login(t: TestContext, server: TestServer, name: string): Promise<{ client: Client; token: string }> {
  const client = await upgrade(await connect(t, server));
  client.send({ type: 'login', ref: 'l', username: name, password: `password of ${name}` });
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'l') return { client, token: String(line['resume_token']) };
  }
}

/** Takes a session up again; the lines that come before the answer, and the answer. */
async function resume(client: Client, token: string, seen?: Record<string, number>) {
  client.send({ type: 'resume', ref: 'r', token, ...(seen === undefined ? {} : { seen }) });
  const lines: Record<string, unknown>[] = [];
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'r') return { lines, answer: line };
    if (line['type'] !== 'status') lines.push(line);
  }
}

async function twoAccounts(t: TestContext) {
  const server = await startServer(t);
  for (const name of ['alice', 'bob']) await (await account(t, server, name)).leave();
  return { server, alice: await login(t, server, 'alice'), bob: await login(t, server, 'bob') };
}

async function say(client: Client, content: string): Promise<number> {
  client.send({ type: 'message', ref: content, content });
  for (;;) {
    const line = await client.next();
    if (line['ref'] === content) return Number(line['seq']);
  }
}

test('after a cut a session gets what it missed, in order, before the answer, and hears on', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  await say(alice.client, 'heard');
  bob.client.reset();
  await say(alice.client, 'missed 1');
  await say(alice.client, 'missed 2');

  const again = await upgrade(await connect(t, server));
  const { lines, answer } = await resume(again, bob.token, { '#general': 1 });

  assert.deepEqual(
    lines.map(({ content, seq }) => [content, seq]),
    [
      ['missed 1', 2],
      ['missed 2', 3],
    ],
  );
  assert.deepEqual(
    { status: answer['status'], username: answer['username'], replayed: answer['replayed'], gaps: answer['gaps'] },
    { status: 'ok', username: 'bob', replayed: 2, gaps: [] },
  );
  await say(alice.client, 'live');
  await again.expect({ type: 'message', content: 'live', seq: 4 });
});

test('without `seen` a resume begins after the last line that the server had sent', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  await say(alice.client, 'sent');
  bob.client.reset();
  while ((await alice.client.next())['state'] !== 'offline');
  await say(alice.client, 'missed');

  const { lines } = await resume(await upgrade(await connect(t, server)), bob.token);

  assert.deepEqual(
    lines.map(({ content }) => content),
    ['missed'],
  );
});

test('a token works once, and not after a logout', async (t) => {
  const { server, bob } = await twoAccounts(t);
  bob.client.reset();
  await resume(await upgrade(await connect(t, server)), bob.token);
  const second = await resume(await upgrade(await connect(t, server)), bob.token);
  assert.equal(second.answer['code'], 'session_expired');

  const again = await login(t, server, 'bob');
  again.client.send({ type: 'logout', ref: 'o' });
  await again.client.expect({ type: 'logout', status: 'ok', ref: 'o' });
  again.client.send({ type: 'whoami', ref: 'w' });
  await again.client.expect({ type: 'whoami', username: null });
  again.client.reset();
  const third = await resume(await upgrade(await connect(t, server)), again.token);
  assert.equal(third.answer['code'], 'session_expired');
});

test('more than a thousand missed lines are told as a gap and the newest thousand', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  bob.client.reset();
  for (let number = 1; number <= 1100; number += 1) alice.client.send({ type: 'message', ref: `m${number}`, content: `m${number}` });
  while ((await alice.client.next())['ref'] !== 'm1100');

  const { lines, answer } = await resume(await upgrade(await connect(t, server)), bob.token, { '#general': 10 });

  assert.deepEqual(lines[0], { type: 'gap', channel: '#general', from_seq: 11, to_seq: 100 });
  assert.deepEqual([lines.length, lines[1]?.['seq'], lines.at(-1)?.['seq'], answer['replayed']], [1001, 101, 1100, 1000]);
});

test('what is said while a session is taken up is heard, too', async (t) => {
  const { server, alice } = await twoAccounts(t);
  const bob = await Member.come(t, server, 'bob');

  for (let round = 1; round <= 12; round += 1) {
    bob.cut();
    for (let i = 0; i < 20; i += 1) alice.client.send({ type: 'message', content: `${round}.${i}` });
    await bob.resume();
    await bob.hearUpTo(round * 20);
  }

  assert.equal(bob.gaps, 0);
});

/** Says it to `to`, and waits for the ack. */
async function whisper(client: Client, to: string, content: string): Promise<void> {
  client.send({ type: 'message', subtype: 'private', to, ref: content, content });
  while ((await client.next())['ref'] !== content);
}

test('a session taken up gets the private messages that another session of its account heard meanwhile, and those it sent', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  const phone = await login(t, server, 'bob');
  await whisper(alice.client, 'bob', 'before');
  await bob.client.expect({ content: 'before' });
  bob.client.reset();
  await whisper(alice.client, 'bob', 'missed');
  await whisper(phone.client, 'alice', 'answer');
  await whisper(alice.client, 'bob', 'missed, too');

  const again = await upgrade(await connect(t, server));
  const { lines, answer } = await resume(again, bob.token);

  assert.deepEqual(
    lines.map(({ from, content, seq }) => [from, content, seq]),
    [
      ['alice', 'missed', 2],
      ['bob', 'answer', 3],
      ['alice', 'missed, too', 4],
    ],
  );
  assert.deepEqual([answer['status'], answer['replayed'], answer['gaps']], ['ok', 3, []]);
  await whisper(alice.client, 'bob', 'live');
  await again.expect({ content: 'live', seq: 5 });
});

test('private messages of an absence come before the answer of a resume, once', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  bob.client.reset();
  while ((await alice.client.next())['state'] !== 'offline');
  await whisper(alice.client, 'bob', 'waiting');

  const again = await upgrade(await connect(t, server));
  const { lines } = await resume(again, bob.token);
  await whisper(alice.client, 'bob', 'live');

  assert.deepEqual(
    lines.map(({ content }) => content),
    ['waiting'],
  );
  await again.expect({ content: 'live', seq: 2 });
});

test('`seen` names private conversations, too: what was sent into a dead connection comes again', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  for (const content of ['one', 'two', 'three']) await whisper(alice.client, 'bob', content);
  bob.client.reset();

  const { lines } = await resume(await upgrade(await connect(t, server)), bob.token, { '@Alice': 1 });

  assert.deepEqual(
    lines.map(({ content }) => content),
    ['two', 'three'],
  );
});

test('a session resumes with nothing of what was said in private before it came', async (t) => {
  const { server, alice, bob } = await twoAccounts(t);
  await whisper(alice.client, 'bob', 'old');
  await bob.client.expect({ content: 'old' });
  const later = await login(t, server, 'bob');
  later.client.reset();

  const { lines } = await resume(await upgrade(await connect(t, server)), later.token);

  assert.deepEqual(lines, []);
});

/** The ways in which the property is tried: what alice says, and how far bob has heard it. */
const ways = {
  'in a channel': { audience: {}, seen: (seq: number) => ({ '#general': seq }), isElsewhere: false },
  'in private': { audience: { subtype: 'private', to: 'bob' }, seen: (seq: number) => ({ '@alice': seq }), isElsewhere: false },
  'in private, heard by another session': {
    audience: { subtype: 'private', to: 'bob' },
    seen: (seq: number) => ({ '@alice': seq }),
    isElsewhere: true,
  },
};

for (const [way, { audience, seen, isElsewhere }] of Object.entries(ways)) {
  test(`whatever the order of sends, cuts and resumes, every seq arrives once and in order ${way}`, async (t) => {
    const { server, alice, bob } = await twoAccounts(t);
    if (isElsewhere) await login(t, server, 'bob');
    let token = bob.token;
    let listener: Client | null = bob.client;
    const heard: number[] = [];
    let sent = 0;
    const take = (line: Readonly<Record<string, unknown>>) => {
      if (line['type'] === 'message') heard.push(Number(line['seq']));
    };
    const upTo = async (seq: number) => {
      while (listener !== null && (heard.at(-1) ?? 0) < seq) take(await listener.next());
    };

    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.nat({ max: 20 }), fc.constant('cut' as const), fc.constant('resume' as const)), { maxLength: 12 }),
        async (steps) => {
          for (const step of steps) {
            if (typeof step === 'number') {
              for (let count = 0; count < step; count += 1) alice.client.send({ type: 'message', ...audience, content: `m${++sent}` });
            } else if (step === 'cut') {
              listener?.reset();
              for (const line of listener?.pending() ?? []) take(JSON.parse(line) as Record<string, unknown>);
              listener = null;
            } else if (listener === null) {
              listener = await upgrade(await connect(t, server));
              const { lines, answer } = await resume(listener, token, seen(heard.at(-1) ?? 0));
              lines.forEach(take);
              token = String(answer['resume_token']);
            }
          }
          await upTo(listener === null ? 0 : sent);
          assert.deepEqual(
            heard,
            Array.from({ length: heard.length }, (_, index) => index + 1),
          );
        },
      ),
      { numRuns: way === 'in a channel' ? 25 : 10, includeErrorInReport: true },
    );
  });
}
