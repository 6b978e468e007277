import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { account, guest } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { spawnServer } from '../support/server-process.ts';
import { certificate, type TestCertificate } from '../support/tls.ts';
import { gatewayOf, WebClient, webConnect } from '../support/web-client.ts';

/** Opens a WebSocket over TLS, believing that certificate alone; with the fingerprint that the server showed. */
async function secureConnect(t: TestContext, server: TestServer, { cert }: TestCertificate) {
  const socket = new WebSocket(`wss://${gatewayOf(server)}/`, ['classcord.v2'], { ca: readFileSync(cert) });
  t.after(() => socket.terminate());
  const client = new WebClient(socket);
  let shown = '';
  socket.once('upgrade', (response) => {
    shown = (response.socket as TLSSocket).getPeerCertificate().fingerprint256;
  });
  await new Promise<void>((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { client, shown };
}

test('with a certificate the gateway is wss: the same certificate, renewed without a session being dropped', async (t) => {
  const pair = await certificate(t);
  const server = await startServer(t, { set: ['gateway.listen=127.0.0.1:0', ...pair.settings] });
  const nc = await guest(t, server, 'nc');
  const before = await secureConnect(t, server, pair);
  const wasShown = pair.fingerprint;
  before.client.send({ type: 'message', from: 'web', content: '' });
  await before.client.expect({ type: 'ack' });

  await pair.renew();
  server.app.reload();
  const after = await secureConnect(t, server, pair);
  nc.send({ type: 'message', content: 'still here' });

  await before.client.expect({ type: 'message', from: 'nc', content: 'still here' });
  assert.equal(before.shown, wasShown);
  assert.equal(after.shown, pair.fingerprint);
  assert.notEqual(after.shown, before.shown);
});

test('with a certificate nobody gets in without TLS, unless a proxy in front is said to encrypt', async (t) => {
  const pair = await certificate(t);
  const direct = await startServer(t, { set: ['gateway.listen=127.0.0.1:0', ...pair.settings] });
  const behind = await startServer(t, { set: ['gateway.listen=127.0.0.1:0', 'gateway.tls=false', ...pair.settings] });

  await assert.rejects(webConnect(t, direct));
  const client = await webConnect(t, behind);
  client.send({ type: 'ping', ref: '1' });
  await client.expect({ type: 'pong', ref: '1' });
});

test('a client of the second seed over its rate reads `Rate limit dépassé`, and nobody hears what was refused', async (t) => {
  const server = await startServer(t, {
    clock: standingClock(t),
    set: ['gateway.listen=127.0.0.1:0', 'limits.messages.burst=5', 'limits.messages.per_second=1'],
  });
  const nc = await guest(t, server, 'nc');
  await (await account(t, server, 'carol')).leave();
  await nc.expect({ type: 'status', user: 'carol', state: 'online' });
  await nc.expect({ type: 'status', user: 'carol', state: 'offline' });
  const carol = await webConnect(t, server, { subprotocol: null });
  carol.send({ type: 'login', username: 'carol', password: 'password of carol' });
  await carol.expect({ type: 'auth' });
  await nc.expect({ type: 'status', user: 'carol', state: 'online' });

  for (let i = 1; i <= 6; i += 1) carol.send({ type: 'room_message', room: 'general', content: `${i}` });
  let refused = 0;
  let heard = 0;
  while (refused + heard < 6) {
    const { type, data } = await carol.next();
    if (type === 'message') heard += 1;
    else {
      assert.deepEqual({ type, data }, { type: 'error', data: { message: 'Rate limit dépassé' } });
      refused += 1;
    }
  }

  assert.ok(refused > 0 && heard > 0, `${heard} heard, ${refused} refused`);
  for (let i = 1; i <= heard; i += 1) await nc.expect({ type: 'message', from: 'carol', content: `${i}` });
  await nc.expectNothing();
});

test('an address of the gateway that somebody chose and cannot be had ends the start with exit 77, in one line', async (t) => {
  const taken = createServer();
  t.after(() => taken.close());
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;

  const server = await spawnServer(t, { set: [`gateway.listen=127.0.0.1:${port}`] });
  const { code } = await server.ended();

  assert.equal(code, 77);
  assert.match(server.errors, new RegExp(`^classcord: [^\\n]*127\\.0\\.0\\.1:${port}[^\\n]*\\n$`));
});
