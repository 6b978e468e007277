import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { indexed } from '../support/indexed.ts';
import { startServer, type TestServer } from '../support/server.ts';

interface Hit {
  readonly id: number;
  readonly content: string;
  readonly from: string;
  readonly channel?: string;
  readonly with?: string;
}

test('a message is found without its accents, by the beginning of its last word, by a phrase', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  await say(alice, 'Le Café de l’Œuvre ouvre à midi');
  await say(alice, 'midi, café fermé');
  const saidAt = performance.now();
  await indexed(server);

  t.diagnostic(`in the index after ${(performance.now() - saidAt).toFixed(0)} ms`);
  assert.deepEqual(await contents(alice, { query: 'cafe MIDI' }), ['midi, café fermé', 'Le Café de l’Œuvre ouvre à midi']);
  assert.deepEqual(await contents(alice, { query: 'oeuv' }), ['Le Café de l’Œuvre ouvre à midi']);
  assert.deepEqual(await contents(alice, { query: '"a midi"' }), ['Le Café de l’Œuvre ouvre à midi']);
  assert.deepEqual(await contents(alice, { query: 'midi thé' }), []);
});

test('Chinese, Japanese and Korean are found inside a run of text', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  await say(alice, '我们明天去东京大学看书');
  await say(alice, 'サーバーを再起動しました');
  await say(alice, '서버가 다시 시작되었습니다');
  await indexed(server);

  assert.deepEqual(await contents(alice, { query: '东京' }), ['我们明天去东京大学看书']);
  assert.deepEqual(await contents(alice, { query: '京东' }), []);
  assert.deepEqual(await contents(alice, { query: '再起動' }), ['サーバーを再起動しました']);
  assert.deepEqual(await contents(alice, { query: 'ｻｰﾊﾞｰ' }), ['サーバーを再起動しました']);
  assert.deepEqual(await contents(alice, { query: '시작' }), ['서버가 다시 시작되었습니다']);
});

test('the best match comes first: the word more often and in less, a whole word before a beginning, then the newer', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  for (const content of ['a port among many other words that say little', 'portal', 'port, port!', 'one port', 'two port'])
    await say(alice, content);
  await indexed(server);

  const found = await contents(alice, { query: 'port' });

  assert.deepEqual(found, ['port, port!', 'two port', 'one port', 'portal', 'a port among many other words that say little']);
});

test('only what the asker may read is found: public channels, its own private ones, its own conversations', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  alice.send({ type: 'create', ref: 'c', channel: '#team', visibility: 'private' });
  await alice.expect({ type: 'create', status: 'ok' });
  await say(alice, 'secret in public');
  await say(alice, 'secret in the team', { channel: '#team' });
  const bob = await upgrade(await account(t, server, 'bob'));
  await say(bob, 'secret to alice', { to: 'alice', subtype: 'private' });
  const carol = await upgrade(await account(t, server, 'carol'));
  const visitor = await upgrade(await guest(t, server, 'visitor'));
  await indexed(server);

  assert.deepEqual(places(await search(carol, { query: 'secret' })), ['#general']);
  assert.deepEqual(places(await search(visitor, { query: 'secret' })), ['#general']);
  assert.deepEqual(places(await search(bob, { query: 'secret' })), ['#general', 'alice']);
  assert.deepEqual(places(await search(await again(t, server, 'alice'), { query: 'secret' })), ['#general', '#team', 'bob']);
  assert.equal((await answer(carol, { query: 'secret', channel: '#team' }))['code'], 'not_found');
});

test('a search is narrowed by channel, author and time, and says whether that was all', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  for (let number = 1; number <= 3; number += 1) await say(alice, `needle ${number}`, { channel: '#dev' });
  const visitor = await upgrade(await guest(t, server, 'Visitor'));
  await say(visitor, 'needle of a guest');
  await indexed(server);
  const finder = await upgrade(await account(t, server, 'finder'));

  assert.deepEqual(await contents(finder, { query: 'needle', channel: '#Dev' }), ['needle 3', 'needle 2', 'needle 1']);
  assert.deepEqual(await contents(finder, { query: 'needle', from: 'ALICE', channel: '#general' }), []);
  assert.deepEqual(await contents(finder, { query: 'needle', from: 'visitor' }), ['needle of a guest']);
  assert.deepEqual(await contents(finder, { query: 'needle', from: 'nobody' }), []);
  assert.deepEqual(await contents(finder, { query: 'needle', until: '2020-01-01T00:00:00Z' }), []);
  assert.equal((await contents(finder, { query: 'needle', since: '2020-01-01T00:00:00Z' })).length, 4);
  finder.send({ type: 'search', query: 'needle', limit: 2 });
  assert.equal(((await finder.expect({ type: 'search', status: 'ok', complete: false }))['messages'] as Hit[]).length, 2);
  finder.send({ type: 'search', query: 'needle', limit: 4 });
  await finder.expect({ type: 'search', status: 'ok', complete: true });
});

