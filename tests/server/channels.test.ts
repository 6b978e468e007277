import assert from 'node:assert/strict';
import test from 'node:test';
import { account, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('a private channel does not exist for those who are not invited, and is there for those who are', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  const bob = await upgrade(await account(t, server, 'bob'));
  await alice.expect({ type: 'status', user: 'bob', state: 'online' });
  alice.send({ type: 'create', ref: '1', channel: '#team', visibility: 'private', topic: 'ours' });
  await alice.expect({ type: 'create', status: 'ok', ref: '1', channel: '#team' });

  bob.send({ type: 'join', ref: '2', channel: '#team' });
  await bob.expect({ type: 'error', ref: '2', code: 'not_found' });
  alice.send({ type: 'invite', ref: '3', channel: '#team', username: 'bob' });
  await alice.expect({ type: 'invite', status: 'ok', username: 'bob' });
  bob.send({ type: 'join', ref: '4', channel: '#team' });

  await bob.expect({ type: 'join', status: 'ok', ref: '4', channel: '#team' });
  alice.send({ type: 'message', ref: '5', channel: '#team', content: 'welcome' });
  await alice.expect({ type: 'ack', ref: '5', channel: '#team', seq: 1 });
  await bob.expect({ type: 'message', channel: '#team', from: 'alice', content: 'welcome', seq: 1 });
});

test('history gives pages before, after, around and by time, ascending, and says when there is no more', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  for (let number = 1; number <= 30; number += 1) {
    alice.send({ type: 'message', ref: String(number), channel: '#dev', content: `m${number}` });
    await alice.expect({ type: 'ack', seq: number });
  }
  const page = async (cursor: Record<string, unknown>) => {
    alice.send({ type: 'history', ref: 'h', channel: '#dev', ...cursor });
    const got = await alice.expect({ type: 'history', status: 'ok', ref: 'h' });
    return { seqs: (got['messages'] as { seq: number }[]).map(({ seq }) => seq), complete: got['complete'] };
  };

  assert.deepEqual(await page({ limit: 3 }), { seqs: [28, 29, 30], complete: false });
  assert.deepEqual(await page({ before: 3, limit: 5 }), { seqs: [1, 2], complete: true });
  assert.deepEqual(await page({ after: 28 }), { seqs: [29, 30], complete: true });
  assert.deepEqual(await page({ around: 10, limit: 4 }), { seqs: [8, 9, 10, 11], complete: false });
  assert.deepEqual(await page({ until: '2000-01-01T00:00:00Z' }), { seqs: [], complete: true });
  assert.equal((await page({ since: '2000-01-01T00:00:00Z', limit: 1000 })).seqs.length, 30);
});

test('a long page comes in several lines of the same shape, all but the last with more', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  for (let number = 1; number <= 40; number += 1) alice.send({ type: 'message', ref: String(number), content: 'x'.repeat(4000) });
  for (let number = 1; number <= 40; number += 1) await alice.expect({ type: 'ack', seq: number });

  alice.send({ type: 'history', ref: 'h', channel: '#general', limit: 40 });
  const seqs: number[] = [];
  let lines = 0;
  for (let isMore = true; isMore; lines += 1) {
    const line = await alice.expect({ type: 'history', ref: 'h', channel: '#general', last_seq: 40 });
    seqs.push(...(line['messages'] as { seq: number }[]).map(({ seq }) => seq));
    isMore = line['more'] === true;
  }

  assert.ok(lines > 1);
  assert.deepEqual(
    seqs,
    Array.from({ length: 40 }, (_, index) => index + 1),
  );
});
