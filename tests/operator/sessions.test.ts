import assert from 'node:assert/strict';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Client, connect, upgrade } from '../support/client.ts';
import { ask, people, refused } from '../support/people.ts';
import { startServer } from '../support/server.ts';
import { auditOf } from '../support/staff.ts';
import { folder, type RunOptions, run } from '../tools/cli-run.ts';

/** Runs a verb on the data folder of a server, which must be content with it; returns what it answers as JSON. */
async function operate(server: { readonly folder: string }, args: readonly string[], options?: RunOptions) {
  const { code, stdout, stderr } = await run([...args, '--json', '--data', server.folder], options);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function logIn(client: Client, [username, password]: readonly [string, string], answer: Record<string, unknown>): Promise<Client> {
  client.send({ type: 'login', username, password });
  await client.expect(answer);
  return client;
}

test('a locked account hears why on each session, v1 and v2, and does not get in again until it is unlocked', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: null, bob: [] });

  await operate(server, ['user', 'lock', 'alice']);
  const word = 'This account is locked: ask your teacher.';
  await alice.expect({ type: 'message', from: 'serveur', content: word });
  await alice.ended();
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await operate(server, ['user', 'lock', 'bob', '--reason', 'see me first\u001b']);
  await bob.expect({ type: 'error', code: 'session_expired', message: `${word} see me first`, fatal: true });
  await bob.ended();
  const because = { type: 'error', code: 'forbidden', message: `${word} see me first` };
  await logIn(await connect(t, server), ['bob', 'password of bob'], because);
  await operate(server, ['user', 'unlock', 'bob']);
  await operate(server, ['user', 'lock', 'bob']);
  await logIn(await connect(t, server), ['bob', 'password of bob'], { type: 'error', code: 'forbidden', message: word });

  const again = await logIn(await connect(t, server), ['alice', 'password of alice'], { type: 'error', code: 'forbidden', message: word });
  await logIn(again, ['alice', 'wrong'], { type: 'error', message: 'Login failed.' });
  await operate(server, ['user', 'unlock', 'alice']);
  await logIn(again, ['alice', 'password of alice'], { type: 'login', status: 'ok', username: 'alice' });
});

test('what a cut session could be taken up with is void once the operator changed the password', async (t) => {
  const server = await startServer(t);
  await people(t, server, { alice: [] });
  const phone = await upgrade(await connect(t, server), []);
  phone.send({ type: 'login', username: 'alice', password: 'password of alice' });
  const { resume_token: token } = await phone.expect({ type: 'login', status: 'ok' });

  await operate(server, ['user', 'passwd', 'alice'], { stdin: 'another horse\n' });
  await phone.expect({ type: 'error', code: 'session_expired' });
  await phone.ended();

  const back = await upgrade(await connect(t, server), []);
  await refused(back, { type: 'resume', token }, 'session_expired');
  await refused(back, { type: 'login', username: 'alice', password: 'password of alice' }, 'login_failed');
  await ask(back, { type: 'login', username: 'alice', password: 'another horse' });
});

test('a role holds at once on open sessions', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  await ask(alice, { type: 'create', channel: '#a' });

  await operate(server, ['user', 'role', 'alice', 'admin']);

  assert.equal((await ask(alice, { type: 'whoami' }))['role'], 'admin');
});

test('a renamed account logs in under its new name, and its old messages keep the old one', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  alice.send({ type: 'message', channel: '#general', content: 'before' });
  await alice.expect({ type: 'ack' });

  await operate(server, ['user', 'rename', 'alice', 'Alicia']);
  await alice.expect({ type: 'error', code: 'session_expired', message: 'Your account is now called Alicia: log in again.' });

  const back = await upgrade(await connect(t, server), []);
  await refused(back, { type: 'login', username: 'alice', password: 'password of alice' }, 'login_failed');
  await ask(back, { type: 'login', username: 'alicia', password: 'password of alice' });
  const { messages } = await ask(back, { type: 'history', channel: '#general' });
  assert.deepEqual(
    (messages as { from: string }[]).map(({ from }) => from),
    ['alice'],
  );
});

test('a deleted account is nobody: no login, no new account or guest of its name, and its words stay', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  alice.send({ type: 'message', channel: '#general', content: 'kept' });
  await alice.expect({ type: 'ack' });
  await bob.expect({ type: 'message', from: 'alice' });

  await operate(server, ['user', 'delete', 'alice', '--yes']);
  await alice.expect({ type: 'error', code: 'session_expired', message: 'This account was deleted.' });
  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });

  const other = await connect(t, server);
  await logIn(other, ['alice', 'password of alice'], { type: 'error', message: 'Login failed.' });
  other.send({ type: 'register', username: 'alice', password: 'x' });
  await other.expect({ type: 'error', message: 'Username already exists.' });
  other.send({ type: 'message', subtype: 'global', content: '', from: 'alice' });
  other.send({ type: 'users' });
  await other.expect({ users: ['bob', 'alice-2'] });
  await refused(bob, { type: 'message', subtype: 'private', to: 'alice', content: 'hello?' }, 'not_found');
  const { messages } = await ask(bob, { type: 'history', channel: '#general' });
  assert.deepEqual(
    (messages as { from: string; content: string }[]).map(({ from, content }) => `${from} ${content}`),
    ['alice kept'],
  );
});

