import assert from 'node:assert/strict';
import { connect as connectSocket, type Socket } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { account, type Client, guest } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';
import { gatewayOf, refusedStatus, type WebClient, webConnect } from '../support/web-client.ts';

const start = (t: TestContext, set: readonly string[] = []) => startServer(t, { set: ['gateway.listen=127.0.0.1:0', ...set] });

const second = 1000;

async function startStanding(t: TestContext, set: readonly string[] = []) {
  const clock = standingClock(t);
  return { clock, server: await startServer(t, { clock, lang: 'fr', set: ['gateway.listen=127.0.0.1:0', ...set] }) };
}

/** Two who talk to each other and must not notice anything. */
async function talkers(t: TestContext, server: TestServer) {
  const nc = await guest(t, server, 'nc');
  const web = await webConnect(t, server);
  web.send({ type: 'message', from: 'web', content: '' });
  await web.expect({ type: 'ack' });
  return async (said: string) => {
    nc.send({ type: 'message', content: said });
    await web.expect({ type: 'message', from: 'nc', content: said });
    web.send({ type: 'message', content: said });
    await web.expect({ type: 'ack' });
    await nc.expect({ type: 'message', from: 'web', content: said });
  };
}

/** A socket to the gateway that speaks no WebSocket yet, and whether the server has ended it. */
async function rawSocket(t: TestContext, server: TestServer): Promise<Socket> {
  const socket = connectSocket(Number(gatewayOf(server).split(':').at(-1)), '127.0.0.1');
  t.after(() => socket.destroy());
  socket.on('error', () => undefined).resume();
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

const isClosed = (socket: Socket) => socket.destroyed || socket.readableEnded;

describe('frames', () => {
  test('a line that is only just too long is told so, and ends the link with 1009; so does a frame far longer', async (t) => {
    const server = await start(t, ['limits.line_bytes=4096', 'limits.line_bytes_unnamed=2048']);
    const talk = await talkers(t, server);
    const long = await webConnect(t, server);
    const longer = await webConnect(t, server);

    long.write(JSON.stringify({ type: 'ping', ref: 'x'.repeat(2100) }));
    longer.write('x'.repeat(100_000));

    await long.expect({ type: 'error', code: 'line_too_long', fatal: true });
    assert.equal(await long.closed(), 1009);
    assert.equal(await longer.closed(), 1009);
    await until(() => server.log().split('"event.reason":"line_too_long"').length === 3, 'both ends in the log');
    await talk('still here');
  });

  test('a message comes in at most eight pieces', async (t) => {
    const server = await start(t);
    const talk = await talkers(t, server);
    const pieces = (client: WebClient, count: number) => {
      const text = '{"type":"ping","ref":"1"}';
      for (let i = 0; i < count; i += 1) client.socket.send(i < count - 1 ? text.slice(i, i + 1) : text.slice(i), { fin: i === count - 1 });
    };
    const eight = await webConnect(t, server);
    const nine = await webConnect(t, server);

    pieces(eight, 8);
    pieces(nine, 9);

    await eight.expect({ type: 'pong', ref: '1' });
    assert.equal(await nine.closed(), 1008);
    await talk('still here');
  });

  test('a ping is answered; who does nothing but ping, or sends empty frames, is cut off with 4429', async (t) => {
    const server = await start(t);
    const talk = await talkers(t, server);
    const [polite, pinging, empty] = [await webConnect(t, server), await webConnect(t, server), await webConnect(t, server)];

    const pong = new Promise<string>((resolve) => polite.socket.once('pong', (data) => resolve(String(data))));
    polite.socket.ping('there?');
    for (let i = 0; i < 2000; i += 1) {
      if (pinging.socket.readyState === pinging.socket.OPEN) pinging.socket.ping();
      if (empty.socket.readyState === empty.socket.OPEN) empty.socket.send('');
    }

    assert.equal(await pong, 'there?');
    assert.equal(await pinging.closed(), 4429);
    assert.equal(await empty.closed(), 4429);
    await talk('still here');
  });

  test('bytes that are no frames end the link, and nobody else notices', async (t) => {
    const server = await start(t);
    const talk = await talkers(t, server);
    const wrong = await webConnect(t, server);
    const { _socket: socket } = wrong.socket as unknown as { _socket: Socket };

    socket.write(Buffer.from([0xff, 0xff, 0x00, 0x01, 0x02, 0x03]));

    assert.equal(await wrong.closed(), 1002);
    await talk('still here');
  });

  test('compression is not agreed upon', async (t) => {
    const client = await webConnect(t, await start(t), { perMessageDeflate: true });

    assert.equal(client.socket.extensions, '');
  });

  test('a client that does not read is cut off, and those who read get everything', async (t) => {
    const server = await start(t, ['limits.outbox_pause_bytes=16384', 'limits.outbox_soft_bytes=32768', 'limits.outbox_bytes=65536']);
    const nc = await account(t, server, 'nc');
    const mute = await webConnect(t, server, { subprotocol: null });
    mute.send({ type: 'login', username: 'nc', password: 'password of nc' });
    await mute.expect({ type: 'auth' });
    const reader = await guest(t, server, 'reader');
    mute.socket.pause();

    for (let i = 0; i < 400; i += 1) nc.send({ type: 'message', content: `${i} ${'x'.repeat(40_000)}` });

    for (let i = 0; i < 400; i += 1) assert.match(await reader.line(), new RegExp(`"content": "${i} x`));
    await until(() => server.log().includes('"event.reason":"slow_consumer"'), 'the mute one cut off');
  });
});

describe('handshakes', () => {
  test('come in time or are cut, and take none of the places of others', async (t) => {
    const { clock, server } = await startStanding(t);
    const talk = await talkers(t, server);
    const slow: Socket[] = [];
    for (let i = 0; i < 20; i += 1) slow.push(await rawSocket(t, server));
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nHost: x\r\nUpgr');
    await until(() => server.app.house.admission.connections === 22, 'all of them counted');

    await talk('while they wait');
    clock.advance(6 * second);
    await until(() => slow.every(isClosed), 'the slow ones closed');

    assert.equal(server.app.house.admission.connections, 2);
    await talk('after it');
  });

  test('past the connections of one address are refused, TCP and WebSocket counted together', async (t) => {
    const server = await start(t, ['limits.connections_per_address=3']);
    const nc = await guest(t, server, 'nc');
    await webConnect(t, server);
    const last = await webConnect(t, server);

    await assert.rejects(webConnect(t, server));
    await last.leave();
    await until(() => server.app.house.admission.connections === 2, 'a free place');
    await webConnect(t, server);
    await nc.expectNothing();
  });

  test('past all connections are accepted, and told by closing code 1013 that there is no room', async (t) => {
    const server = await start(t, ['limits.connections=2']);
    const talk = await talkers(t, server);

    const third = await webConnect(t, server);

    assert.equal(await third.closed(), 1013);
    await talk('still here');
  });

  test('of a page from elsewhere are refused with 403; of a listed one, of the own address and of a program they are not', async (t) => {
    const server = await start(t, ['gateway.origins=https://chat.example']);

    assert.equal(await refusedStatus(t, server, { origin: 'https://evil.example' }), 403);
    assert.equal(await refusedStatus(t, server, { origin: 'null' }), 403);
    for (const origin of ['https://chat.example', `http://${gatewayOf(server)}`]) {
      const client = await webConnect(t, server, { origin });
      client.send({ type: 'ping', ref: '1' });
      await client.expect({ type: 'pong' });
    }
  });

  test('elsewhere than at / or /ws are not found; neither is a page', async (t) => {
    const server = await start(t);

    assert.equal(await refusedStatus(t, server, { query: 'other' }), 404);
    assert.equal((await fetch(`http://${gatewayOf(server)}/`)).status, 404);
    await webConnect(t, server, { query: 'ws' });
  });

  test('through a trusted proxy count for the client in front of it', async (t) => {
    const server = await start(t, ['limits.connections_per_address=1', 'gateway.trusted_proxies=127.0.0.1/32']);
    const from = (address: string) => webConnect(t, server, { headers: { 'X-Forwarded-For': address } });

    await from('198.51.100.1');
    await from('198.51.100.2');

    assert.equal(await refusedStatus(t, server, { headers: { 'X-Forwarded-For': '198.51.100.1' } }), 503);
    assert.match(server.log(), /"ip":"198\.51\.100\.2"|198\.51\.100\.2/);
  });
});

describe('silence', () => {
  test('whoever has not said after ten seconds who it is goes, be it that it speaks; a v2 client may take its time', async (t) => {
    const { clock, server } = await startStanding(t);
    const nobody = await webConnect(t, server, { subprotocol: null });
    const v2 = await webConnect(t, server);
    nobody.send({ type: 'join_room', room: 'dev' });
    await nobody.expect({ type: 'error', data: { message: 'Connectez-vous d’abord.' } });

    clock.advance(11 * second);

    await nobody.expect({ type: 'error', data: { message: 'Connectez-vous d’abord.' } });
    assert.equal(await nobody.closed(), 4408);
    v2.send({ type: 'ping', ref: '1' });
    await v2.expect({ type: 'pong' });
  });

  test('a client of the second seed is pinged by the link; one that answers stays, a dead one goes', async (t) => {
    const { clock, server } = await startStanding(t, ['limits.ping_s=10']);
    const enter = async (name: string, options: object) => {
      const nc: Client = await guest(t, server, `${name}-nc`);
      nc.send({ type: 'register', username: name, password: 'pass of it' });
      await nc.expect({ type: 'register' });
      await nc.leave();
      const client = await webConnect(t, server, { subprotocol: null, ...options });
      client.send({ type: 'login', username: name, password: 'pass of it' });
      await client.expect({ type: 'auth' });
      return client;
    };
    const alive = await enter('alive', {});
    const dead = await enter('dead', { autoPong: false });

    for (let i = 0; i < 5; i += 1) {
      const pinged = new Promise((resolve) => alive.socket.once('ping', resolve));
      clock.advance(11 * second);
      if (i > 0 && dead.isEnded) break;
      await pinged;
      alive.send({ type: 'room_history', room: 'general' });
      await alive.expect({ type: 'room_history' });
    }

    assert.equal(await dead.closed(), 4408);
    alive.send({ type: 'room_history', room: 'general' });
    await alive.expect({ type: 'room_history' });
  });
});
