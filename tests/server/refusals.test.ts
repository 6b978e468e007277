import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

type Json = Readonly<Record<string, unknown>>;

async function nameless(t: Parameters<typeof connect>[0], set: readonly string[] = []): Promise<Client> {
  return upgrade(await connect(t, await startServer(t, { set })));
}

test('an error has its keys in one order, the ref of its request, and says whether it ends the connection', async (t) => {
  const client = await nameless(t);

  client.write('{"ref":"12","type":"dance"}\n{"type":"message","ref":"13"}\nnot json\n');

  assert.equal(
    await client.line(),
    '{"type":"error","ref":"12","code":"unknown_type","message":"Unknown type “dance”. Ask {\\"type\\":\\"help\\"} for the list.","fatal":false}',
  );
  assert.equal(
    await client.line(),
    '{"type":"error","ref":"13","code":"invalid_field","message":"The field “content” is missing or wrong.","field":"content","fatal":false}',
  );
  assert.match(await client.line(), /^\{"type":"error","code":"bad_json","message":"[^\n]+","fatal":false\}$/);
});

test('every type that is no request is unknown_type, though an object has it by nature', async (t) => {
  const client = await nameless(t);

  for (const type of ['', 'dance', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'ack', 'error', 'message ']) {
    client.send({ type, ref: 'r' });
    await client.expect({ type: 'error', code: 'unknown_type', ref: 'r', fatal: false });
  }
});

const wrong: readonly [field: string, request: Json][] = [
  ['type', {}],
  ['type', { type: null }],
  ['type', { type: 5 }],
  ['type', { type: ['message'] }],
  ['ref', { type: 'ping', ref: 5 }],
  ['ref', { type: 'ping', ref: '' }],
  ['ref', { type: 'ping', ref: null }],
  ['ref', { type: 'ping', ref: 'x'.repeat(65) }],
  ['ref', { type: 'ping', ref: 'é'.repeat(33) }],
  ['version', { type: 'hello' }],
  ['version', { type: 'hello', version: 1 }],
  ['caps', { type: 'hello', version: 2, caps: 'echo' }],
  ['caps', { type: 'hello', version: 2, caps: [5] }],
  ['topic', { type: 'help', topic: 5 }],
  ['username', { type: 'register', password: 'x' }],
  ['username', { type: 'register', username: 5, password: 'x' }],
  ['password', { type: 'register', username: 'zoe' }],
  ['username', { type: 'login', password: 'x' }],
  ['password', { type: 'login', username: 'zoe', password: null }],
  ['channel', { type: 'join' }],
  ['channel', { type: 'join', channel: 5 }],
  ['channel', { type: 'join', channel: '' }],
  ['channel', { type: 'join', channel: '#a b' }],
  ['channel', { type: 'leave' }],
  ['content', { type: 'message' }],
  ['content', { type: 'message', content: 5 }],
  ['content', { type: 'message', content: null }],
  ['content', { type: 'message', content: ['x'] }],
  ['channel', { type: 'message', content: 'x', channel: 5 }],
  ['channel', { type: 'message', content: 'x', channel: '#a/b' }],
  ['to', { type: 'message', content: 'x', subtype: 'private' }],
  ['to', { type: 'message', content: 'x', to: 5 }],
  ['subtype', { type: 'message', content: 'x', subtype: 'dm' }],
  ['nonce', { type: 'message', content: 'x', nonce: 5 }],
  ['nonce', { type: 'message', content: 'x', nonce: '' }],
  ['nonce', { type: 'message', content: 'x', nonce: 'x'.repeat(65) }],
  ['reply_to', { type: 'message', content: 'x', reply_to: '5' }],
  ['reply_to', { type: 'message', content: 'x', reply_to: 0 }],
  ['reply_to', { type: 'message', content: 'x', reply_to: 1.5 }],
  ['tags', { type: 'message', content: 'x', tags: 'a' }],
  ['tags', { type: 'message', content: 'x', tags: ['a'] }],
  ['tags', { type: 'message', content: 'x', tags: { a: {} } }],
  ['tags', { type: 'message', content: 'x', tags: { a: null } }],
  ['tags', { type: 'message', content: 'x', tags: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [index, 0])) }],
  ['tags', { type: 'message', content: 'x', tags: { a: 'x'.repeat(1020) } }],
  ['tags', { type: 'message', content: 'x', tags: { a: 'é'.repeat(510) } }],
  ['state', { type: 'status' }],
  ['state', { type: 'status', state: 'sleeping' }],
  ['text', { type: 'status', state: 'away', text: 5 }],
  ['text', { type: 'status', state: 'away', text: 'x'.repeat(65) }],
];

