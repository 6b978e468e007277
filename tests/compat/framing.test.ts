import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connect, guest } from '../support/client.ts';
import { cuts, sendInPieces } from '../support/raw.ts';
import { startServer } from '../support/server.ts';

async function aliceAndBob(t: TestContext) {
  const server = await startServer(t);
  return { server, alice: await guest(t, server, 'alice'), bob: await guest(t, server, 'bob') };
}

/** The byte of a windows-1252 text. */
const latin1 = (text: string) => Buffer.from(text, 'latin1');

const accepted: readonly [string, string | Buffer][] = [
  ['a carriage return before the newline', '{"type":"users"}\r\n'],
  ['several carriage returns', '{"type":"users"}\r\r\r\n'],
  ['a byte order mark', '\ufeff{"type":"users"}\n'],
  ['a byte order mark and blanks', '\ufeff \t{"type":"users"}\n'],
  ['blanks before and after', ' \t {"type":"users"} \t \r\n'],
  ['blanks inside', '{ "type" :\t"users"\r}\n'],
  ['blank lines before', '\n\r\n  \n\t\r\n\n{"type":"users"}\n'],
  ['a key with an odd name', '{"type":"users","__proto__":{"x":1},"constructor":null}\n'],
  ['sixteen levels', `{"type":"users","x":${'['.repeat(15)}${']'.repeat(15)}}\n`],
  ['brackets inside strings', `{"type":"users","x":"${'[{'.repeat(100)}\\"[["}\n`],
  ['64 keys', `{"type":"users",${Array.from({ length: 63 }, (_, index) => `"k${index}":${index}`).join(',')}}\n`],
  ['more than 64 elements in a list', `{"type":"users","x":[${'0,'.repeat(500)}0]}\n`],
];

test('a line is read with what editors and old clients put around it', async (t) => {
  const server = await startServer(t);

  for (const [what, bytes] of accepted) {
    await t.test(what, async (t) => {
      const client = await connect(t, server);
      client.write(bytes);
      assert.equal(await client.line(), '{"type": "users", "users": []}');
      await client.expectNothing();
    });
  }
});

const refused: readonly [string, string | Buffer][] = [
  ['no JSON', 'hello\n'],
  ['half an object', '{"type":"users"\n'],
  ['two objects', '{"type":"users"}{"type":"users"}\n'],
  ['an object and more', '{"type":"users"} x\n'],
  ['a list', '[{"type":"users"}]\n'],
  ['a string', '"users"\n'],
  ['a number', '5\n'],
  ['null', 'null\n'],
  ['true', 'true\n'],
  ['NaN', '{"type":"users","x":NaN}\n'],
  ['Infinity', '{"type":"users","x":-Infinity}\n'],
  ['single quotes', "{'type':'users'}\n"],
  ['a trailing comma', '{"type":"users",}\n'],
  ['a comment', '{"type":"users"} // list\n'],
  ['a NUL before', '\u0000{"type":"users"}\n'],
  ['a NUL inside', '{"type":"users","x":"a\u0000b"}\n'],
  ['a NUL after', '{"type":"users"}\u0000\n'],
  ['a raw control character in a string', '{"type":"users","x":"\u001b[31m"}\n'],
  ['a form feed around', '\f{"type":"users"}\n'],
  ['a no-break space around', '\u00a0{"type":"users"}\n'],
  ['seventeen levels', `{"type":"users","x":${'['.repeat(16)}${']'.repeat(16)}}\n`],
  ['ten thousand levels', `{"type":"users","x":${'[{"a":'.repeat(1600)}0${'}]'.repeat(1600)}}\n`],
  ['levels that never close', `{"type":"users","x":${'['.repeat(10_000)}\n`],
  ['65 keys', `{"type":"users",${Array.from({ length: 64 }, (_, index) => `"k${index}":${index}`).join(',')}}\n`],
  ['65 keys in an inner object', `{"type":"users","x":[{${Array.from({ length: 65 }, (_, index) => `"k${index}":0`).join(',')}}]}\n`],
];

