import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

type Json = Readonly<Record<string, unknown>>;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Sends one request and returns its answer, which must be the next line. */
async function ask(client: Client, request: Json): Promise<Json> {
  client.send({ ref: 'r', ...request });
  return client.expect({ ref: request['ref'] ?? 'r' });
}

test('a message is answered by an ack with its place and time, and delivered with the same', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const bob = await upgrade(await guest(t, server, 'bob'));

  alice.write('{"type":"message","channel":"#general","content":"ss -tulpn ?","ref":"8"}\n');
  const ack = await alice.line();
  const heard = await bob.next();

  const { id, seq, timestamp } = heard;
  assert.match(timestamp as string, isoTime);
  assert.equal(ack, `{"type":"ack","ref":"8","id":${id},"channel":"#general","seq":${seq},"timestamp":"${timestamp}"}`);
});

test('seq counts each conversation without gaps, id is unique over all and grows', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  await guest(t, server, 'bob');
  await guest(t, server, 'carol');
  const said = [{ channel: '#general' }, { channel: '#dev' }, { to: 'bob' }, { to: 'carol' }];
  const seqs: unknown[] = [];
  const ids: number[] = [];

  for (let round = 0; round < 3; round += 1) {
    for (const where of said) {
      const { id, seq } = await ask(alice, { type: 'message', content: 'x', ...where });
      seqs.push(seq);
      ids.push(id as number);
    }
  }

  assert.deepEqual(seqs, [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]);
  assert.deepEqual(
    ids,
    ids.toSorted((one, other) => one - other),
  );
  assert.equal(new Set(ids).size, ids.length);
});

test('both sides of a private conversation count it together', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  const bob = await upgrade(await account(t, server, 'bob'));
  await alice.expect({ type: 'status', user: 'bob' });

  assert.equal((await ask(alice, { type: 'message', to: 'bob', content: '1' }))['seq'], 1);
  await bob.expect({ content: '1', seq: 1 });
  assert.equal((await ask(bob, { type: 'message', to: 'alice', content: '2' }))['seq'], 2);
  await alice.expect({ content: '2', seq: 2 });
});

test('a private message to nobody of that name is not_found', async (t) => {
  const alice = await upgrade(await guest(t, await startServer(t), 'alice'));

  await alice.expectNothing();
  for (const to of ['nobody', '', 'serveur']) assert.equal((await ask(alice, { type: 'message', to, content: 'x' }))['code'], 'not_found');
});

test('the first message of a nameless v2 connection names it, an empty one does no more than that', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await upgrade(await connect(t, server));
  const zoe = await upgrade(await connect(t, server));

  assert.equal((await ask(alice, { type: 'message', from: 'bob', content: 'hi' }))['seq'], 1);
  await bob.expect({ from: 'bob-2', content: 'hi' });
  const hello = await ask(zoe, { type: 'message', from: 'zoe', content: '' });
  assert.equal(hello['type'], 'ack');
  assert.ok(!('id' in hello) && !('seq' in hello));
  await bob.expectNothing();
});

test('one nonce twice stores once: the first ack comes again, marked, and nobody hears it again', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'), ['echo']);
  const bob = await guest(t, server, 'bob');

  const first = await ask(alice, { type: 'message', content: 'once', nonce: 'n1', ref: '1' });
  await alice.expect({ type: 'message', content: 'once' });
  const second = await ask(alice, { type: 'message', content: 'once', nonce: 'n1', ref: '2' });
  const other = await ask(alice, { type: 'message', content: 'twice', nonce: 'n2', ref: '3' });

  assert.deepEqual(second, { ...first, ref: '2', duplicate: true });
  assert.equal(other['seq'], 2);
  await bob.expect({ content: 'once' });
  await bob.expect({ content: 'twice' });
  await bob.expectNothing();
});

test('one nonce many times at once stores once, in channels and in private', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const bob = await guest(t, server, 'bob');
  const line = (where: string, index: number) => `{"type":"message",${where},"content":"x","nonce":"${where.length}","ref":"${index}"}\n`;

  for (const where of ['"channel":"#general"', '"subtype":"private","to":"bob"']) {
    alice.write(Array.from({ length: 30 }, (_, index) => line(where, index)).join(''));
    const first = await alice.expect({ type: 'ack', ref: '0' });
    for (let index = 1; index < 30; index += 1) assert.deepEqual(await alice.next(), { ...first, ref: `${index}`, duplicate: true });
    await bob.expect({ content: 'x' });
  }

  await bob.expectNothing();
});

test('a nonce belongs to its account: another account’s is no duplicate, another session’s of the same account is', async (t) => {
  const server = await startServer(t);
  const one = await upgrade(await account(t, server, 'alice'));
  const bob = await upgrade(await account(t, server, 'bob'));
  await one.expect({ type: 'status', user: 'bob' });
  const two = await connect(t, server);
  two.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await two.expect({ type: 'login' });
  await upgrade(two);
  for (const client of [one, bob]) await client.expect({ type: 'status', user: 'alice' });

  assert.equal((await ask(one, { type: 'message', content: 'a', nonce: 'n' }))['duplicate'], undefined);
  for (const client of [two, bob]) await client.expect({ type: 'message', content: 'a' });
  assert.equal((await ask(two, { type: 'message', content: 'a', nonce: 'n' }))['duplicate'], true);
  assert.equal((await ask(bob, { type: 'message', content: 'a', nonce: 'n' }))['duplicate'], undefined);
});

