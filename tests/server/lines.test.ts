import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { sendInPieces } from '../support/raw.ts';
import { startServer } from '../support/server.ts';

/** A message line of exactly so many bytes, newline included. */
function lineOf(bytes: number, members = ''): string {
  const frame = `{"type":"message"${members},"content":""}\n`;
  return `{"type":"message"${members},"content":"${'x'.repeat(bytes - frame.length)}"}\n`;
}

async function expectTooLong(client: Client, limit: number): Promise<void> {
  const error = await client.expect({ type: 'error', code: 'line_too_long' });
  assert.match(error['message'] as string, new RegExp(`${limit}`));
  await client.ended();
  assert.deepEqual(client.pending(), []);
}

test('before a name is known a line has at most 16,384 bytes, newline included', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await connect(t, server);

  client.write(lineOf(16_384, ',"from":"alice"'));
  await bob.expect({ from: 'alice' });
  const other = await connect(t, server);
  other.write(lineOf(16_385, ',"from":"carol"'));

  await expectTooLong(other, 16_384);
  await bob.expectNothing();
});

test('a named session’s line has at most 65,536 bytes, newline included', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  for (const enter of [() => guest(t, server, 'alice'), () => account(t, server, 'carol')]) {
    const client = await enter();
    client.write(lineOf(65_536));
    let heard = await bob.next();
    if (heard['type'] === 'status') heard = await bob.next();
    assert.equal((heard['content'] as string).length, 65_536 - lineOf(100).length + (JSON.parse(lineOf(100)).content as string).length);
    client.write(lineOf(65_537));
    await expectTooLong(client, 65_536);
    await bob.expect({ type: 'status', state: 'offline' });
  }
});

test('the longer line may follow the naming one in the same write', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const client = await connect(t, server);

  client.write(`{"type":"message","from":"alice","content":""}\n${lineOf(65_536)}`);

  await bob.expect({ type: 'message', from: 'alice' });
});

test('bytes are counted, not characters', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const fits = await guest(t, server, 'fits');
  const frame = Buffer.byteLength('{"type":"message","content":""}\n');

  fits.write(`{"type":"message","content":"${'€'.repeat(Math.floor((65_536 - frame) / 3))}"}\n`);
  await bob.expect({ from: 'fits' });
  const long = await guest(t, server, 'long');
  long.write(`{"type":"message","content":"${'€'.repeat(Math.ceil((65_537 - frame) / 3))}"}\n`);

  await expectTooLong(long, 65_536);
});

test('a line is too long however it comes: at once, in pieces, with or without its end', async (t) => {
  const server = await startServer(t);
  const line = lineOf(70_000);
  const ways: readonly (readonly string[])[] = [
    [line],
    [line.slice(0, 65_537)],
    [line.slice(0, 65_535), line.slice(65_535)],
    [line.slice(0, 65_536), 'x'],
    Array.from({ length: 70 }, (_, index) => line.slice(index * 1000, (index + 1) * 1000)),
    [`{"type":"status","state":"away"}\n${line}`],
  ];

  for (const [index, pieces] of ways.entries()) {
    const client = await guest(t, server, `guest${index}`);
    await sendInPieces(client, pieces);
    await expectTooLong(client, 65_536);
  }
});

test('what came before the long line is done, what comes after it is not', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');

  alice.write('{"type":"message","content":"before"}\n');
  await bob.expect({ content: 'before' });
  alice.write(`${lineOf(70_000)}{"type":"message","content":"after"}\n`);

  await expectTooLong(alice, 65_536);
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expectNothing();
});

test('the error arrives though the client goes on sending, and the connection is closed under it', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await guest(t, server, 'alice'));
  const closed = new Promise((resolve) => alice.socket.once('close', resolve));

  for (let sent = 0; sent < 200; sent += 1) alice.socket.write('x'.repeat(100_000));

  await alice.expect({ type: 'error', code: 'line_too_long', fatal: true });
  await closed;
});

test('the limits are the operator’s', async (t) => {
  const server = await startServer(t, { set: ['limits.line_bytes=3000', 'limits.line_bytes_unnamed=2000'] });
  const bob = await guest(t, server, 'bob');
  const named = await guest(t, server, 'alice');
  const nameless = await connect(t, server);

  named.write(lineOf(3000));
  await bob.expect({ from: 'alice' });
  named.write(lineOf(3001));
  await expectTooLong(named, 3000);
  nameless.write(lineOf(2001));

  await expectTooLong(nameless, 2000);
});

test('the server’s own lines may be longer than a client’s: escapes and long lists arrive whole', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const alice = await guest(t, server, 'alice');
  const content = '\u00e9'.repeat(32_000);

  alice.send({ type: 'message', content });

  const line = await bob.line();
  assert.ok(line.length > 190_000);
  assert.equal(JSON.parse(line).content, content);
});

test('sixteen levels and 64 keys pass, one more of either is bad_json, for v2 as for v1', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await connect(t, server));
  const nested = (levels: number) => `{"type":"ping","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}\n`;
  const wide = (keys: number) => `{"type":"ping"${Array.from({ length: keys - 1 }, (_, index) => `,"k${index}":0`).join('')}}\n`;

  for (const line of [nested(16), wide(64)]) {
    client.write(line);
    await client.expect({ type: 'pong' });
  }
  for (const line of [nested(17), wide(65)]) {
    client.write(line);
    await client.expect({ type: 'error', code: 'bad_json', fatal: false });
  }
});

test('fifty bad lines in a minute end a v2 session, too; the operator may be more patient', async (t) => {
  const server = await startServer(t, { set: ['limits.bad_lines_per_minute=70'] });
  const client = await upgrade(await connect(t, server));

  client.write('oops\n'.repeat(69));
  for (let count = 69; count > 0; count -= 1) await client.expect({ type: 'error', code: 'bad_json' });
  client.send({ type: 'ping' });
  await client.expect({ type: 'pong' });
  client.write('oops\n');

  await client.expect({ type: 'error', code: 'bad_json' });
  await client.ended();
});