async function slipOf(server: { readonly folder: string }, username: string): Promise<string> {
  const { password } = await operate(server, ['user', 'create', username, '--one-time']);
  assert.match(String(password), /^[a-z2-9]{3}(-[a-z2-9]{3}){3}$/);
  return String(password);
}

test('the password of a slip only serves to choose another one, on v1 as on v2', async (t) => {
  const server = await startServer(t);
  const slip = await slipOf(server, 'alice');
  const advice = 'Choose a password of your own: log in once with the one of your slip, a blank, and the new one.';

  const client = await connect(t, server);
  await logIn(client, ['alice', slip], { type: 'error', message: advice, error: advice, code: 'forbidden' });
  await logIn(client, ['alice', 'wrong'], { type: 'error', message: 'Login failed.' });
  await logIn(client, ['alice', 'wrong own password'], { type: 'error', message: 'Login failed.' });
  await logIn(client, ['alice', `${slip} ${slip}`], { type: 'error', code: 'weak_password' });
  await logIn(client, ['alice', `${slip} my own words`], { type: 'login', status: 'ok', username: 'alice' });

  const other = await upgrade(await connect(t, server), []);
  await refused(other, { type: 'login', username: 'alice', password: slip }, 'login_failed');
  await refused(other, { type: 'login', username: 'alice', password: `${slip} again` }, 'login_failed');
  await ask(other, { type: 'login', username: 'alice', password: 'my own words' });
});

test('the chosen password must be one that the policy allows, and the slip stays good until it is', async (t) => {
  const server = await startServer(t, { set: ['auth.password_policy=standard'] });
  const slip = await slipOf(server, 'alice');

  const client = await upgrade(await connect(t, server), []);
  await refused(client, { type: 'login', username: 'alice', password: `${slip} short` }, 'weak_password');
  await ask(client, { type: 'login', username: 'alice', password: `${slip} long enough, and mine` });
});

interface Made {
  readonly code: string;
  readonly slips: readonly { readonly username: string; readonly password: string | null }[];
}

/** A class of two, one of them with a group, and a teacher. */
async function classOf(t: TestContext, server: { readonly folder: string }): Promise<Made> {
  const roster = join(folder(t), 'roster.csv');
  writeFileSync(roster, 'name,group\nÉlodie Martin,web\nHugo,\n');
  const made = await operate(server, ['class', 'create', 'bts2', '--roster', roster, '--teacher', 'prof']);
  return made as unknown as Made;
}

test('a class is there at once: its people, its teacher, and its channels by role and group', async (t) => {
  const server = await startServer(t);
  const { prof } = await people(t, server, { prof: [] });
  const { slips } = await classOf(t, server);
  const came: Client[] = [];
  for (const { username, password } of slips) {
    const client = await upgrade(await connect(t, server), []);
    await ask(client, { type: 'login', username, password: `${password} own` });
    await prof.expect({ type: 'status', user: username });
    for (const other of came) await other.expect({ type: 'status', user: username });
    came.push(client);
  }
  const [elodie, hugo] = came;

  const names = async (client: Client | undefined) => {
    const { channels } = await ask(client as Client, { type: 'channels' });
    return (channels as { name: string; role?: string }[]).map(({ name, role }) => `${name} ${role ?? '–'}`);
  };
  const lessons = ['#bts2 member', '#bts2-news member'];
  assert.deepEqual(await names(hugo), [...lessons, '#general member']);
  assert.deepEqual(await names(elodie), [...lessons, '#bts2-web member', '#general member']);
  assert.deepEqual(await names(prof), ['#bts2 owner', '#bts2-news owner', '#bts2-web owner', '#general member']);
  await refused(hugo as Client, { type: 'message', channel: '#bts2-news', content: 'I' }, 'read_only');
});

test('a roster with a name that cannot be one says which, and makes nobody', async (t) => {
  const data = join(folder(t), 'data');
  const roster = join(folder(t), 'roster.csv');
  const refusal = async (name: string) => {
    writeFileSync(roster, `name\nHugo\n${name}\n`);
    return run(['class', 'create', 'bts2', '--roster', roster, '--data', data, '--lang', 'fr']);
  };

  for (const [written, told] of [
    ['=cmd()', '=cmd()'],
    ['serveur', 'serveur'],
    ['Jo\u001b[2Jé!', 'Jo[2Jé!'],
  ] as const) {
    const { code, stderr } = await refusal(written);
    assert.deepEqual([code, stderr.split(' : ')[0]], [2, `classcord: Personne ne peut s’appeler « ${told} »`]);
  }
  assert.equal((await run(['user', 'list', '--data', data, '--json'])).stdout.trim(), '[]');
});

