import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { folder, run } from './cli-run.ts';

test('cert self-signed makes a certificate and its key for the names given, and says what to do with them', async (t) => {
  const cwd = folder(t);

  const made = await run('cert self-signed --name chat.école.example --ip 192.168.1.5 --ip fd00::5 --days 30 --out tls', { cwd });

  assert.deepEqual([made.code, made.stderr], [0, '']);
  const [cert, key] = [join(cwd, 'tls/cert.pem'), join(cwd, 'tls/key.pem')];
  const x509 = new X509Certificate(readFileSync(cert));
  assert.equal(x509.subjectAltName, 'DNS:chat.xn--cole-9oa.example, IP Address:192.168.1.5, IP Address:FD00:0:0:0:0:0:0:5');
  assert.ok(x509.checkPrivateKey(createPrivateKey(readFileSync(key))) && x509.verify(x509.publicKey) && !x509.ca);
  assert.ok(Math.abs(Date.parse(x509.validTo) - Date.now() - 30 * 24 * 3600_000) < 600_000);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.equal(statSync(join(cwd, 'tls')).mode & 0o777, 0o700);
  assert.ok(made.stdout.includes(x509.fingerprint256));
  assert.ok(made.stdout.includes(`[tls]\ncert = ${JSON.stringify(cert)}\nkey = ${JSON.stringify(key)}\n`));
});

test('without names it is for this machine, and cert show tells of it in both languages', async (t) => {
  const cwd = folder(t);
  await run('cert self-signed', { cwd });
  const x509 = new X509Certificate(readFileSync(join(cwd, 'tls/cert.pem')));

  const shown = await run('cert show tls/cert.pem', { cwd });
  const french = await run('cert show tls/cert.pem --lang fr', { cwd });
  const configured = await run('cert show', { cwd, env: { CLASSCORD__TLS__CERT: 'tls/cert.pem', CLASSCORD__TLS__KEY: 'tls/key.pem' } });
  const none = await run('cert show', { cwd });

  assert.match(x509.subjectAltName ?? '', /DNS:localhost.*IP Address:127\.0\.0\.1/);
  assert.ok(shown.stdout.includes(x509.fingerprint256) && configured.stdout.includes(x509.fingerprint256));
  assert.match(shown.stdout, /^For .*localhost.*127\.0\.0\.1/m);
  assert.match(shown.stdout, /^Until .*\(82[45] days left\)$/m);
  assert.match(french.stdout, /^Signé par +lui-même$/m);
  assert.deepEqual([none.code, /tls\.cert is not set/.test(none.stderr)], [2, true]);
});

test('a certificate that exists is replaced by force alone, and what is no name or number is refused before anything is made', async (t) => {
  const cwd = folder(t);
  await run('cert self-signed --name one.example', { cwd });
  const before = readFileSync(join(cwd, 'tls/cert.pem'), 'utf8');

  const again = await run('cert self-signed --name two.example', { cwd });
  assert.deepEqual([again.code, /exists already/.test(again.stderr)], [7, true]);
  assert.equal(readFileSync(join(cwd, 'tls/cert.pem'), 'utf8'), before);
  for (const wrong of ['--ip 300.1.1.1', '--name 10.0.0.1', '--days 0', '--days ten', '--name a/b'])
    assert.equal((await run(`cert self-signed ${wrong} --out other`, { cwd })).code, 2, wrong);
  assert.throws(() => statSync(join(cwd, 'other')));
  assert.equal((await run('cert self-signed --name two.example --force', { cwd })).code, 0);
  assert.notEqual(readFileSync(join(cwd, 'tls/cert.pem'), 'utf8'), before);
});
