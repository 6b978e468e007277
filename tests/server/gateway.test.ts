import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, guest } from '../support/client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { type WebClient, webConnect } from '../support/web-client.ts';

const start = (t: TestContext, set: readonly string[] = []) => startServer(t, { set: ['gateway.listen=127.0.0.1:0', ...set] });

/** A v2 guest by WebSocket. */
async function webGuest(t: TestContext, server: TestServer, name: string): Promise<WebClient> {
  const client = await webConnect(t, server);
  client.send({ type: 'hello', version: 2 });
  await client.expect({ type: 'hello', status: 'ok', version: 2 });
  client.send({ type: 'message', from: name, content: '' });
  await client.expect({ type: 'ack', username: name });
  return client;
}

/** A client of the second seed, logged in; its account is made for it. */
async function roomchatter(t: TestContext, server: TestServer, name: string): Promise<WebClient> {
  await (await account(t, server, name)).leave();
  const client = await webConnect(t, server, { subprotocol: null });
  client.send({ type: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'auth' });
  return client;
}

test('a netcat, a v2 client and one of the second seed hold one conversation, each in its own dialect', async (t) => {
  const server = await start(t);
  const nc = await guest(t, server, 'nc');
  const carol = await roomchatter(t, server, 'carol');
  await nc.expect({ type: 'status', user: 'carol', state: 'online' });
  await nc.expect({ type: 'status', user: 'carol', state: 'offline' });
  await nc.expect({ type: 'status', user: 'carol', state: 'online' });
  const web = await webGuest(t, server, 'web');

  nc.send({ type: 'message', content: 'é from a terminal' });
  await web.expect({ type: 'message', subtype: 'global', channel: '#general', from: 'nc', content: 'é from a terminal', id: 1, seq: 1 });
  const heard = await carol.expect({ type: 'message' });
  const { timestamp, ...data } = heard['data'] as Record<string, unknown>;
  assert.match(String(timestamp), /Z$/);
  assert.deepEqual(data, { id: 1, fromUser: 0, username: 'nc', content: 'é from a terminal', room: 'general' });

  web.send({ type: 'message', content: 'from a page' });
  await web.expect({ type: 'ack', id: 2 });
  await nc.expect({ type: 'message', from: 'web', content: 'from a page' });
  assert.deepEqual(((await carol.next())['data'] as { content: string }).content, 'from a page');

  carol.send({ type: 'room_message', room: 'general', content: 'from the second seed' });
  await nc.expect({ type: 'message', from: 'carol', content: 'from the second seed' });
  await web.expect({ type: 'message', from: 'carol', content: 'from the second seed', id: 3, seq: 3 });
  assert.deepEqual(((await carol.next())['data'] as { id: number }).id, 3);
});

test('the subprotocol says that v2 is spoken: hello is not needed, and adds capabilities', async (t) => {
  const server = await start(t);
  const client = await webConnect(t, server);

  client.send({ type: 'ping', ref: '1' });
  await client.expect({ type: 'pong', status: 'ok', ref: '1' });
  client.send({ type: 'hello', version: 2, ref: '2', caps: ['echo', 'dance'] });
  await client.expect({ type: 'hello', ref: '2', caps: ['echo'], unknown_caps: ['dance'] });
});

test('a client that offers several subprotocols is answered with ours, and one that offers none with none', async (t) => {
  const server = await start(t);

  assert.equal((await webConnect(t, server)).socket.protocol, 'classcord.v2');
  assert.equal((await webConnect(t, server, { subprotocol: null })).socket.protocol, '');
});

test('a frame is one object: broken over lines it still is, two in one frame are none, and neither is an empty frame', async (t) => {
  const server = await start(t);
  const client = await webConnect(t, server);

  client.write('');
  client.write('{\n  "type": "ping",\n  "ref": "pretty"\n}\n');
  await client.expect({ type: 'pong', ref: 'pretty' });
  client.write('{"type":"ping","ref":"1"}\n{"type":"ping","ref":"2"}');
  await client.expect({ type: 'error', code: 'bad_json' });
  client.write('{"type":"message","content":"a\nb"}');
  await client.expect({ type: 'error', code: 'bad_json' });
  client.write('nonsense');
  await client.expect({ type: 'error', code: 'bad_json' });
  client.send({ type: 'ping', ref: 'alive' });
  await client.expect({ type: 'pong', ref: 'alive' });
});

test('bytes in a binary frame are read as text is, and what is not UTF-8 is told so', async (t) => {
  const server = await start(t);
  const client = await webConnect(t, server);

  client.socket.send(Buffer.from('{"type":"ping","ref":"é"}'));
  await client.expect({ type: 'pong', ref: 'é' });
  client.socket.send(Buffer.from('{"type":"ping","ref":"é"}', 'latin1'));
  await client.expect({ type: 'error', code: 'invalid_utf8' });
});

test('what was said before an orderly end is stored and told; the end is told after it', async (t) => {
  const server = await start(t);
  const nc = await guest(t, server, 'nc');
  const web = await webGuest(t, server, 'web');

  for (let i = 0; i < 50; i += 1) web.send({ type: 'message', content: `${i}` });
  await web.leave();

  for (let i = 0; i < 50; i += 1) await nc.expect({ type: 'message', content: `${i}` });
  await nc.expect({ type: 'status', user: 'web', state: 'offline' });
});

test('a link that is cut takes its name with it, once', async (t) => {
  const server = await start(t);
  const nc = await guest(t, server, 'nc');
  const web = await webGuest(t, server, 'web');

  web.socket.terminate();

  await nc.expect({ type: 'status', user: 'web', state: 'offline' });
  await nc.expectNothing();
});

test('a stop is told as an error, then with closing code 1001', async (t) => {
  const server = await start(t);
  const web = await webGuest(t, server, 'web');
  const carol = await roomchatter(t, server, 'carol');
  await web.expect({ type: 'status', user: 'carol' });
  await web.expect({ type: 'status', user: 'carol' });
  await web.expect({ type: 'status', user: 'carol' });

  await server.stop();

  await web.expect({ type: 'error', code: 'draining' });
  assert.equal(await web.closed(), 1001);
  await carol.expect({ type: 'error', data: { message: 'Le serveur redémarre : revenez dans un instant.' } });
  assert.equal(await carol.closed(), 1001);
});

test('what goes by WebSocket is counted as such', async (t) => {
  const server = await start(t);
  const nc = await guest(t, server, 'nc');
  const web = await webGuest(t, server, 'web');
  web.send({ type: 'message', content: 'hi' });
  await nc.expect({ content: 'hi' });
  nc.send({ type: 'message', content: 'hello' });
  await web.expect({ type: 'ack' });
  await web.expect({ content: 'hello' });

  const text = await server.app.telemetry.metrics.registry.metrics();

  assert.match(text, /^classcord_connections_opened_total\{transport="ws"\} 1$/m);
  assert.match(text, /^classcord_messages_delivered_total\{transport="tcp"\} [1-9]/m);
  assert.match(text, /^classcord_messages_delivered_total\{transport="ws"\} [1-9]/m);
  assert.match(text, /^classcord_received_bytes_total\{transport="ws"\} [1-9]/m);
  assert.match(text, /^classcord_sent_bytes_total\{transport="ws"\} [1-9]/m);
});

test('without an address for it there is no gateway', async (t) => {
  const server = await startServer(t, { set: ['gateway.listen='] });

  assert.equal(server.app.gatewayAddress, null);
});