test('a roster with a group that cannot be a channel, or with somebody twice, says which', async (t) => {
  const data = join(folder(t), 'data');
  const roster = join(folder(t), 'roster.csv');
  for (const [rows, told] of [
    [
      'Hugo;web & co',
      'No channel can be named after the group “web & co”: letters, digits, - or _, at most 32 together with the name of the class.',
    ],
    ['Hugo;web dev\nMia;web-dev', '“web-dev” stands twice in the roster, or so much alike that it would be one.'],
    ['Hugo;web\nhugo;web', '“hugo” stands twice in the roster, or so much alike that it would be one.'],
  ]) {
    writeFileSync(roster, `name;group\n${rows}\n`);
    const { code, stderr } = await run(['class', 'create', 'bts2', '--roster', roster, '--data', data]);
    assert.deepEqual([code, stderr.split('\n')[0]], [2, `classcord: ${told}`]);
  }
});

test('a banned network is told by its address', async (t) => {
  const { folder: data } = await startServer(t);
  const told = async (...args: string[]) => (await run([...args, '--data', data])).stdout;

  assert.equal(await told('mod', 'ban', '--address', '192.0.2.0/24', '--reason', 'spam'), 'Banned: 192.0.2.0/24 (no. 1).\n');
  assert.equal(await told('mod', 'lift', '1'), 'Lifted: ban of 192.0.2.0/24 (no. 1).\n');
});

test('a data folder of another user is not called an empty one', async (t) => {
  const theirs = folder(t);
  // Who is not root has one at hand: the root of the file system.
  const data = process.getuid?.() === 0 ? theirs : '/';
  if (data === theirs) chownSync(theirs, 65_534, 65_534);

  const { code, stderr } = await run(['user', 'list', '--data', data]);

  assert.equal(code, 5);
  assert.match(stderr, /belongs to user \d+: run this as that user/);
});

test('the code of a class lets an account in, tells nothing when it is wrong, and is void once the class is closed', async (t) => {
  const server = await startServer(t);
  const { bob } = await people(t, server, { prof: null, bob: [] });
  const { code } = await classOf(t, server);
  const guest = await upgrade(await connect(t, server), []);
  guest.send({ type: 'message', channel: '#general', content: 'hi' });
  await guest.expect({ type: 'ack' });
  await bob.expect({ type: 'message', from: 'invité' });

  await refused(bob, { type: 'join', channel: '#bts2' }, 'not_found');
  await refused(bob, { type: 'join', channel: '#bts2', code: 'AAAAAAAA' }, 'not_found');
  await refused(guest, { type: 'join', channel: '#bts2', code }, 'not_found');
  await ask(bob, { type: 'join', channel: '#bts2', code: ` ${code.toLowerCase()} ` });
  const { channels } = await ask(bob, { type: 'channels' });
  assert.deepEqual(
    (channels as { name: string; joined: boolean }[]).filter(({ joined }) => joined).map(({ name }) => name),
    ['#bts2', '#bts2-news', '#general'],
  );
  await refused(bob, { type: 'join', channel: '#bts2-web', code }, 'not_found');

  await operate(server, ['class', 'close', 'bts2', '--yes']);
  await refused(bob, { type: 'message', channel: '#bts2', content: 'still?' }, 'read_only');
  await refused(guest, { type: 'join', channel: '#bts2', code }, 'not_found');
});

test('a token that the operator made opens its account until he revokes it, on the running server as at rest', async (t) => {
  const server = await startServer(t);
  await people(t, server, { alice: null });
  const make = async () => operate(server, ['token', 'create', 'alice', 'build results', '--scope', 'post']);

  const { token, id } = await make();
  const bot = await upgrade(await connect(t, server), []);
  await ask(bot, { type: 'login', token });
  await refused(bot, { type: 'channels' }, 'forbidden');
  const [row] = (await operate(server, ['token', 'list', 'alice'])) as unknown as Record<string, unknown>[];
  assert.deepEqual([row?.['id'], row?.['username'], row?.['scopes']], [id, 'alice', ['post']]);
  assert.ok(row?.['last_used_at'] !== null && !JSON.stringify(row).includes(String(token)));
  await operate(server, ['token', 'revoke', String(id)]);
  await bot.expect({ type: 'error', code: 'session_expired', message: 'This session was ended from another one: log in again.' });
  await bot.ended();

  await server.stop();
  const atRest = await make();
  const next = await startServer(t, { folder: server.folder });
  await ask(await upgrade(await connect(t, next), []), { type: 'login', token: atRest['token'] });
  const audit = await auditOf(next);
  assert.deepEqual(
    audit.map(({ action, subjectName }) => `${action} ${subjectName}`),
    ['token.create alice', 'token.revoke alice', 'token.create alice'],
  );
  assert.ok(!JSON.stringify(audit).includes(String(token)));
});
