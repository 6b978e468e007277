import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, guest } from '../support/client.ts';
import { cuts, exchange, sendInPieces } from '../support/raw.ts';
import { startServer } from '../support/server.ts';

const isMetrics = (text: string) => text.startsWith('# HELP') && text.endsWith('\n') && text.includes('classcord_connections');

test('GET_METRICS is answered with the whole text in one piece, then the connection ends', async (t) => {
  const server = await startServer(t);
  await guest(t, server, 'alice');

  for (const question of ['GET_METRICS', 'GET_METRICS\n', 'GET_METRICS\r\n']) {
    const chunks = await exchange(t, server, [question]);
    assert.equal(chunks.length, 1, JSON.stringify(question));
    assert.ok(isMetrics(chunks.join('')), JSON.stringify(question));
  }
});

test('GET_METRICS is understood though it is cut anywhere', async (t) => {
  const server = await startServer(t);

  for (const pieces of [...cuts('GET_METRICS'), ...cuts('GET_METRICS\n'), [...'GET_METRICS']]) {
    assert.ok(isMetrics((await exchange(t, server, pieces)).join('')), JSON.stringify(pieces));
  }
});

test('GET_METRICS answers the addresses of metrics.allow only, others get nothing', async (t) => {
  const server = await startServer(t, { set: ['metrics.allow=10.0.0.0/8'] });

  assert.deepEqual(await exchange(t, server, ['GET_METRICS']), []);
});

test('GET_METRICS is no request of a connection that speaks JSON', async (t) => {
  const client = await connect(t, await startServer(t));

  client.write('{"type":"users"}\nGET_METRICS\n');

  await client.expect({ type: 'users' });
  await client.expect({ type: 'error', code: 'bad_json' });
});

for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'CONNECT']) {
  test(`HTTP ${method} gets one 400 that names the right port, and its body is never executed`, async (t) => {
    const server = await startServer(t);
    const alice = await guest(t, server, 'alice');
    const body = '{"type":"message","from":"evil","content":"boo"}\n';
    const request = `${method} /index.html HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

    for (const pieces of [[request], cuts(request)[1] ?? [], [request.slice(0, method.length + 1), request.slice(method.length + 1)]]) {
      const [head = '', text] = (await exchange(t, server, pieces)).join('').split('\r\n\r\n');
      assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\n/);
      assert.match(head, /\r\nConnection: close/);
      assert.match(text ?? '', /9091/);
    }

    await alice.expectNothing();
  });
}

test('the first byte of a TLS handshake is answered briefly and never with JSON, and the server lives on', async (t) => {
  const server = await startServer(t);
  const hello = Buffer.from('16030100c8010000c403030000000000000000000000000a7b7d0a', 'hex');

  const answer = (await exchange(t, server, [hello])).join('');

  assert.ok(answer.length <= 7, answer);
  await guest(t, server, 'alice');
});

test('a slash opens the door to plain text, and JSON lines are not spoken behind it', async (t) => {
  const server = await startServer(t);

  const answer = (await exchange(t, server, ['/he', 'lp\n{"type":"users"}\n/quit\n'])).join('');

  assert.match(answer, /^What does not begin with[^{]+\/quit: leave\n/);
  assert.match(answer, /\nThis is a plain text connection[^{]+\nGoodbye\.\n$/);
});

test('a client that says LOGIN:… without a newline is neither answered nor disturbed, and can still speak JSON', async (t) => {
  const client = await connect(t, await startServer(t));

  await sendInPieces(client, ['LOGIN:alice:guest', 'MSG:alice:hello', 'LOGOUT']);
  assert.equal(client.bytes, 0);
  client.write('\n');
  await client.expect({ type: 'error', code: 'bad_json' });

  await client.expectNothing();
});

test('bytes that begin like another door and are none are a bad line at their newline', async (t) => {
  const server = await startServer(t);

  for (const line of ['GET_METRIC', 'GARBAGE', 'G', 'POSTAL', 'PRIVATE', 'hello', '[1]', '"x"', '5', 'null']) {
    const client = await connect(t, server);
    for (const byte of line) await sendInPieces(client, [byte]);
    assert.equal(client.bytes, 0, line);
    client.write('\n');
    await client.expect({ type: 'error', code: 'bad_json' });
    await client.expectNothing();
    client.reset();
  }
});

test('a line that never ends is bounded: one line_too_long, which arrives, then the end', async (t) => {
  const client = await connect(t, await startServer(t));

  for (let sent = 0; sent < 10_000_000 && !client.isEnded; sent += 100_000) {
    if (!client.socket.write('x'.repeat(100_000)))
      await Promise.race([new Promise((drained) => client.socket.once('drain', drained)), client.ended()]);
  }

  await client.expect({ type: 'error', code: 'line_too_long' });
  await client.ended();
  assert.deepEqual(client.pending(), []);
});

test('nothing is said before the client speaks: a connection that waits hears no banner', async (t) => {
  const server = await startServer(t);
  const client = await connect(t, server);

  const others = await Promise.all(['alice', 'bob'].map((name) => guest(t, server, name)));
  for (const other of others) other.send({ type: 'message', content: 'hi' });
  await others[0]?.expect({ content: 'hi', from: 'bob' });

  assert.equal(client.bytes, 0);
  await client.expectNothing();
});

test('an end without a word, and a reset in the middle of a word, disturb nobody', async (t) => {
  const server = await startServer(t);
  const alice = await guest(t, server, 'alice');

  for (const piece of ['', 'G', 'GET_', '{"type":', '\u0016', ' ']) {
    const leaving = await connect(t, server);
    leaving.write(piece);
    await leaving.leave();
    const cut = await connect(t, server);
    cut.write(piece);
    cut.reset();
  }

  await alice.expectNothing();
});
