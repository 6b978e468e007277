import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { capabilities } from '../../server/protocol/capabilities.ts';
import { requests } from '../../server/protocol/index.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** What must never be in a text that reaches a client: controls but tab and line feed, and halves of characters. */
const poison = /[^\P{Cc}\t\n]|\p{Cs}/u;

async function oldAndModern(t: TestContext) {
  const server = await startServer(t);
  const old = await guest(t, server, 'old');
  const modern = await upgrade(await guest(t, server, 'modern'));
  return { server, old, modern };
}

/** Every string anywhere in a value, keys included. */
function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const element of value) yield* stringsOf(element);
  else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) yield* stringsOf([key, inner]);
}

function assertClean(line: string): void {
  for (const text of stringsOf(JSON.parse(line))) assert.doesNotMatch(text, poison, JSON.stringify(line));
}

/** An answer without the `ref`, which comes back as its sender wrote it, and to nobody else (protocol.md §3). */
function withoutRef(answer: string): string {
  const { ref: _own, ...rest } = JSON.parse(answer) as Readonly<Record<string, unknown>>;
  return JSON.stringify(rest);
}

test('what a terminal may act on is escaped in v2 lines, though JSON would let it stand', async (t) => {
  const { server, modern } = await oldAndModern(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.send({ type: 'message', content: 'a\u2028b\u2029c\u202ad\u202ee\u2066f\u2069g é 👍 "\\ \t\n' });

  assert.match(await modern.line(), /"content":"a\\u2028b\\u2029c\\u202ad\\u202ee\\u2066f\\u2069g é 👍 \\"\\\\ \\t\\n"/);
});

test('control characters in content become U+FFFD for everybody, CRLF a line feed; DEL and C1 too', async (t) => {
  const { server, old, modern } = await oldAndModern(t);
  const alice = await guest(t, server, 'alice');

  alice.send({ type: 'message', content: '\u001b]0;x\u0007 \u0000 \u007f \u009b31m \u0085 \r\n \r \t \n \u0008' });

  const content = '\ufffd]0;x\ufffd \ufffd \ufffd \ufffd31m \ufffd \n \ufffd \t \n \ufffd';
  await old.expect({ content });
  await modern.expect({ content });
});

test('lone surrogates never leave, wherever they were', async (t) => {
  const { server, old, modern } = await oldAndModern(t);
  const alice = await upgrade(await connect(t, server), ['\ud800', 'x\udc00']);
  const lone = '\\ud83d';

  alice.write(`{"type":"message","from":"al${lone}ice","content":"${lone}","tags":{"${lone}":"${lone}"},"ref":"1"}\n`);
  for (const client of [old, modern]) {
    const line = await client.line();
    assert.doesNotMatch(line, /\\ud8/i);
    assertClean(line);
  }
  alice.write(`{"type":"${lone}","ref":"2"}\n{"type":"ping","ref":"${lone}"}\n{"type":"status","state":"away","text":"x${lone}"}\n`);
  alice.write(`{"type":"join","channel":"#${lone}"}\n{"type":"help","topic":"${lone}"}\n{"type":"message","to":"${lone}","content":"x"}\n`);
  for (let lines = 7; lines > 0; lines -= 1) assertClean(await alice.line());
  await old.line();

  assertClean(await modern.line());
});

test('a long unknown type is told cut, and never in the middle of a character', async (t) => {
  const { modern } = await oldAndModern(t);

  modern.send({ type: `x${'👍'.repeat(100)}` });

  assertClean(await modern.line());
});

test('control characters in states, texts and tags reach nobody', async (t) => {
  const { server, old, modern } = await oldAndModern(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.send({ type: 'status', state: 'away', text: 'a\u001b[31mb\u009b\u202ec\n' });
  assertClean(await old.line());
  const { text } = await modern.next();
  assert.equal(text, 'a[31mbc');
  await alice.expect({ type: 'status', status: 'ok' });
  alice.send({ type: 'status', state: 'away', text: '\u0000\u200b' });
  await old.line();
  assert.ok(!('text' in (await modern.next())));
  await alice.expect({ type: 'status', status: 'ok' });
  alice.send({ type: 'message', content: 'x', tags: { 'k\u0007': 'v\u001b', n: 1 } });
  await old.line();

  const { tags } = await modern.next();
  assert.deepEqual(tags, { 'k\ufffd': 'v\ufffd', n: 1 });
});

test('keys of prototypes in tags do nothing', async (t) => {
  const { server, modern } = await oldAndModern(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  alice.write('{"type":"message","content":"x","tags":{"__proto__":"p","constructor":"c","toString":"t","a":1},"ref":"1"}\n');

  await alice.expect({ ref: '1' });
  const line = await modern.line();
  assert.equal(({} as Record<string, unknown>)['p'], undefined);
  assert.match(line, /"a":1/);
});

test('numbers that are none, and numbers too large, are refused where a number is wanted and never leave', async (t) => {
  const { server, old, modern } = await oldAndModern(t);
  const alice = await upgrade(await guest(t, server, 'alice'));

  for (const [members, code] of [
    ['"reply_to":1e999', 'invalid_field'],
    ['"reply_to":-1', 'invalid_field'],
    ['"reply_to":9007199254740993', 'invalid_field'],
    ['"tags":{"a":1e999}', 'invalid_field'],
    ['"tags":{"a":NaN}', 'bad_json'],
    ['"content":NaN', 'bad_json'],
    ['"content":1e999', 'invalid_field'],
  ]) {
    alice.write(`{"type":"message","content":"x",${members}}\n`);
    await alice.expect({ type: 'error', code });
  }
  alice.write(`{"type":"message","content":"x","tags":{"a":-0,"b":${'1'.repeat(400)}}}\n`);
  await alice.expect({ type: 'error', code: 'invalid_field' });

  await old.expectNothing();
  await modern.expectNothing();
});

test('SQL, HTML, format and path characters come out as they went in', async (t) => {
  const { server, old, modern } = await oldAndModern(t);
  const alice = await guest(t, server, 'alice');
  const contents = [
    "'; DROP TABLE messages; --",
    '" OR 1=1',
    '%s %n %00',
    '<script>alert(1)</script>',
    '../../etc/passwd',
    '{{x}} $(x) `x`',
    '\\u0041 \\ "',
    '{"type":"login"}',
    '=1+1',
  ];

  for (const content of contents) alice.send({ type: 'message', content });

  for (const content of contents) {
    await old.expect({ content });
    await modern.expect({ content });
  }
});

test('names of prototypes are names like any other', async (t) => {
  const { server, old } = await oldAndModern(t);

  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const client = await account(t, server, name);
    await old.expect({ type: 'status', user: name, state: 'online' });
    old.send({ type: 'message', subtype: 'private', to: name, content: 'hi' });
    await client.expect({ from: 'old', to: name, content: 'hi' });
    client.send({ type: 'message', channel: `#${name}`, content: 'x' });
    await client.expectNothing();
    await client.leave();
    await old.expect({ type: 'status', user: name, state: 'offline' });
  }
});

/** Lines like those of clients, with anything in them. */
function anyLine(): fc.Arbitrary<string | Uint8Array> {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('bob', 'global', 'private', '#dev', 'alice', 'online', 2),
    fc.string({ unit: 'binary' }),
  );
  const object = fc.dictionary(
    fc.oneof(
      fc.constantFrom(
        'type',
        'content',
        'to',
        'subtype',
        'channel',
        'from',
        'state',
        'username',
        'password',
        'ref',
        'tags',
        'nonce',
        'version',
        'caps',
        '__proto__',
      ),
      fc.string(),
    ),
    value,
    { maxKeys: 8 },
  );
  const examples = Object.values(requests).map(({ example }) => example);
  const changed = fc
    .tuple(fc.constantFrom(...examples), fc.nat(), value)
    .map(([example, at, other]) =>
      JSON.stringify({ ...example, [Object.keys(example).at(at % Object.keys(example).length) ?? '']: other }),
    );
  const types = fc.constantFrom(...Object.keys(requests), 'MESSAGE', 'userlist', 'channel_switch', 'x');
  const request = fc.tuple(object, types).map(([members, type]) => JSON.stringify({ ...members, type }));
  return fc.oneof(
    { weight: 4, arbitrary: request },
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: object.map((members) => JSON.stringify(members)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  );
}

test('whatever one client sends, its neighbours get clean lines only, and the server lives on', async (t) => {
  const server = await startServer(t, {
    set: [
      'limits.new_connections.burst=100000',
      'limits.bad_lines_per_minute=1000000',
      'channels.created_per_guest_day=100000',
      'limits.refusals_per_minute=1000000',
    ],
  });
  const old = await guest(t, server, 'bob');
  const modern = await upgrade(await guest(t, server, 'modern'), capabilities);
  const drain = async (client: Client) => {
    client.send({ type: 'users' });
    for (let type: unknown; type !== 'users'; ) {
      const line = await client.line();
      assertClean(line);
      type = (JSON.parse(line) as { type: unknown }).type;
      assert.notEqual(type, 'error', line);
      if (client === old) assert.ok(['message', 'status', 'users'].includes(type as string), line);
    }
  };

  await fc.assert(
    fc.asyncProperty(fc.array(anyLine(), { minLength: 1, maxLength: 30 }), fc.boolean(), async (lines, isModern) => {
      const client = await connect(t, server);
      if (isModern) await upgrade(client);
      for (const line of lines) client.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
      await client.leave();
      // Whoever begins with a slash or as a browser would is answered as it asked, not in JSON.
      for (const line of client.pending()) if (line.startsWith('{')) assertClean(withoutRef(line));
      await drain(old);
      await drain(modern);
    }),
    { numRuns: 120 },
  );

  assert.doesNotMatch(server.log(), /"log\.level":"error"/);
});