test('invalid_field names the field that is missing or wrong', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await upgrade(await guest(t, server, 'alice'));

  for (const [field, request] of wrong) {
    await t.test(`${field} in ${JSON.stringify(request).slice(0, 70)}`, async () => {
      client.send('ref' in request ? request : { ...request, ref: 'r' });
      const error = await client.expect({ type: 'error', code: 'invalid_field', field, fatal: false });
      assert.equal(error['ref'], 'ref' in request ? undefined : 'r');
    });
  }

  await bob.expectNothing();
});

test('the largest of everything is accepted', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await guest(t, server, 'alice'));
  const tags = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`k${index}`, 'x'.repeat(50)]));
  const ref = 'é'.repeat(32);

  client.send({ type: 'message', content: 'x', nonce: 'n'.repeat(64), tags, ref });
  await client.expect({ type: 'ack', ref });
  client.send({ type: 'message', content: 'x', reply_to: Number.MAX_SAFE_INTEGER });
  await client.expect({ type: 'error', code: 'not_found' });
  client.send({ type: 'message', content: 'x', tags: { a: 'é'.repeat(507) }, ref: 'x'.repeat(64) });
  await client.expect({ type: 'ack', ref: 'x'.repeat(64) });
  client.send({ type: 'status', state: 'away', text: 'x'.repeat(64), ref: '\u0000"\\' });
  await client.expect({ type: 'status', status: 'ok', ref: '\u0000"\\' });
});

test('a request without ref is answered without one', async (t) => {
  const client = await nameless(t);

  for (const request of [{ type: 'ping' }, { type: 'dance' }, { type: 'join', channel: '#dev' }]) {
    client.send(request);
    assert.ok(!('ref' in (await client.next())));
  }
});

test('a ref is on the answer and on nothing else', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'), ['echo']);
  const bob = await upgrade(await guest(t, server, 'bob'));

  alice.send({ type: 'message', content: 'x', ref: 'mine' });
  alice.send({ type: 'status', state: 'away', ref: 'mine' });

  for (let lines = 2; lines > 0; lines -= 1) assert.ok(!('ref' in (await bob.next())));
  const own: Json[] = [];
  while (own.filter(({ ref }) => ref === 'mine').length < 2 || !own.some(({ type }) => type === 'message')) own.push(await alice.next());
  assert.deepEqual(
    own
      .filter(({ ref }) => ref !== undefined)
      .map(({ type, status }) => [type, status])
      .toSorted(),
    [
      ['ack', undefined],
      ['status', 'ok'],
    ],
  );
});

test('what needs a name is not_authenticated without one', async (t) => {
  const client = await nameless(t);

  for (const request of [
    { type: 'join', channel: '#dev' },
    { type: 'leave', channel: '#dev' },
    { type: 'status', state: 'away' },
  ]) {
    client.send({ ...request, ref: 'r' });
    await client.expect({ type: 'error', code: 'not_authenticated', ref: 'r' });
  }
});

test('names and passwords that may not be are refused with their code', async (t) => {
  const client = await nameless(t, ['auth.password_policy=standard']);
  const refused = async (username: string, password: string) => {
    client.send({ type: 'register', username, password });
    return (await client.expect({ type: 'error' }))['code'];
  };

  assert.equal(await refused('admin', 'correct horse'), 'invalid_name');
  assert.equal(await refused('x'.repeat(33), 'correct horse'), 'invalid_name');
  assert.equal(await refused('zoe', ''), 'weak_password');
  assert.equal(await refused('zoe', 'short'), 'weak_password');
  assert.equal(await refused('zoe', 'x'.repeat(1025)), 'weak_password');
});

test('a line that is no UTF-8 is invalid_utf8, whether it would be JSON or not, and the connection goes on', async (t) => {
  const client = await nameless(t);

  client.write(Buffer.from('{"type":"message","from":"zo\xe9","content":"\xe9"}\n', 'latin1'));
  await client.expect({ type: 'error', code: 'invalid_utf8', fatal: false });
  client.write(Buffer.from(' {"type":"ping","x":"\xed\xa0\x80"}\n', 'latin1'));
  await client.expect({ type: 'error', code: 'invalid_utf8' });

  client.send({ type: 'users' });
  await client.expect({ type: 'users', users: [] });
});

test('what the server tells of a fault of its own is internal, and no detail', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await guest(t, server, 'alice'));

  client.send({ type: 'message', content: 'x', channel: '#__proto__', ref: '1' });
  await client.expect({ type: 'ack', ref: '1', channel: '#__proto__' });
  client.send({ type: 'message', content: 'x', to: '__proto__', ref: '2' });

  await client.expect({ type: 'error', code: 'not_found', ref: '2' });
  assert.doesNotMatch(server.log(), /internal/);
});
