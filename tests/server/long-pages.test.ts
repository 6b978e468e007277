import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { account, type Client, connect, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** A page has half of `outbox_bytes`: eight of these messages, and not nine. */
const set = ['limits.outbox_pause_bytes=16384', 'limits.outbox_soft_bytes=32768', 'limits.outbox_bytes=65536'];
const long = (number: number) => `word ${number} ${'x'.repeat(3600)}`;

interface Page {
  readonly seqs: readonly number[];
  readonly complete: unknown;
}

/** A server where alice has said `count` long things in #general. */
async function told(t: TestContext, count: number): Promise<{ alice: Client; server: Awaited<ReturnType<typeof startServer>> }> {
  const server = await startServer(t, { set });
  const alice = await upgrade(await account(t, server, 'alice'));
  for (let number = 1; number <= count; number += 1) {
    alice.send({ type: 'message', ref: String(number), content: long(number) });
    await alice.expect({ type: 'ack', ref: String(number), seq: number });
  }
  return { alice, server };
}

async function page(client: Client, request: Readonly<Record<string, unknown>>): Promise<Page> {
  client.send({ ref: 'p', ...request });
  const seqs: number[] = [];
  for (;;) {
    const { messages, more, complete } = await client.expect({ ref: 'p', status: 'ok' });
    seqs.push(...(messages as readonly { seq: number }[]).map(({ seq }) => seq));
    if (more !== true) return { seqs, complete };
  }
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test('a page of long messages has fewer of them, says that there are more, and the next goes on where it ends', async (t) => {
  const { alice } = await told(t, 20);
  const history = (cursor: Readonly<Record<string, unknown>>) =>
    page(alice, { type: 'history', channel: '#general', limit: 1000, ...cursor });

  assert.deepEqual(await history({}), { seqs: upTo(13, 20), complete: false });
  assert.deepEqual(await history({ before: 13 }), { seqs: upTo(5, 12), complete: false });
  assert.deepEqual(await history({ before: 5 }), { seqs: upTo(1, 4), complete: true });
  assert.deepEqual(await history({ after: 0 }), { seqs: upTo(1, 8), complete: false });
  assert.deepEqual(await history({ after: 16 }), { seqs: upTo(17, 20), complete: true });
  assert.deepEqual(await history({ around: 10 }), { seqs: upTo(6, 13), complete: false });
});

test('a message that is longer than a page is one', async (t) => {
  const { alice } = await told(t, 1);
  alice.send({ type: 'message', ref: 'l', content: `needle ${'y'.repeat(40_000)}` });
  await alice.expect({ type: 'ack', ref: 'l', seq: 2 });

  assert.deepEqual(await page(alice, { type: 'history', channel: '#general' }), { seqs: [2], complete: false });
  assert.deepEqual(await page(alice, { type: 'search', query: 'needle' }), { seqs: [2], complete: true });
});

test('what a search finds of long messages is no longer than a page', async (t) => {
  const { alice } = await told(t, 20);
  const found = await page(alice, { type: 'search', query: 'word', limit: 100 });

  assert.equal(found.seqs.length, 8);
  assert.equal(found.complete, false);
});

test('a resume replays no more than a page; the rest is a gap, and the session goes on', async (t) => {
  const { alice, server } = await told(t, 1);
  await (await account(t, server, 'bob')).leave();
  const bob = await upgrade(await connect(t, server));
  bob.send({ type: 'login', ref: 'l', username: 'bob', password: 'password of bob' });
  const { resume_token: token } = await bob.expect({ ref: 'l', status: 'ok' });
  bob.reset();
  for (let number = 2; number <= 21; number += 1) {
    const to = number % 2 === 0 ? { to: 'bob', subtype: 'private' } : {};
    alice.send({ type: 'message', ref: String(number), content: long(number), ...to });
    for (let line = await alice.next(); line['ref'] !== String(number); ) line = await alice.next();
  }

  const again = await upgrade(await connect(t, server));
  again.send({ type: 'resume', ref: 'r', token, seen: { '#general': 1, '@alice': 0 } });
  const lines: Record<string, unknown>[] = [];
  let answer: Record<string, unknown> = {};
  for (answer = await again.next(); answer['ref'] !== 'r'; answer = await again.next()) lines.push(answer);

  const heard = lines.filter(({ type }) => type === 'message').map(({ subtype, seq }) => [subtype, seq]);
  assert.deepEqual(heard, [...upTo(3, 10).map((seq) => ['private', seq]), ['global', 11]]);
  assert.deepEqual(answer['gaps'], [
    { with: 'alice', from_seq: 1, to_seq: 2 },
    { channel: '#general', from_seq: 2, to_seq: 10 },
  ]);
  again.send({ type: 'ping', ref: 'still' });
  await again.expect({ type: 'pong', ref: 'still' });
});

test('once a resume has no more room, what was missed in a channel is a gap, and nothing else', async (t) => {
  const { alice, server } = await told(t, 1);
  await (await account(t, server, 'bob')).leave();
  const bob = await upgrade(await connect(t, server));
  bob.send({ type: 'login', ref: 'l', username: 'bob', password: 'password of bob' });
  const { resume_token: token } = await bob.expect({ ref: 'l', status: 'ok' });
  for (const channel of ['#b', '#c']) {
    bob.send({ type: 'join', ref: channel, channel });
    await bob.expect({ ref: channel, status: 'ok' });
  }
  bob.reset();
  for (const channel of [...Array.from({ length: 12 }, () => '#general'), '#b', '#c', '#c']) {
    alice.send({ type: 'message', ref: 'm', content: long(0), channel });
    for (let line = await alice.next(); line['ref'] !== 'm'; ) line = await alice.next();
  }

  const again = await upgrade(await connect(t, server));
  again.send({ type: 'resume', ref: 'r', token, seen: { '#general': 1, '#b': 0, '#c': 0 } });
  const heard: unknown[] = [];
  let line = await again.next();
  for (; line['ref'] !== 'r'; line = await again.next()) if (line['type'] === 'message') heard.push([line['channel'], line['seq']]);

  assert.deepEqual(heard, [...upTo(6, 13).map((seq) => ['#general', seq]), ['#b', 1]]);
  assert.deepEqual(line['gaps'], [
    { channel: '#general', from_seq: 2, to_seq: 5 },
    { channel: '#c', from_seq: 1, to_seq: 2 },
  ]);
  alice.send({ type: 'message', ref: 'm', content: 'and on', channel: '#c' });
  await again.expect({ type: 'message', channel: '#c', content: 'and on', seq: 3 });
});

test('tags count, too', async (t) => {
  const { alice } = await told(t, 0);
  const tags = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`key${index}`, 'v'.repeat(100)]));
  for (let number = 1; number <= 50; number += 1) {
    alice.send({ type: 'message', ref: String(number), content: 'short', tags });
    await alice.expect({ type: 'ack', ref: String(number) });
  }

  const { seqs, complete } = await page(alice, { type: 'history', channel: '#general', limit: 1000 });

  assert.ok(seqs.length > 20 && seqs.length < 33, `${seqs.length} messages of 1 kB in 32 KiB`);
  assert.equal(complete, false);
});