test('a nonce outlives the session and the server', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  const first = await ask(alice, { type: 'message', content: 'once', nonce: 'n' });
  await server.stop();

  const next = await startServer(t, { folder: server.folder });
  const again = await connect(t, next);
  again.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await again.expect({ type: 'login', status: 'ok' });
  await upgrade(again);

  assert.deepEqual(await ask(again, { type: 'message', content: 'once', nonce: 'n' }), { ...first, duplicate: true });
});

test('tags and reply_to travel to v2 sessions and nowhere else', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const bob = await upgrade(await guest(t, server, 'bob'));
  const old = await guest(t, server, 'old');
  const tags = { lang: 'sh', lines: 2, folded: true, '': '' };

  const { id } = await ask(alice, { type: 'message', content: 'what is here?' });
  for (const reader of [bob, old]) await reader.expect({ content: 'what is here?' });

  await ask(alice, { type: 'message', content: 'ls', tags, reply_to: id });

  assert.ok((await bob.line()).endsWith(`"reply_to":${id},"tags":{"lang":"sh","lines":2,"folded":true,"":""}}`));
  assert.match(await old.line(), /^\{"type": "message", "subtype": "global", "content": "ls", "from": "alice", "timestamp": "[^"]+"\}$/);
});

test('content longer than limits.content_bytes is too_large, counted in bytes; for v1 too', async (t) => {
  const server = await startServer(t, { set: ['limits.content_bytes=100'] });
  const alice = await upgrade(await guest(t, server, 'alice'));
  const old = await guest(t, server, 'old');

  assert.equal((await ask(alice, { type: 'message', content: 'é'.repeat(50) }))['type'], 'ack');
  assert.equal((await ask(alice, { type: 'message', content: `${'é'.repeat(50)}x` }))['code'], 'too_large');
  await old.expect({ content: 'é'.repeat(50) });
  old.send({ type: 'message', content: 'x'.repeat(101) });

  await old.expect({ type: 'error', code: 'too_large' });
  await alice.expectNothing();
});

for (const [what, where] of [
  ['in the default channel', {}],
  ['in another channel', { channel: '#dev' }],
  ['in private', { to: 'bob' }],
] as const) {
  test(`the sender hears its own message with echo only: ${what}`, async (t) => {
    const server = await startServer(t);
    const alice = await upgrade(await guest(t, server, 'alice'));
    await guest(t, server, 'bob');

    await ask(alice, { type: 'message', content: 'x', ...where });
    await alice.expectNothing();
    await upgrade(alice, ['echo']);
    alice.send({ type: 'message', content: 'y', ref: '1', ...where });

    const lines = [await alice.next(), await alice.next()];
    const [ack, echo] = lines[0]?.['type'] === 'ack' ? lines : lines.toReversed();
    assert.equal(ack?.['ref'], '1');
    assert.deepEqual([echo?.['content'], echo?.['id'], echo?.['ref']], ['y', ack?.['id'], undefined]);
    await alice.expectNothing();
  });
}

test('other sessions of the account always hear what one of them says: in a channel, and in private when they are v2', async (t) => {
  const server = await startServer(t);
  await guest(t, server, 'bob');
  const one = await upgrade(await account(t, server, 'alice'));
  const modern = await connect(t, server);
  const old = await connect(t, server);
  for (const client of [modern, old]) {
    client.send({ type: 'login', username: 'alice', password: 'password of alice' });
    await client.expect({ type: 'login', status: 'ok' });
  }
  for (const client of [one, one, modern]) await client.expect({ type: 'status', user: 'alice' });
  await upgrade(modern);

  await ask(one, { type: 'message', content: 'in general' });
  for (const client of [modern, old]) await client.expect({ type: 'message', from: 'alice', content: 'in general' });
  const { id, seq } = await ask(one, { type: 'message', to: 'bob', content: 'in private' });
  await modern.expect({ type: 'message', subtype: 'private', from: 'alice', to: 'bob', content: 'in private', id, seq });
  old.send({ type: 'message', subtype: 'private', to: 'bob', content: 'from the old one' });
  for (const client of [one, modern]) await client.expect({ type: 'message', subtype: 'private', to: 'bob', content: 'from the old one' });

  for (const client of [one, modern, old]) await client.expectNothing();
});

test('a word to oneself arrives once at every session', async (t) => {
  const server = await startServer(t);
  const one = await upgrade(await account(t, server, 'alice'), ['echo']);
  const two = await connect(t, server);
  two.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await two.expect({ type: 'login', status: 'ok' });
  await one.expect({ type: 'status' });
  await upgrade(two);

  one.send({ type: 'message', to: 'alice', content: 'note', ref: '1' });

  const lines = [await one.next(), await one.next()];
  assert.deepEqual(lines.map(({ type }) => type).toSorted(), ['ack', 'message']);
  await two.expect({ type: 'message', to: 'alice', from: 'alice', content: 'note' });
  for (const client of [one, two]) await client.expectNothing();
});
