import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createServer } from 'node:tls';
import { ChatError } from '../../tools/client/main.ts';
import { listen } from '../support/chat-client.ts';
import { hasRuntime } from '../support/needs.ts';
import { startServer } from '../support/server.ts';
import { folder } from './cli-run.ts';

const isUnreachable = (error: unknown) => error instanceof ChatError && error.code === 'unreachable';

test('an encrypted connection is believed by its CA, by its fingerprint, and not without', async (t) => {
  if (!hasRuntime(t, 'openssl', 'version')) return;
  const { port, certificate, heard } = await encryptedServer(t);
  const { fingerprint256 } = new X509Certificate(certificate);

  const byCa = await listen(t, { port }, { tls: { ca: certificate, servername: 'chat.test' } });
  const byPrint = await listen(t, { port }, { identity: { guest: 'bob' }, tls: { fingerprint: fingerprint256.toLowerCase() } });
  await byCa.client.say('#general', 'in private lines').done;
  await byPrint.untilSaid('in private lines');
  assert.equal(byCa.client.isEncrypted && byPrint.client.isEncrypted, true);

  const before = heard();
  await assert.rejects(listen(t, { port }, { tls: true }), isUnreachable);
  await assert.rejects(listen(t, { port }, { tls: { ca: certificate, servername: 'other.test' } }), isUnreachable);
  await assert.rejects(listen(t, { port }, { tls: { fingerprint: '00'.repeat(32) } }), isUnreachable);
  await assert.rejects(listen(t, { port }, { tls: { fingerprint: '' } }), isUnreachable);
  assert.equal(heard(), before, 'nothing is said to a server that is not believed');
});

/** TLS in front of the real server, with a certificate for chat.test that signs itself. */
async function encryptedServer(t: TestContext): Promise<{ port: number; certificate: string; heard: () => number }> {
  const server = await startServer(t);
  const dir = folder(t);
  const subject = ['-subj', '/CN=chat.test', '-addext', 'subjectAltName=DNS:chat.test'];
  const files = ['-keyout', join(dir, 'key.pem'), '-out', join(dir, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' });
  const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(dir, name), 'utf8')) as [string, string];
  let heard = 0;
  const front = createServer({ key, cert: certificate }, (near) => {
    const far = connectTcp(server.port, '127.0.0.1');
    near.on('data', (chunk) => {
      heard += chunk.length;
    });
    near.pipe(far).pipe(near);
    near.on('error', () => far.destroy());
    far.on('error', () => near.destroy());
  });
  front.on('tlsClientError', () => undefined);
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  t.after(() => front.close());
  const address = front.address();
  return { port: typeof address === 'object' && address !== null ? address.port : 0, certificate, heard: () => heard };
}
