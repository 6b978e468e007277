import assert from 'node:assert/strict';
import { type ExecFileException, execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import test, { type TestContext } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { connect, enter, guest } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { has } from '../support/needs.ts';
import { exchange, sendInPieces } from '../support/raw.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { startProcess, until } from '../support/server-process.ts';
import { certificate } from '../support/tls.ts';

test('people with TLS and people without are in one conversation on one port', async (t) => {
  const server = await startServer(t, { set: (await certificate(t)).settings });
  const open = await guest(t, server, 'open');
  const closed = await enter(await connect(t, server, 'tls'), 'closed');
  const person = await connect(t, server, 'tls');
  person.write('/nick plain\n');
  assert.match(await person.line(), /plain/);

  closed.send({ type: 'message', content: 'from behind TLS' });
  await open.expect({ type: 'message', from: 'closed', content: 'from behind TLS' });
  assert.match(await person.line(), /<closed> from behind TLS$/);
  open.send({ type: 'message', content: 'in the clear' });

  await closed.expect({ type: 'message', from: 'open', content: 'in the clear' });
});

test('a handshake may come in single bytes, and bytes that are none end that connection alone', async (t) => {
  const server = await startServer(t, { set: (await certificate(t)).settings });
  const neighbour = await enter(await connect(t, server, 'tls'), 'neighbour');

  // A record of 16 bytes that holds no ClientHello.
  const answer = await exchange(
    t,
    server,
    [...Buffer.from('16030300101122334455667788990011223344556677', 'hex')].map((byte) => Buffer.of(byte)),
  );

  assert.ok(answer.join('').length <= 7);
  await until(() => server.log().includes('"event.reason":"handshake"'), 'the end in the log');
  assert.match(await figure(server, 'classcord_tls_handshakes_total'), /outcome="failed"} 1$/m);
  await neighbour.expectNothing();
  const slow = await slowBytes(t, server);
  slow.write('{"type":"users"}\n');
  await new Promise((resolve) => slow.once('data', resolve));
});

test('TLS inside TLS is refused', async (t) => {
  const client = await connect(t, await startServer(t, { set: (await certificate(t)).settings }), 'tls');

  client.write(Buffer.from('16030100c8010000c40303', 'hex'));

  await client.ended();
});

test('a handshake that takes longer than handshake_s is closed', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, set: (await certificate(t)).settings });
  const silent = await connect(t, server);
  await sendInPieces(silent, [Buffer.of(0x16, 3)]);
  await (await connect(t, server)).expectNothing();

  clock.advance(4900);
  await (await connect(t, server, 'tls')).expectNothing();
  assert.equal(silent.isEnded, false);
  clock.advance(100);

  await silent.ended();
  assert.match(await figure(server, 'classcord_tls_handshakes_total'), /outcome="late"} 1$/m);
});

test('past the most handshakes at once the oldest one goes, and whoever means it gets in', async (t) => {
  const server = await startServer(t, { set: [...(await certificate(t)).settings, 'tls.handshakes=2'] });
  const begun = [];
  for (let i = 0; i < 2; i += 1) {
    const client = await connect(t, server);
    await sendInPieces(client, [Buffer.of(0x16, 3)]);
    await (await connect(t, server)).expectNothing();
    begun.push(client);
  }

  const honest = await enter(await connect(t, server, 'tls'), 'honest');

  await begun[0]?.ended();
  await honest.expectNothing();
  assert.equal(begun[1]?.isEnded, false);
  assert.match(await figure(server, 'classcord_tls_handshakes_total'), /outcome="crowded"} 1$/m);
});

test('without a certificate TLS is refused with an alert and one line in the log', async (t) => {
  if (!has(t, 'openssl')) return;
  const server = await startServer(t);

  const { code, output } = await openssl(server, []);

  assert.notEqual(code, 0);
  assert.match(output, /handshake failure/);
  assert.equal(server.log().split('"event.action":"handshake.refuse"').length, 2);
});

