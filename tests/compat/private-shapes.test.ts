import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** Shapes of `subtype` and `to`, as source text, and whether Bob hears them. Nobody else may hear any of them. */
const shapes: readonly [string, boolean][] = [
  ['"subtype":"private","to":"bob"', true],
  ['"subtype":"PRIVATE","to":"bob"', true],
  ['"subtype":"Private","to":"BOB"', true],
  ['"subtype":"pRiVaTe","to":" bob "', true],
  ['"subtype":" private ","to":"bob"', true],
  ['"subtype":"private\\t","to":"bob"', true],
  ['"subtype":"priv\\u0061te","to":"bob"', true],
  ['"subtype":"global","subtype":"private","to":"bob"', true],
  ['"to":"bob"', true],
  ['"subtype":null,"to":"bob"', true],
  ['"subtype":"","to":"bob"', true],
  ['"subtype":"dm","to":"bob"', true],
  ['"subtype":"privat","to":"bob"', true],
  ['"subtype":"whisper","to":"bob","channel":"#general"', true],
  ['"subtype":"GLOBAL","to":"bob"', true],
  ['"subtype":" global","to":"bob"', true],
  ['"subtype":5,"to":"bob"', true],
  ['"subtype":true,"to":"bob"', true],
  ['"subtype":["global"],"to":"bob"', true],
  ['"subtype":{"x":"global"},"to":"bob"', true],
  ['"subtype":"private","to":"bob","channel":"#general"', true],
  ['"subtype":"private","to":"bob","from":"carol"', true],
  ['"subtype":"private"', false],
  ['"subtype":"private","to":null', false],
  ['"subtype":"private","to":""', false],
  ['"subtype":"private","to":"global"', false],
  ['"subtype":"private","to":"nobody"', false],
  ['"subtype":"private","to":["bob"]', false],
  ['"subtype":"private","to":{"name":"bob"}', false],
  ['"subtype":"private","to":5', false],
  ['"subtype":"private","to":true', false],
  ['"subtype":"private","to":"bob,carol"', false],
  ['"subtype":"private","to":"*"', false],
  ['"subtype":"private","channel":"#general"', false],
  ['"subtype":"private","To":"bob"', false],
  ['"to":null', false],
  ['"to":""', false],
  ['"to":5', false],
  ['"to":["global"]', false],
  ['"to":"nobody"', false],
  ['"subtype":"dm"', false],
  ['"subtype":5', false],
  ['"subtype":[]', false],
  ['"subtype":null,"to":null', false],
];

async function contentsUntilOffline(client: Client): Promise<readonly unknown[]> {
  const contents: unknown[] = [];
  for (;;) {
    const line = await client.next();
    if (line['type'] === 'status' && line['state'] === 'offline') return contents;
    contents.push(line['content']);
  }
}

test('in doubt, private: no shape of to and subtype that is not clearly for all reaches anybody but its recipient', async (t) => {
  assert.ok(shapes.length >= 23);
  const server = await startServer(t);
  const nameless = await connect(t, server);
  const bob = await account(t, server, 'bob');
  const carol = await account(t, server, 'carol');
  await bob.expect({ type: 'status', user: 'carol' });
  const third = await guest(t, server, 'third');
  const modern = await upgrade(await guest(t, server, 'modern'));
  const alice = await guest(t, server, 'alice');

  for (const [shape] of shapes) alice.write(`{"type":"message",${shape},"content":${JSON.stringify(shape)}}\n`);
  // An orderly end: all that she said has been dealt with when the others hear of it.
  await alice.leave();

  for (const other of [carol, third, modern]) assert.deepEqual(await contentsUntilOffline(other), []);
  assert.deepEqual(
    await contentsUntilOffline(bob),
    shapes.filter(([, isHeard]) => isHeard).map(([shape]) => shape),
  );
  assert.equal(nameless.bytes, 0);
});

test('the same holds for the first message of a connection', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const third = await guest(t, server, 'third');

  for (const [shape, isHeard] of shapes) {
    const client = await connect(t, server);
    client.write(`{"type":"message",${shape},"content":"psst"}\n`);
    await client.leave();
    assert.deepEqual(await contentsUntilOffline(third), [], shape);
    assert.deepEqual(await contentsUntilOffline(bob), isHeard ? ['psst'] : [], shape);
  }
});

const open: readonly string[] = [
  '',
  '"subtype":"global",',
  '"subtype":"global","to":"global",',
  '"to":"global",',
  '"subtype":null,',
  '"subtype":"GLOBAL",',
  '"subtype":"Global","to":"Global",',
  '"subtype":"group","to":"global",',
  '"subtype":"global","to":"bob",',
  '"subtype":"global","to":5,',
];

test('what is clearly for all reaches all: subtype global, or none without a recipient, or the recipient global', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const third = await guest(t, server, 'third');
  const alice = await guest(t, server, 'alice');

  for (const shape of open) {
    alice.write(`{"type":"message",${shape}"content":"all"}\n`);
    for (const other of [bob, third]) await other.expect({ content: 'all', from: 'alice' });
  }
});

test('of subtype and to only strings are relayed', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');

  alice.write('{"type":"message","subtype":"global","to":5,"channel":null,"content":"all","from":7}\n');
  alice.write('{"type":"message","subtype":["x"],"to":"bob","content":"bob"}\n');

  assert.match(await bob.line(), /^\{"type": "message", "subtype": "global", "content": "all", "from": "alice", "timestamp": "[^"]+"\}$/);
  assert.match(await bob.line(), /^\{"type": "message", "to": "bob", "content": "bob", "from": "alice", "timestamp": "[^"]+"\}$/);
});

test('a v2 message with a recipient is private unless it says global', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const third = await guest(t, server, 'third');
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.send({ type: 'message', to: 'bob', content: 'one', ref: '1' });
  await alice.expect({ type: 'ack', ref: '1', to: 'bob', seq: 1 });
  alice.send({ type: 'message', subtype: 'private', to: 'bob', channel: '#general', content: 'two', ref: '2' });
  await alice.expect({ type: 'ack', ref: '2', to: 'bob', seq: 2 });
  for (const [ref, shape] of [
    ['3', { subtype: 'private' }],
    ['4', { subtype: 'PRIVATE', to: 'bob' }],
    ['5', { subtype: 'dm', to: 'bob' }],
    ['6', { to: null }],
    ['7', { to: ['bob'] }],
    ['8', { subtype: null, to: 'bob' }],
  ] as const) {
    alice.send({ type: 'message', content: 'x', ref, ...shape });
    await alice.expect({ type: 'error', ref, code: 'invalid_field', field: 'subtype' in shape && 'to' in shape ? 'subtype' : 'to' });
  }
  await alice.leave();

  assert.deepEqual(await contentsUntilOffline(bob), ['one', 'two']);
  assert.deepEqual(await contentsUntilOffline(third), []);
});
