import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { loadConfig } from '../../server/config/load.ts';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, people, refused, say } from '../support/people.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { dataFolder as folder, until } from '../support/server-process.ts';
import { auditOf } from '../support/staff.ts';
import { run } from '../tools/cli-run.ts';

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
  const server = await startServer(t, {
    clock,
    set: ['limits.ping_s=100000000', 'limits.idle_s=100000000'],
    ...(folder === undefined ? {} : { folder }),
  });
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
  await until(async () => (await ledger(client)).length >= rows, `${rows} rows in the ledger`);
  return ledger(client);
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
  const told = await bob.expect({ type: 'notification', kind: 'sanction', by: 'serveur' });
  await alice.expect({ type: 'message', content: 'sale c0nnard' });
  await alice.expectNothing();

  assert.deepEqual([told['sanction'], told['reason']], ['warn', 'A word that is not used here.']);
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
  const reason = async () => String((await alice.expect({ type: 'notification', kind: 'sanction', sanction: 'warn' }))['reason']);

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

test('an edit is looked at, and a message that is sent again with its nonce is not counted twice', async (t) => {
  const { server } = await watched(t, `${on}[repetition]\ntimes = 2\n`);
  const { alice } = await people(t, server, { alice: ['notifications'] });

  await say(alice, 'hello', { nonce: 'n1' });
  const { id } = await say(alice, 'hello', { nonce: 'n1' });
  await ask(alice, { type: 'edit', id, content: 'hello connard' });
  await alice.expect({ type: 'notification', sanction: 'warn', reason: 'A word that is not used here.' });

  assert.deepEqual(await ledger(alice), ['warn by automod']);
});

test('with escalation who goes on is warned, muted, sent away and banned; a mute ends by itself', { timeout: 240_000 }, async (t) => {
  const { server, clock } = await watched(t, escalating);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  for (const rows of [1, 2, 3]) await offend(bob, `merde ${rows}`, rows);

  assert.deepEqual(await ledger(bob), ['warn by automod', 'warn by automod', 'mute by automod']);
  await refused(bob, { type: 'message', channel: '#general', content: 'sorry' }, 'muted');
  clock.advance(5 * 60_000 + 1000);
  await offend(bob, 'merde 4', 4);
  clock.advance(59 * 60_000);
  await refused(bob, { type: 'message', channel: '#general', content: 'sorry' }, 'muted');
  clock.advance(2 * 60_000);
  bob.send({ type: 'message', channel: '#general', content: 'merde 5' });
  await bob.expect({ type: 'ack' });
  await bob.expect({ type: 'error', code: 'session_expired' });
  await bob.ended();
  const again = await upgrade(await loggedIn(t, server, 'bob'));
  again.send({ type: 'message', channel: '#general', content: 'merde 6' });
  await again.expect({ type: 'ack' });
  await again.expect({ type: 'error', code: 'banned' });
  const late = await connect(t, server);
  late.send({ type: 'login', username: 'bob', password: 'password of bob' });
  await late.expect({ type: 'error', code: 'banned' });

  for (let index = 1; index <= 6; index += 1) assert.equal((await nextMessage(alice))['content'], `merde ${index}`);
  assert.match(server.log(), /"automod\.measure".*"ban"/);
});

test('hits count within the window only, after a restart too', { timeout: 240_000 }, async (t) => {
  const first = await watched(t, `${escalating}window_hours = 1\n`, folder(t));
  const { bob } = await people(t, first.server, { bob: [] });
  for (const rows of [1, 2]) await offend(bob, `merde ${rows}`, rows);
  await first.server.stop();

  const second = await watched(t, null, first.server.folder);
  const back = await loggedIn(t, second.server, 'bob');
  for (let index = 0; index < 2; index += 1) await back.expect({ type: 'message', from: 'serveur' });
  await upgrade(back);
  assert.equal((await offend(back, 'merde', 3)).at(-1), 'mute by automod');
  second.clock.advance(61 * 60_000);
  assert.equal((await offend(back, 'merde', 4)).at(-1), 'warn by automod');
});

