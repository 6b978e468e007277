import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** Sends a v1 message with these members (source text) and returns the others' line, less what every line has. */
async function relay(t: TestContext) {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');
  const bob = await guest(t, server, 'bob');
  const relayed = async (members: string) => {
    alice.write(`{"type":"message","content":"hi"${members === '' ? '' : ','}${members}}\n`);
    const line = await bob.line();
    const inner = /^\{"type": "message", "content": "hi"(.*), "from": "alice", "timestamp": "[^"]+"\}$/.exec(line)?.[1];
    assert.notEqual(inner, undefined, line);
    return (inner as string).replace(/^, /, '');
  };
  return { server, alice, bob, relayed };
}

test('unknown keys are relayed in their order with the source text of their values', async (t) => {
  const { relayed } = await relay(t);

  assert.equal(
    await relayed(
      '"z":1.0,"a":1e3,"n":-0,"big":123456789012345678901234567890,"t":true,"f":false,"u":null,"s":"\\u00E9\\/\\ud83d\\ude00","e":""',
    ),
    '"z": 1.0, "a": 1e3, "n": -0, "big": 123456789012345678901234567890, "t": true, "f": false, "u": null, "s": "\\u00E9\\/\\ud83d\\ude00", "e": ""',
  );
  assert.equal(await relayed('"été":"à","emoji":"👍"'), '"\\u00e9t\\u00e9": "\\u00e0", "emoji": "\\ud83d\\udc4d"');
});

test('separators are those of the course server, inside values too, and blanks in strings stay', async (t) => {
  const { relayed } = await relay(t);

  assert.equal(
    await relayed(' "list" : [ 1 ,2,  {"a":[],"b":{ }} ] ,\t"o":{"k" :"a,b:c  {d}"}'),
    '"list": [1, 2, {"a": [], "b": {}}], "o": {"k": "a,b:c  {d}"}',
  );
});

test('own keys keep their place between unknown ones', async (t) => {
  const { alice, bob } = await relay(t);

  alice.write('{"mood":"glad","timestamp":0,"subtype":"global","x":1,"from":"zoe","content":"hi","to":"global","y":2,"type":"message"}\n');

  assert.match(
    await bob.line(),
    /^\{"mood": "glad", "timestamp": "[^"]+", "subtype": "global", "x": 1, "from": "alice", "content": "hi", "to": "global", "y": 2, "type": "message"\}$/,
  );
});

test('at most sixteen unknown keys are relayed, the first ones', async (t) => {
  const { relayed } = await relay(t);
  const keys = Array.from({ length: 20 }, (_, index) => `"k${index}"`);

  assert.equal(
    await relayed(keys.map((key) => `${key}:0`).join(',')),
    keys
      .slice(0, 16)
      .map((key) => `${key}: 0`)
      .join(', '),
  );
});

test('at most 2 KiB of unknown keys are relayed', async (t) => {
  const { relayed } = await relay(t);

  assert.equal(await relayed(`"a":"${'x'.repeat(2000)}"`), `"a": "${'x'.repeat(2000)}"`);
  assert.equal(await relayed(`"a":"${'x'.repeat(2100)}"`), '');
  assert.equal(await relayed(`"a":"${'x'.repeat(1500)}","b":"${'y'.repeat(1500)}"`), `"a": "${'x'.repeat(1500)}"`);
  assert.ok((await relayed(`"a":"${'é'.repeat(1000)}"`)).length <= 2048);
});

test('containers are relayed up to four levels inside a value', async (t) => {
  const { relayed } = await relay(t);

  assert.equal(await relayed('"a":[[[[1]]]],"b":{"x":[{"y":[]}]}'), '"a": [[[[1]]]], "b": {"x": [{"y": []}]}');
  assert.equal(await relayed('"a":[[[[[1]]]]],"b":{"x":[{"y":[{}]}]},"c":[[],[[]],1]'), '"c": [[], [[]], 1]');
});

