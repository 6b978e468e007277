import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ChatError } from '../../tools/client/main.ts';
import { readKey } from '../../tools/keys/key-file.ts';
import { KnownServers } from '../../tools/known/known-servers.ts';
import { trustIn } from '../../tools/known/trust.ts';
import { listen, listenAs } from '../support/chat-client.ts';
import { command } from '../support/command.ts';
import { startServer } from '../support/server.ts';
import { certificate } from '../support/tls.ts';
import { folder, run } from './cli-run.ts';

test('key make makes a key for its owner’s eyes, key show shows the public half, and neither replaces one', async (t) => {
  const env = { XDG_CONFIG_HOME: folder(t) };
  const file = join(env.XDG_CONFIG_HOME, 'classcord/id_ed25519');

  const made = await run('key make', { env });
  const shown = await run('key show', { env });

  assert.deepEqual([made.code, statSync(file).mode & 0o777, (await run('key make', { env })).code], [0, 0o600, 7]);
  assert.match(shown.stdout, /^ssh-ed25519 \S{68}\nSHA256:\S{43}\n$/);
  assert.ok(readFileSync(`${file}.pub`, 'utf8').startsWith(shown.stdout.split('\n')[0] ?? '?'));
  assert.equal((await run(`key show ${file}.pub`, { env })).code, 2);
});

test('keys of ssh-keygen are read as it shows them, but for those with a passphrase or of another kind', async (t) => {
  if (!hasKeygen()) return t.skip('ssh-keygen does not run');
  const dir = folder(t);
  const make = (name: string, ...more: string[]) => execFileSync('ssh-keygen', ['-q', '-f', join(dir, name), '-C', 'alice@home', ...more]);
  make('own', '-t', 'ed25519', '-N', '');
  make('locked', '-t', 'ed25519', '-N', 'a passphrase');
  make('other', '-t', 'ecdsa', '-N', '');

  const shown = await run(`key show ${join(dir, 'own')}`);

  assert.equal(shown.stdout.split('\n')[0], readFileSync(join(dir, 'own.pub'), 'utf8').trim());
  assert.ok(execFileSync('ssh-keygen', ['-l', '-f', join(dir, 'own')], { encoding: 'utf8' }).includes(shown.stdout.split('\n')[1] ?? '?'));
  assert.throws(() => readKey(join(dir, 'locked')), /passphrase/);
  assert.throws(() => readKey(join(dir, 'other')), /not ssh-ed25519/);
});

function hasKeygen(): boolean {
  try {
    execFileSync('ssh-keygen', ['-l', '-f', '/dev/null'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

test('a key given to an account opens it, over TLS too, to whom pinned the server; a server with another identity gets no signature', async (t) => {
  const server = await startServer(t, { set: (await certificate(t)).settings });
  const [dir, told] = [folder(t), [] as string[]];
  const known = new KnownServers(join(dir, 'known_servers'));
  const trust = trustIn(known, { lang: () => 'en', onFirst: (text) => told.push(text) });
  await run('key make', { env: { XDG_CONFIG_HOME: dir } });
  const key = { ...readKey(join(dir, 'classcord/id_ed25519')), trust: trust.key };
  const alice = await listenAs(t, server, { user: 'alice' });
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  await alice.client.request({ type: 'keys', op: 'add', key: key.publicKey, password: 'password of alice' });

  const phone = await listen(t, server, { identity: { user: 'alice', key } });
  const laptop = await listen(t, server, { identity: { user: 'alice', key }, tls: { trust: trust.certificate } });
  assert.deepEqual([phone.client.me?.username, laptop.client.isEncrypted, told.length], ['alice', true, 2]);
  await laptop.client.say('#general', 'by key').done;
  assert.equal((await bob.untilSaid('by key')).from, 'alice');

  const signed: Buffer[] = [];
  const watched = { ...key, sign: (text: Buffer) => key.sign(signed[signed.push(text) - 1] ?? text) };
  known.keep({ host: '127.0.0.1', port: server.port }, { kind: 'key', fingerprint: `SHA256:${'A'.repeat(43)}` });
  await assert.rejects(
    listen(t, server, { identity: { user: 'alice', key: watched } }),
    (error: unknown) => error instanceof ChatError && error.code === 'server_changed' && error.message.includes('known accept'),
  );
  assert.deepEqual(signed, []);
});

test('send --key logs in with it; user keys shows it to the operator', async (t) => {
  const server = await startServer(t);
  const env = { XDG_CONFIG_HOME: folder(t), XDG_STATE_HOME: folder(t) };
  await run('key make', { env });
  const file = join(env.XDG_CONFIG_HOME, 'classcord/id_ed25519');
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  await listenAs(t, server, { user: 'alice' });
  const at = ['--host', `127.0.0.1:${server.port}`, '--user', 'alice'];

  const added = command(t, ['key', 'add', ...at], { ...env, CLASSCORD_PASSWORD: 'password of alice' });
  assert.equal(await added.ended(), 0, added.errors);
  const sent = command(t, ['send', ...at, '--key', file, 'signed, alice'], env);
  assert.equal(await sent.ended(), 0, sent.errors);

  assert.equal((await bob.untilSaid('signed, alice')).from, 'alice');
  const { stdout } = await run(['user', 'keys', 'alice', '--data', server.folder, '--json']);
  const [, fingerprint = '?'] = (await run('key show', { env })).stdout.split('\n');
  assert.ok(stdout.includes(fingerprint) && /"last_used_at":"\d{4}/.test(stdout.replaceAll(' ', '')), stdout);
  assert.equal((await run(['send', '--key', file, 'x'], { env })).code, 2);
});