test('a rules file is read again when it changes; a bad one is refused and the rules before it stay', async (t) => {
  const { server, rules } = await watched(t, `${on}[words]\nlists = []\nadd = ["patate"]\n`);
  const { alice } = await people(t, server, { alice: ['notifications'] });
  const warned = () => alice.expect({ type: 'notification', sanction: 'warn' });
  await say(alice, 'patate');
  await warned();

  await rules(`${on}[words]\nad = ["navet"]\n`, 'automod.refused');
  await say(alice, 'p.a.t.a.t.e');
  await warned();
  await rules(`${on}[words\n`, 'automod.refused');
  await rules(`${on}[words]\nadd = ["navet"]\n`);
  await say(alice, 'patate');
  await say(alice, 'navet');
  await warned();
  await rules(`${on}[channels."#general"]\nenabled = false\n`);
  await say(alice, 'merde');
  await rules(null);
  await say(alice, 'merde');

  assert.equal((await ledger(alice)).length, 3);
  assert.match(server.log(), /automod\.toml: there is no key words\.ad; did you mean words\.add\?/);
  assert.match(server.log(), /automod\.toml:3: this is not TOML/);
  assert.doesNotMatch(server.log(), /navet|patate/);
});

test('the reputation of who was warned decays with time, explained in the session’s language', async (t) => {
  const { server, clock } = await watched(t, on);
  const { bob } = await people(t, server, { bob: [] });
  await offend(bob, 'merde', 1);
  bob.send({ type: 'hello', version: 2, ref: 'fr', lang: 'fr' });
  await bob.expect({ type: 'hello', ref: 'fr' });

  assert.equal((await ask(bob, { type: 'reputation' }))['score'], 95);
  clock.setWall(clock.now() + 30 * 86_400_000);
  const { score, lines } = await ask(bob, { type: 'reputation' });
  assert.equal(score, 97.5);
  assert.match((lines as { text: string }[])[0]?.text ?? '', /^Avertissement d’il y a 30 jours/);
});

test('a server that starts with a bad rules file runs, and says so', async (t) => {
  const place = folder(t);
  writeFileSync(join(place, 'automod.toml'), 'enabled = "yes"\n');
  const { server } = await watched(t, null, place);
  const { alice } = await people(t, server, { alice: [] });

  assert.match(server.log(), /automod\.toml: enabled must be a boolean/);
  assert.equal((await say(alice, 'merde')).seq, 1);
  assert.deepEqual(await ledger(alice), []);
});

test('automatic moderation that comes into force or ends leaves a row in the audit, also when it was switched while the server was stopped', async (t) => {
  const { server, rules } = await watched(t, on);
  const rows = async (of: TestServer, count: number) => {
    const found = async () => (await auditOf(of)).map(({ action, actorName }) => `${action} ${actorName}`);
    await until(async () => (await found()).length >= count, `${count} rows in the audit`);
    return found();
  };
  await rules(`${on}# Nothing else.\n`);
  await rules('enabled = false\n');
  assert.deepEqual(await rows(server, 2), ['automod.enable operator:automod-file', 'automod.disable operator:automod-file']);

  await server.stop();
  writeFileSync(join(server.folder, 'automod.toml'), on);
  const again = await startServer(t, { folder: server.folder });

  assert.equal((await rows(again, 3))[2], 'automod.enable operator:automod-file');
});

test('the operator switches it on and off on a running server at once, under his own name, and not without a row; a file with a mistake does not keep it on', async (t) => {
  const { server } = await watched(t, null);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const file = join(server.folder, 'automod.toml');
  const automod = async (verb: string) => (await run(['automod', verb, '--data', server.folder])).code;
  const db = new Sqlite(join(server.folder, 'classcord.db'), { timeout: 10_000 });
  t.after(() => db.close());

  db.exec("CREATE TRIGGER no_rows BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END");
  assert.equal(await automod('enable'), 70);
  assert.deepEqual([existsSync(file), existsSync(`${file}.${process.pid}.part`)], [false, false]);
  db.exec('DROP TRIGGER no_rows');
  assert.equal(await automod('enable'), 0);
  assert.deepEqual(await offend(bob, 'merde', 1), ['warn by automod']);
  await alice.expect({ type: 'message', content: 'merde' });
  writeFileSync(file, 'enabled = true\n[words]\nad = ["navet"]\n');
  assert.equal(await automod('disable'), 0);
  await say(alice, 'merde');
  const rows = (await auditOf(server)).map(({ action, actorName }) => `${action} ${actorName}`);
  await server.stop();

  assert.equal(server.log().split('"event.action":"automod.measure"').length, 2, 'one measure, none after it was switched off');
  const by = `operator:${userInfo().username}`;
  assert.deepEqual(rows, [`automod.enable ${by}`, 'sanction.warn automod', `automod.disable ${by}`]);
});

async function loggedIn(t: TestContext, server: TestServer, name: string): Promise<Client> {
  const client = await connect(t, server);
  client.send({ type: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'login', status: 'ok' });
  return client;
}

/** The next message, past whoever comes and goes. */
async function nextMessage(client: Client): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const line = await client.next();
    if (line['type'] === 'message') return line;
  }
}
