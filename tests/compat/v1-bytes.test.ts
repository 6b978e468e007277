import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

// Far from UTC and no whole hour, so that nobody takes UTC for local time.
process.env['TZ'] = 'Asia/Kolkata';
const local = '2026-09-01T13:30:00.042000';

/** A server whose clock stands at `local`, with Alice to talk and Bob to listen. */
async function aliceAndBob(t: TestContext) {
  const clock = new FakeClock(Date.UTC(2026, 8, 1, 8, 0, 0, 42));
  const server = await startServer(t, { clock });
  return { server, clock, alice: await guest(t, server, 'alice'), bob: await guest(t, server, 'bob') };
}

test('register and login are answered byte for byte as the course server does', async (t) => {
  const client = await connect(t, await startServer(t));
  const exchange = async (request: string) => {
    client.write(`${request}\n`);
    return client.line();
  };

  const register = '{"type":"register","username":"Zoé","password":"x"}';
  assert.equal(await exchange(register), '{"type": "register", "status": "ok"}');
  assert.equal(await exchange(register), '{"type": "error", "message": "Username already exists."}');
  assert.equal(await exchange('{"type":"login","username":"Zoé","password":"y"}'), '{"type": "error", "message": "Login failed."}');
  assert.equal(await exchange('{"type":"login","username":"nobody","password":"y"}'), '{"type": "error", "message": "Login failed."}');
  assert.equal(
    await exchange('{"type":"login","username":"Zoé","password":"x"}'),
    '{"type": "login", "status": "ok", "username": "Zo\\u00e9"}',
  );
});

test('a new refusal has type, message, error and code in this order, the text twice and no status', async (t) => {
  const client = await connect(t, await startServer(t));

  client.send({ type: 'register', username: 'root', password: 'x' });

  assert.equal(
    await client.line(),
    '{"type": "error", "message": "This name is reserved.", "error": "This name is reserved.", "code": "invalid_name"}',
  );
});

test('a refusal in French is pure ASCII, too', async (t) => {
  const client = await connect(t, await startServer(t, { lang: 'fr' }));

  client.write('{"type":"register","username":"root","password":"x"}\n');
  client.write('not json\n');

  assert.match(await client.line(), /^\{"type": "error", "message": "[ -~]+ r\\u00e9serv\\u00e9[ -~]+", "code": "invalid_name"\}$/);
  assert.match(await client.line(), /^\{"type": "error", "message": "[ -~]+ n\\u2019est [ -~]+", "code": "bad_json"\}$/);
});

test('from and timestamp come last when the sender gave none, from first', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message","subtype":"global","to":"global","content":"hi"}\n');

  assert.equal(
    await bob.line(),
    `{"type": "message", "subtype": "global", "to": "global", "content": "hi", "from": "alice", "timestamp": "${local}"}`,
  );
});

test('from and timestamp keep their place when the sender gave them, and are the server’s', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"timestamp":"2001-01-01 00:00:00","content":"hi","from":"bob","type":"message","to":"global","subtype":"global"}\n');
  alice.write('{"from":{"name":"bob"},"content":"two","type":"message","timestamp":null}\n');
  alice.write('{"timestamp":1,"type":"message","content":"three"}\n');

  assert.equal(
    await bob.line(),
    `{"timestamp": "${local}", "content": "hi", "from": "alice", "type": "message", "to": "global", "subtype": "global"}`,
  );
  assert.equal(await bob.line(), `{"from": "alice", "content": "two", "type": "message", "timestamp": "${local}"}`);
  assert.equal(await bob.line(), `{"timestamp": "${local}", "type": "message", "content": "three", "from": "alice"}`);
});

test('of a doubled key the first place and the last value count', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"content":"one","type":"message","content":"two","mood":"sad","from":"x","mood":"glad"}\n');

  assert.equal(await bob.line(), `{"content": "two", "type": "message", "mood": "glad", "from": "alice", "timestamp": "${local}"}`);
});

test('a message keeps its order of keys though some look like numbers', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message","content":"hi","2":"b","1":"a"}\n');

  assert.equal(await bob.line(), `{"type": "message", "content": "hi", "2": "b", "1": "a", "from": "alice", "timestamp": "${local}"}`);
});

test('time is local, without zone, with six digits even when they are zero', async (t) => {
  const { alice, bob, clock } = await aliceAndBob(t);
  const timeAt = async (...utc: Parameters<typeof Date.UTC>) => {
    clock.setWall(Date.UTC(...utc));
    alice.send({ type: 'message', content: 'hi' });
    return (await bob.next())['timestamp'];
  };

  assert.equal(await timeAt(2026, 8, 1, 8, 0, 1), '2026-09-01T13:30:01.000000');
  assert.equal(await timeAt(2026, 8, 1, 8, 0, 1, 7), '2026-09-01T13:30:01.007000');
  assert.equal(await timeAt(2026, 11, 31, 20, 5, 9, 999), '2027-01-01T01:35:09.999000');
});

