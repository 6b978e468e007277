import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { loadConfig } from '../../server/config/load.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, people, refused, say } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/server-process.ts';

const on = 'enabled = true\npause_seconds = 0\n';
const escalating = `${on}[escalation]\nenabled = true\n`;

interface Watched {
  readonly server: TestServer;
  readonly clock: FakeClock;
  /** Writes the rules file (null: takes it away), and waits for what the log says of it. */
  rules(text: string | null, event?: 'automod.rules' | 'automod.refused'): Promise<void>;
}

async function watched(t: TestContext, rules: string | null, folder?: string): Promise<Watched> {
  const clock = new FakeClock();
  const server = await startServer(t, { clock, ...(folder === undefined ? {} : { folder }) });
  const file = join(server.folder, 'automod.toml');
  const told = (event: string) => server.log().split(`"${event}"`).length;
  const change: Watched['rules'] = async (text, event = 'automod.rules') => {
    const before = told(event);
    if (text === null) rmSync(file);
    else writeFileSync(file, text);
    clock.advance(2000);
    await until(() => told(event) > before, `${event} in ${server.log()}`);
  };
  if (rules !== null) await change(rules);
  return { server, clock, rules: change };
}

/** What the ledger of this session's account says. */
async function ledger(client: Client): Promise<string[]> {
  const { sanctions } = await ask(client, { type: 'sanctions' });
  return (sanctions as { kind: string; by: string }[]).map(({ kind, by }) => `${kind} by ${by}`);
}

/** Says something for which a sanction is due, and waits until the ledger has so many rows. */
async function offend(client: Client, content: string, rows: number): Promise<string[]> {
  await say(client, content);
  let all: string[] = [];
  await until(async () => (all = await ledger(client)).length >= rows, `${rows} rows in the ledger`);
  return all;
}

test('as shipped nothing is looked at', async (t) => {
  const { server } = await watched(t, null);
  const { alice } = await people(t, server, { alice: [] });
  for (let index = 0; index < 20; index += 1) await say(alice, 'CONNARD CONNARD CONNARD');

  assert.deepEqual(await ledger(alice), []);
  assert.doesNotMatch(server.log(), /automod/);
});

test('--profile bench looks at nothing that is said', () => {
  const { config } = loadConfig({ options: { profile: 'bench' }, env: {}, cwd: '/nowhere' });
  assert.equal(config.automod.rules, '');
});

test('a v2 victim is warned by a notification; the others see the message and nothing else', async (t) => {
  const { server } = await watched(t, on);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['notifications'] });

  bob.send({ type: 'message', channel: '#general', content: 'sale c0nnard' });
  await bob.expect({ type: 'ack' });
  const { sanction } = await bob.expect({ type: 'notification', kind: 'sanction', by: 'serveur' });
  await alice.expect({ type: 'message', content: 'sale c0nnard' });
  await alice.expectNothing();

  const { kind, reason } = sanction as { kind: string; reason: string };
  assert.deepEqual({ kind, reason }, { kind: 'warn', reason: 'A word that is not used here.' });
  assert.deepEqual(await ledger(bob), ['warn by automod']);
  assert.doesNotMatch(server.log(), /c0nnard/);
});

test('a v1 victim, a guest too, is warned by a message from serveur', async (t) => {
  const { server } = await watched(t, on);
  const bob = await account(t, server, 'bob');
  const carl = await guest(t, server, 'carl');

  carl.send({ type: 'message', content: 'PERSONNE NE ME RÉPOND ICI' });
  await bob.expect({ type: 'message', from: 'carl' });
  const told = await carl.expect({ type: 'message', from: 'serveur' });
  bob.send({ type: 'message', content: 'f.u.c.k' });
  const { content } = await bob.expect({ type: 'message', from: 'serveur' });

  assert.equal(told['content'], 'Warning from serveur: Capitals: 100 % of the letters, 70 % is too many.');
  assert.equal(content, 'Warning from serveur: A word that is not used here.');
});

test('flood, repetition and links are found; private messages are nobody’s business', async (t) => {
  const { server, clock } = await watched(t, `${on}[flood]\nmessages = 3\nseconds = 5\n[repetition]\ntimes = 2\nseconds = 5\n`);
  const { alice, bob } = await people(t, server, { alice: ['notifications'], bob: [] });
  const reason = async () => ((await alice.expect({ type: 'notification', kind: 'sanction' }))['sanction'] as { reason: string }).reason;

  for (const content of ['1', '2', '3', '4']) await say(alice, content);
  assert.match(await reason(), /^Flood: 4 messages within 5 s/);
  clock.advance(6000);
  for (const content of ['the same', 'THE SAME']) await say(alice, content);
  assert.match(await reason(), /^Repetition: the same message 2 times/);
  clock.advance(6000);
  await say(alice, 'http://a.org http://b.org http://c.org http://d.org');
  assert.match(await reason(), /^Links: 4 in one message/);
  for (let index = 0; index < 6; index += 1) {
    bob.send({ type: 'message', subtype: 'private', to: 'alice', content: 'merde' });
    await bob.expect({ type: 'message' });
  }
});
