import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { ChatError, connect } from '../../tools/client/main.ts';
import { listen, listenAs } from '../support/chat-client.ts';
import { startServer } from '../support/server.ts';
import { freePort } from '../support/server-process.ts';

const refusedAs = (code: string) => (error: unknown) => error instanceof ChatError && error.code === code;

test('events are there to iterate over, one’s own messages are not among them, and it ends with close', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  const heard: string[] = [];
  const reading = (async () => {
    for await (const event of bob.client) if (event.type === 'message') heard.push(`${event.from}: ${event.content}`);
  })();

  await alice.client.say('#general', 'one').done;
  await bob.client.say('#general', 'mine').done;
  const { stored } = alice.client.say('bob', 'two');
  await bob.untilSaid('two');
  await bob.client.close();
  await reading;

  assert.deepEqual(heard, ['alice: one', 'alice: two']);
  assert.deepEqual(stored, {});
  assert.deepEqual([bob.client.state, bob.client.generation], ['closed', 2]);
  await assert.rejects(bob.client.say('#general', 'too late').done, refusedAs('unreachable'));
  await assert.rejects(bob.client.request({ type: 'whoami' }), refusedAs('unreachable'));
});

test('requests are answered each by its own, typed; errors are the ChatErrors of the server, in its words', async (t) => {
  const server = await startServer(t);
  const alice = await listenAs(t, server, { user: 'alice', lang: 'fr' });

  const [who, , channels, page] = await Promise.all([
    alice.client.request({ type: 'whoami' }),
    alice.client.request({ type: 'join', channel: '#dev' }),
    alice.client.request({ type: 'channels' }),
    alice.client.request({ type: 'history', channel: '#general' }),
  ]);

  assert.deepEqual([who.username, who.guest], ['alice', false]);
  assert.deepEqual(channels.channels.map(({ name }) => name).sort(), ['#dev', '#general']);
  assert.deepEqual(page.messages, []);
  assert.deepEqual([...alice.client.channels].sort(), ['#dev', '#general']);
  await assert.rejects(alice.client.request({ type: 'react', id: 4711, emoji: 'x' }), (error) => {
    assert.ok(error instanceof ChatError);
    assert.deepEqual(
      [error.code, error.details.field, error.message],
      ['invalid_field', 'emoji', 'Le champ « emoji » manque ou est incorrect.'],
    );
    return true;
  });
});

test('an answer of several lines is one answer', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server, { limits: { mostWaitMs: 60_000 } });
  const long = 'x'.repeat(50_000);
  await Promise.all(Array.from({ length: 9 }, () => alice.client.request({ type: 'message', content: long })));

  const { messages } = await alice.client.request({ type: 'history', channel: '#general', limit: 9 });

  assert.deepEqual(
    messages.map(({ seq, content }) => [seq, content.length]),
    Array.from({ length: 9 }, (_, index) => [index + 1, 50_000]),
  );
});

test('with the cap echo one hears oneself, by the id of the acknowledgement; a reply says to what', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server, { caps: ['echo'] });
  const bob = await listen(t, server, { identity: { guest: 'bob' } });

  const { id } = await alice.client.say('#general', 'anyone?', { tags: { app: 'test' } }).done;
  bob.client.reply(await bob.untilSaid('anyone?'), 'me');

  assert.equal((await alice.untilSaid('anyone?')).id, id);
  assert.equal((await alice.untilSaid('me')).reply_to, id);
  assert.deepEqual((await bob.untilSaid('anyone?')).tags, { app: 'test' });
});

test('a message that is refused has failed, with the reason, and the next one goes out', async (t) => {
  const server = await startServer(t);
  const alice = await listen(t, server);

  const bad = alice.client.say('#general', 'an answer to nothing', { reply_to: 4711 });
  const good = alice.client.say('#general', 'hello');
  await good.done;

  assert.deepEqual([bad.status, bad.error?.code, good.status, good.stored.seq], ['failed', 'not_found', 'sent', 1]);
  await assert.rejects(alice.client.say('#general', 'é'.repeat(40_000)).done, refusedAs('too_large'));
  assert.equal((await alice.until('sent', ({ sent }) => sent === bad)).sent.error?.code, 'not_found');
});

test('over the rate a message waits its time, and all arrive in their order', async (t) => {
  const set = ['limits.messages_guest.burst=2', 'limits.messages_guest.per_second=100'];
  const server = await startServer(t, { hasShippedRates: true, set });
  const alice = await listen(t, server);
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  const contents = Array.from({ length: 12 }, (_, index) => `line ${index}`);

  await Promise.all(contents.map((content) => alice.client.say('#general', content).done));
  await bob.untilSaid('line 11');

  assert.deepEqual(bob.contents, contents);
});

test('nobody there, a wrong password and a refused name end the attempt with their own codes', async (t) => {
  const server = await startServer(t);
  const identity = { user: 'alice', password: 'wrong' };

  await assert.rejects(connect({ port: await freePort(), identity }), refusedAs('unreachable'));
  await assert.rejects(listen(t, server, { identity }), refusedAs('login_failed'));
  await assert.rejects(listenAs(t, server, { user: 'a/b' }), refusedAs('invalid_name'));
});

test('what a server sends is cleaned again, and lines that make no sense are skipped', async (t) => {
  const port = await hostileServer(t, [
    'no json',
    '[1,2]',
    '{"type":"message","subtype":"global","channel":"#a\\u202e","from":"e\\u0007ve","content":"x\\u001b[2J\\u0085y\\ud800","timestamp":"2026-11-22T09:00:00.000Z"}',
    '{"type":"message","subtype":"global","content":{"not":"text"}}',
    '{"type":"reaction","id":"one"}',
    '{"type":"__proto__","a":1}',
    '{"type":"novelty","text":"a\\u0000b","__proto__":{"isAdmin":true}}',
    '{"type":"error","code":"idle_timeout","message":"bye\\u001b[0m"}',
    '{"type":"error","code":"never_heard_of","message":"new"}',
  ]);

  const alice = await listen(t, { port });
  await alice.until('refused', ({ error }) => error.message === 'new');

  const message = await alice.until('message');
  assert.deepEqual([message.from, message.content], ['e\ufffdve', 'x\ufffd[2J\ufffdy\ufffd']);
  assert.deepEqual(
    alice.events.filter(({ type }) => type === 'refused').map((event) => (event as { error: ChatError }).error),
    [new ChatError('idle_timeout', { said: 'bye\ufffd[0m' }), new ChatError('internal', { said: 'new' })],
  );
  const novelty = await alice.until('other', ({ line }) => line['type'] === 'novelty');
  assert.deepEqual(novelty.line['text'], 'a\ufffdb');
  assert.equal((novelty.line as { isAdmin?: boolean }).isAdmin, undefined);
});

/** A server that lets everybody in and then says these lines. */
async function hostileServer(t: TestContext, lines: readonly string[]): Promise<number> {
  const sockets = new Set<Socket>();
  const kinds: Record<string, string> = { message: 'ack', ping: 'pong' };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const asked of text.trim().split('\n')) {
        const { type, ref } = JSON.parse(asked) as { type: string; ref: string };
        const answer = { type: kinds[type] ?? type, status: 'ok', ref, version: 2, channels: [] };
        socket.write(`${JSON.stringify(answer)}\n`);
        if (type === 'channels') socket.write(`${lines.join('\n')}\n`);
      }
    });
  });
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return port;
}
