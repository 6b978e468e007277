import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

test('hello is answered with what the server is and allows, in compact JSON', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 9, 0, 0, 123));
  const client = await connect(t, await startServer(t, { clock, hasShippedRates: true, set: ['server.node=n7'] }));

  client.send({ type: 'hello', version: 2, ref: '1', client: 'my-bot/1.0', caps: ['echo'], lang: 'fr' });

  assert.equal(
    await client.line(),
    '{"type":"hello","status":"ok","ref":"1","version":2,"server":"classcord/0.0.0-test","node":"n7","caps":["echo"],"auth":["password","totp","token","key"],' +
      '"limits":{"line_bytes":65536,"content_bytes":65536,"history_page":1000,"messages_per_minute":300,"ping_seconds":30},' +
      '"default_channel":"#general","time":"2026-11-22T09:00:00.123Z"}',
  );
});

test('hello tells the limits that the operator set', async (t) => {
  const set = ['limits.line_bytes=100000', 'limits.content_bytes=2000', 'limits.ping_s=7', 'limits.messages.per_second=2'];
  const client = await connect(t, await startServer(t, { set }));

  client.send({ type: 'hello', version: 2 });

  const limits = { line_bytes: 100_000, content_bytes: 2000, history_page: 1000, messages_per_minute: 120, ping_seconds: 7 };
  await client.expect({ type: 'hello', limits });
});

test('capabilities that the server does not know are listed and otherwise ignored', async (t) => {
  const server = await startServer(t);
  const client = await connect(t, server);

  client.send({ type: 'hello', version: 2, caps: ['telepathy', 'echo', '', '__proto__', 'ECHO'] });
  await client.expect({ status: 'ok', caps: ['echo'], unknown_caps: ['telepathy', '', '__proto__', 'ECHO'] });
  client.send({ type: 'hello', version: 2, caps: [] });
  const answer = await client.expect({ status: 'ok', caps: [] });

  assert.ok(!('unknown_caps' in answer));
});

test('a hello of a version that does not exist, or of a wrong form, is refused and changes nothing', async (t) => {
  const client = await connect(t, await startServer(t));

  for (const request of [
    {},
    { version: 1 },
    { version: 3 },
    { version: '2' },
    { version: 2, caps: 'echo' },
    { version: 2, caps: [5] },
    { version: 2, lang: 5 },
  ]) {
    client.send({ type: 'hello', ...request });
    assert.match(await client.line(), /^\{"type": "error", .*"code": "invalid_field"\}$/);
  }

  client.send({ type: 'users' });
  assert.equal(await client.line(), '{"type": "users", "users": []}');
});

test('the next request may come in the same write as the hello', async (t) => {
  const client = await connect(t, await startServer(t));

  client.write(
    '{"type":"hello","version":2,"ref":"1"}\n{"type":"ping","ref":"2"}\n{"type":"message","from":"é","content":"é","ref":"3"}\n',
  );

  await client.expect({ type: 'hello', ref: '1' });
  assert.equal(await client.line(), '{"type":"pong","status":"ok","ref":"2"}');
  await client.expect({ type: 'ack', ref: '3' });
});

test('hello may come at any time: before a name, as a guest, as an account; nothing else of the session changes', async (t) => {
  const server = await startServer(t);
  const nameless = await upgrade(await connect(t, server));
  const bob = await upgrade(await guest(t, server, 'bob'));
  const carol = await account(t, server, 'carol');
  await bob.expect({ type: 'status', user: 'carol', state: 'online' });
  carol.send({ type: 'join', channel: '#dev' });
  await upgrade(carol);

  bob.send({ type: 'message', channel: '#dev', content: 'été' });
  assert.match(
    await carol.line(),
    /^\{"type":"message","subtype":"global","channel":"#dev","from":"bob","content":"été","id":1,"seq":1,"timestamp":"[^"]+Z"\}$/,
  );
  nameless.send({ type: 'whoami' });
  await nameless.expect({ type: 'whoami', username: null });
});

test('a v2 session hears messages and status lines as v2 lines', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 9, 0, 1, 42));
  const server = await startServer(t, { clock });
  const modern = await upgrade(await guest(t, server, 'modern'));
  const alice = await guest(t, server, 'alice');

  alice.send({ type: 'message', content: 'à tous', mood: 'glad' });
  alice.send({ type: 'message', subtype: 'private', to: 'MODERN', content: 'à toi' });

  assert.equal(
    await modern.line(),
    '{"type":"message","subtype":"global","channel":"#general","from":"alice","content":"à tous","id":1,"seq":1,"timestamp":"2026-11-22T09:00:01.042Z"}',
  );
  assert.equal(
    await modern.line(),
    '{"type":"message","subtype":"private","to":"modern","from":"alice","content":"à toi","id":2,"seq":1,"timestamp":"2026-11-22T09:00:01.042Z"}',
  );
  await alice.leave();
  assert.equal(await modern.line(), '{"type":"status","user":"alice","state":"offline"}');
});

test('errors are told in the language of the hello, in the server’s where it asks for another', async (t) => {
  const server = await startServer(t, { lang: 'en' });
  const told = async (lang: string) => {
    const client = await connect(t, server);
    client.send({ type: 'hello', version: 2, lang });
    await client.expect({ type: 'hello' });
    client.send({ type: 'leave', channel: '#general' });
    return (await client.expect({ type: 'error', code: 'not_authenticated' }))['message'];
  };

  assert.equal(await told('fr'), 'Connectez-vous d’abord.');
  assert.equal(await told('fr-CA'), 'Connectez-vous d’abord.');
  assert.equal(await told('en-GB'), 'Log in first.');
  assert.equal(await told('de'), 'Log in first.');
});

test('lines of v2 come with unknown keys and change nothing', async (t) => {
  const client = await connect(t, await startServer(t));

  client.send({ type: 'hello', version: 2, x: 1, token: 'secret', ref: 'a' });
  const answer = await client.expect({ type: 'hello', ref: 'a' });

  assert.ok(!('x' in answer) && !('token' in answer));
});

test('the first line after the login of a session with echo is its answer; of its own coming only the others hear', async (t) => {
  const server = await startServer(t);
  await account(t, server, 'alice');
  const bob = await guest(t, server, 'bob');
  const client = await upgrade(await connect(t, server), ['echo']);

  client.send({ type: 'login', ref: '1', username: 'alice', password: 'password of alice' });

  await client.expect({ type: 'login', status: 'ok', ref: '1' });
  await client.expectNothing();
  await bob.expect({ type: 'status', user: 'alice', state: 'online' });
});