test('require_tls refuses what is not encrypted with one readable line, each in its own spelling', async (t) => {
  const server = await startServer(t, { set: [...(await certificate(t)).settings, 'server.require_tls=true'] });

  const [json = ''] = await exchange(t, server, ['{"type":"hello","version":2}\n']);
  const [plain = ''] = await exchange(t, server, ['/help\n']);
  const [garbage = ''] = await exchange(t, server, ['hallo?\n']);
  const http = await exchange(t, server, ['GET / HTTP/1.1\r\n\r\n']);
  const metrics = await exchange(t, server, ['GET_METRICS']);

  for (const line of [json, garbage]) {
    const { type, code, message } = JSON.parse(line) as Record<string, unknown>;
    assert.deepEqual([type, code], ['error', 'tls_required']);
    assert.match(String(message), /TLS/);
  }
  assert.match(plain, /^[^{]*TLS[^\n]*\n$/);
  assert.match(http.join(''), /^HTTP\/1.1 400 /);
  assert.match(metrics.join(''), /^classcord_plaintext_refused_total 3$/m);
  await (await enter(await connect(t, server, 'tls'), 'alice')).expectNothing();
});

test('tls_listen takes TLS alone, beside an address that takes both', async (t) => {
  const server = await startServer(t, { set: [...(await certificate(t)).settings, 'server.tls_listen=127.0.0.1:0'] });
  const port = Number(server.app.addresses[1]?.split(':').at(-1));

  assert.match((await exchange(t, { port }, ['{"type":"users"}\n'])).join(''), /tls_required/);
  await (await connect(t, { port }, 'tls')).expectNothing();
  await (await connect(t, server)).expectNothing();
});

test('openssl agrees: TLS 1.3 by default, 1.2 by option with forward secrecy and AEAD only, and nothing older', async (t) => {
  if (!has(t, 'openssl')) return;
  const { settings, cert } = await certificate(t);
  const strict = await startServer(t, { set: settings });
  const wide = await startServer(t, { set: [...settings, 'tls.min_version=1.2'] });
  const trust = ['-verify_return_error', '-CAfile', cert];

  assert.match(
    (await openssl(strict, [...trust, '-verify_hostname', 'chat.test'])).output,
    /Verification: OK[\s\S]*TLSv1\.3|TLSv1\.3[\s\S]*Verification: OK/,
  );
  assert.notEqual((await openssl(strict, ['-tls1_2'])).code, 0);
  const older = await openssl(wide, ['-tls1_2', ...trust]);
  assert.equal(older.code, 0, older.output);
  assert.match(older.output, /Cipher +: ECDHE-ECDSA-AES128-GCM-SHA256/);
  for (const refused of [
    ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256'],
    ['-tls1_2', '-cipher', 'AES128-GCM-SHA256'],
    ['-tls1_1', '-cipher', 'ALL@SECLEVEL=0'],
  ])
    assert.notEqual((await openssl(wide, refused)).code, 0, refused.join(' '));
  assert.notEqual((await openssl(strict, [...trust, '-verify_hostname', 'other.test'])).code, 0);
});

test('a new certificate is taken up by newcomers, and whoever is connected stays', async (t) => {
  const pair = await certificate(t);
  const clock = new FakeClock(Date.now());
  const server = await startServer(t, { clock, set: pair.settings });
  const alice = await enter(await connect(t, server, 'tls'), 'alice');
  const [former] = [pair.fingerprint];

  await pair.renew();
  await untilFingerprint(t, server, { clock, wanted: pair.fingerprint });

  assert.notEqual(pair.fingerprint, former);
  await alice.expectNothing();
  assert.match(await figure(server, 'classcord_tls_certificate_loads_total'), /outcome="loaded"} 2$/m);
});

test('a certificate that cannot be used leaves the former in place, is told and counted, and the next good one is taken', async (t) => {
  const pair = await certificate(t);
  const server = await startServer(t, { set: pair.settings });
  const { fingerprint } = pair;
  const key = readFileSync(pair.key);

  await pair.renew();
  const renewed = readFileSync(pair.key);
  writeFileSync(pair.key, key);
  server.app.reload();
  assert.equal(await fingerprintOf(t, server), fingerprint);
  writeFileSync(pair.key, 'no key at all');
  server.app.reload();
  assert.equal(await fingerprintOf(t, server), fingerprint);
  assert.match(await figure(server, 'classcord_tls_certificate_loads_total'), /outcome="refused"} 2$/m);
  assert.match(server.log(), /is not the key of the certificate/);

  writeFileSync(pair.key, renewed);
  server.app.reload();
  assert.equal(await fingerprintOf(t, server), pair.fingerprint);
});