const forbidden = [
  ...'role roles admin staff moderator mod bot system server sender verified user username status code error password token'.split(' '),
  ...['__proto__', 'constructor', 'prototype'],
];

test('no key that could pass for the server’s word is relayed, in whatever spelling', async (t) => {
  const { relayed } = await relay(t);

  for (const key of forbidden) {
    assert.equal(await relayed(`"a":1,"${key}":"admin","b":2`), '"a": 1, "b": 2', key);
    const escaped = [...key].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    assert.equal(await relayed(`"${escaped}":true`), '', escaped);
  }
  for (const key of ['Role', 'ADMIN', ' token', 'st\\u0430tus', 'us\\u200ber', '\\uff55ser', 'R0le'])
    assert.equal(await relayed(`"${key}":1`), '', key);
});

test('keys of prototypes are not relayed at any depth', async (t) => {
  const { relayed } = await relay(t);

  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    assert.equal(await relayed(`"a":[{"b":{"${key}":{"x":1}}}],"c":1`), '"c": 1', key);
    assert.equal(await relayed(`"a":["${key}"]`), `"a": ["${key}"]`, key);
  }
});

test('what is no finite number never leaves, and takes its key with it', async (t) => {
  const { alice, bob, relayed } = await relay(t);

  assert.equal(await relayed('"a":1e999,"b":-1e999,"c":[1,{"x":1e400}],"d":1e308'), '"d": 1e308');
  assert.equal(await relayed(`"a":${'9'.repeat(400)},"b":0.${'9'.repeat(400)}`), `"b": 0.${'9'.repeat(400)}`);
  for (const word of ['NaN', 'Infinity', '-Infinity', '01', '.5', '1.', '+1', '0x10']) {
    alice.write(`{"type":"message","content":"hi","x":${word}}\n`);
    await alice.expect({ type: 'error', code: 'bad_json' });
  }
  await bob.expectNothing();
});

test('control characters and lone surrogates in keys and values never leave', async (t) => {
  const { relayed } = await relay(t);

  assert.equal(
    await relayed('"a\\u0000\\u009b":"\\u001b[31m\\ud800x\\udc00\\u007f","b":[{"\\ud83d":"\\u0007"}],"c":"\\ttab\\n"'),
    '"a\\ufffd\\ufffd": "\\ufffd[31m\\ufffdx\\ufffd\\ufffd", "b": [{"\\ufffd": "\\ufffd"}], "c": "\\ttab\\n"',
  );
});

test('v2 sessions get no unknown keys, and theirs are relayed to nobody', async (t) => {
  const { server, alice, bob } = await relay(t);
  const modern = await upgrade(await guest(t, server, 'modern'));

  alice.send({ type: 'message', content: 'hi', mood: 'glad', id: 99, seq: 99, tags: { a: 1 }, reply_to: 1, nonce: 'x' });
  assert.deepEqual(Object.keys(await modern.next()), ['type', 'subtype', 'channel', 'from', 'content', 'id', 'seq', 'timestamp']);
  await bob.expect({ mood: 'glad', id: 99 });
  modern.send({ type: 'message', content: 'ho', mood: 'glad', id: 99, legacy: 'x', from: 'zoe', timestamp: 0 });
  await modern.expect({ type: 'ack' });

  for (const client of [alice, bob])
    assert.deepEqual(Object.keys(await client.next()), ['type', 'subtype', 'content', 'from', 'timestamp']);
});

test('private messages take their unknown keys along, too', async (t) => {
  const { alice, bob } = await relay(t);

  alice.write('{"type":"message","subtype":"private","to":"bob","content":"hi","color":"#ff0000","role":"admin"}\n');

  assert.match(
    await bob.line(),
    /^\{"type": "message", "subtype": "private", "to": "bob", "content": "hi", "color": "#ff0000", "from": "alice", "timestamp": "[^"]+"\}$/,
  );
});
