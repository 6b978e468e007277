import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { ChatError, type Peer } from '../../tools/client/main.ts';
import { KnownServers } from '../../tools/known/known-servers.ts';
import { trustIn } from '../../tools/known/trust.ts';
import { listen } from '../support/chat-client.ts';
import { command } from '../support/command.ts';
import { startServer } from '../support/server.ts';
import { certificate } from '../support/tls.ts';
import { folder, run } from './cli-run.ts';

const print = (byte: string) => Array.from({ length: 32 }, () => byte).join(':');
const peer = (more: Partial<Peer> = {}): Peer => ({
  host: 'chat.example',
  port: 12345,
  fingerprint: print('AA'),
  isVouchedFor: false,
  ...more,
});

function trusting(t: TestContext) {
  const known = new KnownServers(join(folder(t), 'state', 'known_servers'));
  const told: string[] = [];
  return { known, told, trust: trustIn(known, { lang: () => 'en', onFirst: (text) => told.push(text) }) };
}

const isChanged = (error: unknown) => error instanceof ChatError && error.code === 'server_changed';

test('a certificate is pinned at first use, in a file of one’s own, and another one is shouted about with both fingerprints', (t) => {
  const { known, told, trust } = trusting(t);

  trust.certificate(peer());
  trust.certificate(peer({ host: 'CHAT.example' }));

  assert.equal(told.length, 1);
  assert.ok(told[0]?.includes(print('AA')) && told[0].includes(known.file));
  assert.equal(statSync(known.file).mode & 0o777, 0o600);
  assert.throws(
    () => trust.certificate(peer({ fingerprint: print('BB') })),
    (error: ChatError) =>
      isChanged(error) &&
      ['en', 'fr'].every((lang) =>
        [print('AA'), print('BB'), `classcord known accept chat.example:12345 ${print('BB')}`].every((part) =>
          error.textIn(lang as 'en').includes(part),
        ),
      ),
  );
  trust.certificate(peer({ port: 2345, fingerprint: print('BB') }));
  assert.equal(told.length, 2, 'another port is another server');
});

test('a server that an authority vouched for once is refused when nobody does any more', (t) => {
  const { told, trust } = trusting(t);

  trust.certificate(peer({ isVouchedFor: true }));
  trust.certificate(peer({ isVouchedFor: true, fingerprint: print('BB') }));

  assert.deepEqual(told, []);
  assert.throws(() => trust.certificate(peer({ fingerprint: print('BB') })), isChanged);
});

test('what cannot be remembered is not believed', (t) => {
  const { known, trust } = trusting(t);
  const broken = trustIn(new KnownServers(join(known.file, 'no', 'folder')), { lang: () => 'en', onFirst: () => undefined });

  trust.certificate(peer());

  assert.throws(() => broken.certificate(peer()));
});

test('known list, accept and forget', async (t) => {
  const env = { XDG_STATE_HOME: folder(t) };

  const accepted = await run(`known accept Chat.example ${print('ab').replaceAll(':', '')}`, { env });
  assert.deepEqual([accepted.code, accepted.stdout], [0, `chat.example:12345  TLS ${print('AB')}\n`]);
  assert.equal((await run('known accept chat.example nonsense', { env })).code, 2);
  assert.equal((await run('known list', { env })).stdout, accepted.stdout);
  assert.equal((await run('known forget chat.example', { env })).code, 0);
  assert.deepEqual([(await run('known list', { env })).stdout, (await run('known forget chat.example', { env })).code], ['', 6]);
});

test('send --tls pins what it sees first, refuses another certificate with exit 9 before a byte is said, and never goes on in the clear', async (t) => {
  const pair = await certificate(t);
  const server = await startServer(t, { set: pair.settings });
  const bob = await listen(t, server, { identity: { guest: 'bob' } });
  const env = { XDG_STATE_HOME: folder(t), HOME: '/nowhere' };
  const send = (text: string) => command(t, ['send', '--host', `127.0.0.1:${server.port}`, '--tls', '--guest', 'alice', text], env);

  const first = send('one');
  assert.equal(await first.ended(), 0, first.errors);
  assert.ok(first.errors.includes(pair.fingerprint));
  const second = send('two');
  assert.deepEqual([await second.ended(), second.errors], [0, '']);
  const former = pair.fingerprint;
  await pair.renew();
  server.app.reload();
  const third = send('three');
  assert.equal(await third.ended(), 9);
  assert.ok(
    [former, pair.fingerprint, 'known accept'].every((part) => third.errors.includes(part)),
    third.errors,
  );
  const [, accept = ''] = /classcord (known accept \S+ \S+)/.exec(third.errors) ?? [];
  assert.equal((await run(accept, { env })).code, 0);
  assert.equal(await send('four').ended(), 0);

  await bob.untilSaid('four');
  assert.deepEqual(bob.contents, ['one', 'two', 'four']);
  assert.equal(readFileSync(join(env.XDG_STATE_HOME, 'classcord/known_servers'), 'utf8').split('\n').length, 3);
  const clear = await startServer(t);
  const refused = command(t, ['send', '--host', `127.0.0.1:${clear.port}`, '--tls', '--guest', 'alice', 'secret'], env);
  assert.equal(await refused.ended(), 8);
  assert.ok(!clear.log().includes('session.enter'));
  rmSync(env.XDG_STATE_HOME, { recursive: true });
});