test('nothing but ASCII leaves: accents, emoji as surrogate pairs, DEL, line separators', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message","content":"é€ 👍🏽 \u007f \u2028\u2029 \\u00e9 \\ud83d\\ude00 \u{1F468}\u200D\u{1F469}"}\n');

  assert.equal(
    await bob.line(),
    '{"type": "message", "content": "\\u00e9\\u20ac \\ud83d\\udc4d\\ud83c\\udffd \\ufffd \\u2028\\u2029 \\u00e9 \\ud83d\\ude00 \\ud83d\\udc68\\u200d\\ud83d\\udc69", ' +
      `"from": "alice", "timestamp": "${local}"}`,
  );
});

test('quotes, backslashes, tabs and newlines are escaped, slashes are not', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"message","content":"a\\"b\\\\c\\/d\\te\\nf"}\n');

  assert.equal(await bob.line(), `{"type": "message", "content": "a\\"b\\\\c/d\\te\\nf", "from": "alice", "timestamp": "${local}"}`);
});

test('names are escaped like everything else', async (t) => {
  const { server, bob } = await aliceAndBob(t);
  const zoe = await guest(t, server, 'Zoé 👍');

  zoe.send({ type: 'message', content: '' });
  await bob.line();
  zoe.send({ type: 'status', state: 'à table 🍝' });

  assert.equal(await bob.line(), '{"type": "status", "user": "Zo\\u00e9 \\ud83d\\udc4d", "state": "\\u00e0 table \\ud83c\\udf5d"}');
  bob.send({ type: 'users' });
  assert.equal(await bob.line(), '{"type": "users", "users": ["alice", "bob", "Zo\\u00e9 \\ud83d\\udc4d"]}');
});

test('status lines are written as the course server writes them', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);

  alice.send({ type: 'status', user: 'bob', state: 'away', since: 5 });
  assert.equal(await bob.line(), '{"type": "status", "user": "alice", "state": "away"}');
  const carol = await account(t, server, 'carol');
  assert.equal(await bob.line(), '{"type": "status", "user": "carol", "state": "online"}');
  await carol.leave();
  assert.equal(await bob.line(), '{"type": "status", "user": "carol", "state": "offline"}');
});

test('a list of nobody is an empty list', async (t) => {
  const client = await connect(t, await startServer(t));

  client.send({ type: 'users' });

  assert.equal(await client.line(), '{"type": "users", "users": []}');
});

test('type is read in any case, and written in lower case', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.write('{"type":"MESSAGE","content":"hi"}\n');
  assert.equal(await bob.line(), `{"type": "message", "content": "hi", "from": "alice", "timestamp": "${local}"}`);
  alice.write('{"type":"Status","state":"AWAY"}\n');
  assert.equal(await bob.line(), '{"type": "status", "user": "alice", "state": "AWAY"}');
  alice.write('{"type":"UserList"}\n');
  assert.equal(await alice.line(), '{"type": "users", "users": ["alice", "bob"]}');
});

test('what a v2 client says reaches v1 clients in the form of v1', async (t) => {
  const { server, bob } = await aliceAndBob(t);
  const carol = await upgrade(await guest(t, server, 'carol'));

  carol.send({ type: 'message', content: 'à tous', nonce: 'n', tags: { mood: 'glad' }, mood: 'glad' });
  carol.send({ type: 'message', subtype: 'private', to: 'bob', content: 'à toi' });
  carol.send({ type: 'message', channel: '#general', content: 'ici' });

  const end = `"from": "carol", "timestamp": "${local}"}`;
  assert.equal(await bob.line(), `{"type": "message", "subtype": "global", "content": "\\u00e0 tous", ${end}`);
  assert.equal(await bob.line(), `{"type": "message", "subtype": "private", "to": "bob", "content": "\\u00e0 toi", ${end}`);
  assert.equal(await bob.line(), `{"type": "message", "subtype": "global", "channel": "#general", "content": "ici", ${end}`);
});

/** `json.dumps` of Python, as its documentation describes it: everything but printable ASCII is escaped. */
function pythonString(text: string): string {
  const short: Readonly<Record<string, string>> = {
    '"': '\\"',
    '\\': '\\\\',
    '\n': '\\n',
    '\t': '\\t',
    '\r': '\\r',
    '\b': '\\b',
    '\f': '\\f',
  };
  const escaped = text.replace(/["\\]|[^ -~]/g, (unit) => short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

/** What of a text may reach others: CRLF is LF, other controls but tab and LF, and lone surrogates, are U+FFFD. */
function passed(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/[^\P{Cc}\t\n]|\p{Cs}/gu, '\ufffd');
}

test('any text arrives as Python would have written it', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  );

  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 10 }), async (texts) => {
      for (const content of texts) alice.send({ content, type: 'message' });
      for (const content of texts)
        assert.equal(
          await bob.line(),
          `{"content": ${pythonString(passed(content))}, "type": "message", "from": "alice", "timestamp": "${local}"}`,
        );
    }),
    { numRuns: 150 },
  );
});