test('SIGHUP reads the certificate again, and the server serves on', async (t) => {
  const pair = await certificate(t);
  const server = await startProcess(t, { set: pair.settings });
  const alice = await enter(await connect(t, server, 'tls'), 'alice');
  await server.untilLogged('certificate.load');
  await pair.renew();

  server.signal('SIGHUP');

  await until(async () => (await fingerprintOf(t, server)) === pair.fingerprint, 'the new certificate');
  await alice.expectNothing();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
});

test('a server does not start with a certificate that it cannot use: exit 78 and one line', async (t) => {
  const [one, other] = [await certificate(t), await certificate(t)];

  for (const [set, said] of [
    [[`tls.cert=${one.cert}`, `tls.key=${other.key}`], /is not the key of the certificate/],
    [[`tls.cert=${one.cert}`, 'tls.key=/nowhere/key.pem'], /nowhere\/key\.pem cannot be read \(ENOENT\)/],
    [[`tls.cert=${one.key}`, `tls.key=${one.key}`], /cannot be used/],
    [[`tls.cert=${one.cert}`], /needs tls\.key too/],
    [['server.require_tls=true'], /needs a certificate/],
  ] as const)
    await assert.rejects(
      startServer(t, { set }),
      (error: { exit?: string; message: string }) => error.exit === 'config' && said.test(error.message),
    );
});

test('when the certificate ends is a figure, and the log warns of one that ends soon', async (t) => {
  const pair = await certificate(t, { days: 10 });
  const server = await startServer(t, { set: pair.settings });
  const [, seconds] =
    /^classcord_tls_certificate_expiry_timestamp_seconds (\d+)$/m.exec(
      await figure(server, 'classcord_tls_certificate_expiry_timestamp_seconds'),
    ) ?? [];

  assert.ok(Math.abs(Number(seconds) - Date.now() / 1000 - 10 * 24 * 3600) < 600);
  assert.match(server.log(), /"event.action":"certificate.expiry"/);
});

interface Place {
  readonly port: number;
}

/** A connection whose handshake arrives byte by byte. */
async function slowBytes(t: TestContext, { port }: Place): Promise<TLSSocket> {
  const drip = createServer((near) => {
    const far = connectSocket({ host: '127.0.0.1', port, noDelay: true });
    let queue = Promise.resolve();
    near.on('data', (chunk) => {
      for (const byte of chunk) queue = queue.then(() => new Promise((sent) => far.write(Buffer.of(byte), () => sent())));
    });
    far.pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined).on('close', () => [near, far].map((one) => one.destroy()));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => drip.once('listening', resolve));
  const socket = connectTls({ host: '127.0.0.1', port: (drip.address() as { port: number }).port, rejectUnauthorized: false });
  t.after(() => {
    socket.destroy();
    drip.close();
  });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve as () => void).once('error', reject));
  return socket;
}

async function fingerprintOf(t: TestContext, server: Place): Promise<string> {
  const { socket } = await connect(t, server, 'tls');
  const { fingerprint256 } = (socket as TLSSocket).getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

/** Moves the clock from look to look until newcomers get that certificate. */
function untilFingerprint(t: TestContext, server: Place, { clock, wanted }: { clock: FakeClock; wanted: string }): Promise<void> {
  return until(async () => {
    clock.advance(2000);
    return (await fingerprintOf(t, server)) === wanted;
  }, 'the new certificate');
}

function figure(server: TestServer, name: string): Promise<string> {
  return server.app.telemetry.metrics.registry.getSingleMetricAsString(name);
}

/** One handshake of the openssl command, which then asks who is there and leaves. */
function openssl({ port }: Place, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      'openssl',
      ['s_client', '-connect', `127.0.0.1:${port}`, ...args],
      { timeout: 240_000 },
      (error, stdout, stderr) =>
        resolve({ code: Number((error as ExecFileException | null)?.code ?? (error === null ? 0 : 1)), output: `${stdout}${stderr}` }),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
}