test('a line that is no JSON object within bounds gets one error, and the connection goes on', async (t) => {
  const server = await startServer(t);

  for (const [what, bytes] of refused) {
    await t.test(what, async (t) => {
      const client = await connect(t, server);
      client.send({ type: 'users' });
      await client.expect({ type: 'users' });
      client.write(bytes);
      const error = await client.next();
      assert.deepEqual(Object.keys(error), ['type', 'message', 'error', 'code']);
      assert.equal(error['code'], 'bad_json');
      await client.expectNothing();
    });
  }
});

test('one line in many segments, and many lines in one, are the same lines', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const line = '{"type":"message","content":"été 👍"}\n';
  const bytes = Buffer.from(line);

  for (let at = 1; at < bytes.length; at += 1) await sendInPieces(alice, [bytes.subarray(0, at), bytes.subarray(at)]);
  await sendInPieces(
    alice,
    [...bytes].map((byte) => Buffer.from([byte])),
  );
  alice.write(line.repeat(50));

  for (let count = bytes.length - 1 + 1 + 50; count > 0; count -= 1) await bob.expect({ content: 'été 👍' });
  await bob.expectNothing();
});

test('a request cut anywhere at the beginning of a connection is one request', async (t) => {
  const server = await startServer(t);

  for (const pieces of cuts('\r\n {"type":"users"}\r\n')) {
    const client = await connect(t, server);
    await sendInPieces(client, pieces);
    assert.equal(await client.line(), '{"type": "users", "users": []}', JSON.stringify(pieces));
    client.reset();
  }
});

test('a line is never split on U+2028, U+2029, U+0085 or a lone carriage return', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message",\r"content":"a\u2028b\u2029c\u0085d"}\n');

  await bob.expect({ content: 'a\u2028b\u2029c\ufffdd' });
});

test('a line that is no UTF-8 is read as windows-1252, accents and euro sign included', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);

  alice.write(latin1('{"type":"message","content":"\xe0 bient\xf4t, 5 \x80 \x93oui\x94","mood":"gai \xe9"}\r\n'));
  await bob.expect({ content: 'à bientôt, 5 € “oui”', mood: 'gai é' });
  const zoe = await connect(t, server);
  zoe.write(latin1('{"type":"message","from":"Zo\xe9","content":"salut"}\n'));
  await bob.expect({ from: 'Zoé', content: 'salut' });
  zoe.write('{"type":"message","content":"UTF-8 après"}\n');
  await bob.expect({ from: 'Zoé', content: 'UTF-8 après' });
});

test('overlong forms, surrogates and cut characters in UTF-8 are read as windows-1252, and arrive as valid text', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  for (const bytes of ['c0af', 'eda080', 'f4908080', 'c3', 'ff', 'e282']) {
    alice.write(Buffer.concat([Buffer.from('{"type":"message","content":"<'), Buffer.from(bytes, 'hex'), Buffer.from('>"}\n')]));
    const { content } = await bob.next();
    assert.match(content as string, /^<.{1,4}>$/su, bytes);
    assert.ok((content as string).isWellFormed());
  }
});

test('one account made on Windows and one made in UTF-8 are the same', async (t) => {
  const client = await connect(t, await startServer(t));

  client.write(latin1('{"type":"register","username":"Ren\xe9e","password":"\xe9t\xe9"}\n'));
  await client.expect({ type: 'register', status: 'ok' });
  client.write('{"type":"login","username":"Renée","password":"été"}\n');

  await client.expect({ type: 'login', status: 'ok', username: 'Renée' });
});

test('what comes after the last newline before the end is dropped', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message","content":"one"}\n{"type":"message","content":"two"}');
  await alice.leave();

  await bob.expect({ content: 'one' });
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expectNothing();
});

test('the fiftieth bad line within a minute ends the connection, and its error arrives', async (t) => {
  const { server, bob } = await aliceAndBob(t);
  const client = await guest(t, server, 'carol');

  client.write('oops\n'.repeat(49));
  client.send({ type: 'message', content: 'still here' });
  await bob.expect({ from: 'carol', content: 'still here' });
  client.write('oops\n'.repeat(3));

  for (let count = 50; count > 0; count -= 1) await client.expect({ type: 'error', code: 'bad_json' });
  await client.ended();
  assert.deepEqual(client.pending(), []);
  await bob.expect({ type: 'status', user: 'carol', state: 'offline' });
});

test('blank lines are no bad lines', async (t) => {
  const client = await connect(t, await startServer(t));

  client.write('\r\n'.repeat(500));

  await client.expectNothing();
});