test('text that was edited or deleted is found no more, at once and for good', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  await say(alice, 'draft number one');
  await say(alice, 'draft number two');
  await indexed(server);
  const db = new Sqlite(`${server.folder}/classcord.db`);
  t.after(() => db.close());

  db.exec("UPDATE messages SET content = 'final number one' WHERE content = 'draft number one'");
  db.exec("UPDATE messages SET deleted = 1 WHERE content = 'draft number two'");

  assert.deepEqual(await contents(alice, { query: 'draft' }), []);
  await say(alice, 'something else');
  await indexed(server);
  assert.deepEqual(await contents(alice, { query: 'final' }), ['final number one']);
  assert.deepEqual(await contents(alice, { query: 'number' }), ['final number one']);
  assert.equal(db.prepare("SELECT count(*) FROM search WHERE search MATCH 'draft'").pluck().get(), 0);
});

test('what was not indexed before the server stopped is made up for after the next start', async (t) => {
  const first = await startServer(t);
  const alice = await upgrade(await account(t, first, 'alice'));
  await say(alice, 'left behind');
  await first.stop();
  const db = new Sqlite(`${first.folder}/classcord.db`);
  db.exec("INSERT INTO search (search) VALUES ('delete-all'); UPDATE search_position SET last_id = 0");
  db.close();

  const second = await startServer(t, { folder: first.folder });
  await indexed(second);

  assert.deepEqual(await contents(await again(t, second, 'alice'), { query: 'behind' }), ['left behind']);
});

test('whatever is typed is words to look for, never query syntax', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  await say(alice, 'a "quoted" word, NOT scope:c1 OR (this) AND that*');
  await indexed(server);

  for (const query of [
    '"quoted',
    'NOT scope',
    'a"b',
    '(this',
    'that*',
    'scope:c1',
    'OR',
    '"a "" quoted"',
    "'; DROP TABLE search",
    'x\u0000y',
    '{scope}:',
    'NEAR(a b)',
  ]) {
    alice.send({ type: 'search', query });
    const { status } = await alice.expect({ type: 'search' });
    assert.equal(status, 'ok', query);
  }
  assert.equal((await contents(alice, { query: 'NOT scope:c1' })).length, 1);
});

test('a search that cannot be is refused with the field named, and the connection lives', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  const bad: readonly (readonly [string, Record<string, unknown>])[] = [
    ['query', {}],
    ['query', { query: '' }],
    ['query', { query: '?! …' }],
    ['query', { query: 'x'.repeat(257) }],
    ['query', { query: 7 }],
    ['limit', { query: 'x', limit: 101 }],
    ['since', { query: 'x', since: 'yesterday' }],
    ['channel', { query: 'x', channel: 3 }],
    ['from', { query: 'x', from: null }],
  ];

  for (const [field, asked] of bad) {
    alice.send({ type: 'search', ref: 'b', ...asked });
    await alice.expect({ type: 'error', ref: 'b', code: 'invalid_field', field });
  }
  alice.send({ type: 'search', ref: 'n', query: 'x', channel: '#nowhere' });
  await alice.expect({ type: 'error', ref: 'n', code: 'not_found' });
  const nobody = await upgrade(await connect(t, server));
  nobody.send({ type: 'search', ref: 'z', query: 'x' });
  await nobody.expect({ type: 'error', ref: 'z', code: 'not_authenticated' });
});

async function say(client: Client, content: string, where: Record<string, unknown> = {}): Promise<void> {
  client.send({ type: 'message', ref: 'say', content, ...where });
  while ((await client.next())['type'] !== 'ack');
}

/** Another session of an account, with nothing to be heard but its own answers. */
async function again(t: TestContext, server: TestServer, name: string): Promise<Client> {
  const client = await connect(t, server);
  client.send({ type: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'login', status: 'ok' });
  return upgrade(client);
}

async function answer(client: Client, asked: Record<string, unknown>): Promise<Readonly<Record<string, unknown>>> {
  client.send({ type: 'search', ref: 'find', ...asked });
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'find') return line;
  }
}

async function search(client: Client, asked: Record<string, unknown>): Promise<readonly Hit[]> {
  const line = await answer(client, asked);
  assert.equal(line['status'], 'ok', JSON.stringify(line));
  return line['messages'] as Hit[];
}

async function contents(client: Client, asked: Record<string, unknown>): Promise<readonly string[]> {
  return (await search(client, asked)).map(({ content }) => content);
}

function places(hits: readonly Hit[]): readonly string[] {
  return hits.map(({ channel, with: other }) => channel ?? other ?? '').sort();
}
