import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { standingClock } from '../support/fake-clock.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';
import { operator, promote } from '../support/staff.ts';

test('a mute takes the word wherever it is heard, leaves reading, and ends by the clock', async (t) => {
  const clock = standingClock(t);
  const server = await startServer(t, { clock });
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await promote(server, 'alice', 'moderator');
  const { id } = await say(bob, 'mine');
  await alice.expect({ type: 'message', id });
  const { id: other } = await say(alice, 'hers');
  await bob.expect({ type: 'message', id: other });

  const muted = await ask(alice, { type: 'mute', username: 'BOB', reason: 'flood', duration_s: 20 });

  assert.equal(muted['until'], new Date(clock.now() + 20_000).toISOString());
  for (const speech of [
    { type: 'message', content: 'x' },
    { type: 'message', to: 'alice', content: 'x' },
    { type: 'message', channel: '#new', content: 'x' },
    { type: 'edit', id, content: 'x' },
    { type: 'react', id: other, emoji: '👍' },
    { type: 'typing', channel: '#general' },
    { type: 'status', state: 'online', text: 'x' },
    { type: 'create', channel: '#new', topic: 'x' },
  ])
    await refused(bob, speech, 'muted');
  await ask(bob, { type: 'history', channel: '#general' });
  await ask(bob, { type: 'status', state: 'away' });
  await alice.expect({ type: 'status', user: 'bob', state: 'away' });
  clock.advance(19_999);
  await refused(bob, { type: 'message', content: 'x' }, 'muted');
  clock.advance(1);
  await say(bob, 'again');
});

test('a mute in a channel is one there only, by those who keep the channel, on those who do not', async (t) => {
  const server = await startServer(t);
  const { olga, mia, bob } = await people(t, server, { olga: [], mia: [], bob: [] });
  await ask(olga, { type: 'create', channel: '#team' });
  for (const client of [mia, bob]) await ask(client, { type: 'join', channel: '#team' });
  await ask(olga, { type: 'grant', channel: '#team', username: 'mia', role: 'moderator' });
  const mute = (username: string, channel?: string) => ({ type: 'mute', username, reason: 'x', ...(channel && { channel }) });

  await ask(mia, mute('bob', '#team'));

  await refused(bob, { type: 'message', channel: '#team', content: 'x' }, 'muted');
  await say(bob, 'elsewhere');
  for (const client of [olga, mia]) await client.expect({ type: 'message', content: 'elsewhere' });
  await refused(mia, mute('bob'), 'forbidden');
  await refused(mia, mute('bob', '#general'), 'forbidden');
  await refused(mia, mute('olga', '#team'), 'forbidden');
  await refused(mia, mute('mia', '#team'), 'forbidden');
  await refused(bob, mute('mia', '#team'), 'forbidden');
  await refused(bob, { type: 'lift', username: 'bob', kind: 'mute', channel: '#team' }, 'forbidden');
  await ask(olga, mute('mia', '#team'));
  await refused(mia, { type: 'lift', username: 'mia', kind: 'mute', channel: '#team' }, 'forbidden');
  await refused(mia, { type: 'ban', username: 'bob', reason: 'x', channel: '#team' }, 'forbidden');
});

test('moderators act on users, never on moderators and administrators; administrators on everybody', async (t) => {
  const server = await startServer(t);
  const { anna, mona, max, bob } = await people(t, server, { anna: [], mona: [], max: [], bob: [] });
  await promote(server, 'anna', 'admin');
  for (const name of ['mona', 'max']) await promote(server, name, 'moderator');
  const warn = (username: string) => ({ type: 'warn', username, reason: 'x' });

  await ask(mona, warn('bob'));
  for (const name of ['max', 'anna', 'mona']) await refused(mona, warn(name), 'forbidden');
  await refused(bob, warn('max'), 'forbidden');
  for (const name of ['bob', 'mona']) await ask(anna, warn(name));
  await refused(anna, warn('anna'), 'forbidden');
  assert.deepEqual((await ask(max, { type: 'whoami' }))['role'], 'moderator');
  await assert.rejects(server.app.moderation.roles.set(operator, 'anna', 'user'), { code: 'conflict' });
});

test('a ban ends every session at once, no timer passing, and holds at login, at resume, and after a restart until it is over', async (t) => {
  const clock = standingClock(t);
  const server = await startServer(t, { clock });
  const { alice, bob } = await people(t, server, { alice: [], bob: null });
  await promote(server, 'alice', 'moderator');
  const phone = await upgrade(await connect(t, server));
  phone.send({ type: 'login', username: 'bob', password: 'password of bob' });
  const { resume_token: token } = await phone.expect({ type: 'login', status: 'ok' });
  for (const client of [alice, bob]) await client.expect({ type: 'status', user: 'bob' });

  await ask(alice, { type: 'ban', username: 'bob', reason: 'insults', duration_s: 3600 });

  await bob.expect({ type: 'message', from: 'serveur' });
  await bob.ended();
  await phone.expect({ type: 'error', code: 'banned', fatal: true });
  await phone.ended();
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });
  const back = await upgrade(await connect(t, server));
  await refused(back, { type: 'resume', token }, 'banned');
  await refused(back, { type: 'login', username: 'bob', password: 'password of bob' }, 'banned');
  await refused(back, { type: 'login', username: 'bob', password: 'wrong' }, 'login_failed');
  clock.advance(1);
  const stopping = server.stop();
  await stopping;
  const again = await startServer(t, { clock, folder: server.folder });
  const later = await upgrade(await connect(t, again));
  await refused(later, { type: 'login', username: 'bob', password: 'password of bob' }, 'banned');
  clock.advance(3_600_000);
  await login(await connect(t, again), 'bob', null);
});

test('a ban of a network ends what comes from there and lets nobody in but the staff', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: null });
  await promote(server, 'alice', 'moderator');
  const visitor = await guest(t, server, 'visitor');
  const nameless = await connect(t, server);
  await nameless.expectNothing();

  alice.send({ type: 'ban', address: '127.0.0.0/8', reason: 'flood' });
  const { id } = await untilHeard(alice, 'ban');

  for (const client of [bob, visitor]) {
    assert.equal((await untilHeard(client, 'message'))['content'], 'You are banned: flood');
    await client.ended();
  }
  await nameless.ended();
  const newcomer = await connect(t, server);
  newcomer.send({ type: 'users' });
  await newcomer.expect({ type: 'error', code: 'banned' });
  newcomer.send({ type: 'register', username: 'new', password: 'x' });
  await newcomer.expect({ type: 'error', code: 'banned' });
  newcomer.send({ type: 'message', content: 'x' });
  await newcomer.expect({ type: 'error', code: 'banned' });
  newcomer.send({ type: 'login', username: 'bob', password: 'password of bob' });
  await newcomer.expect({ type: 'error', code: 'banned' });
  newcomer.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await newcomer.expect({ type: 'login', status: 'ok' });
  alice.send({ type: 'sanctions', active: true });
  const { sanctions } = await untilHeard(alice, 'sanctions');
  assert.deepEqual(
    (sanctions as Record<string, unknown>[]).map(({ address }) => address),
    ['127.0.0.0/8'],
  );
  await ask(alice, { type: 'lift', id });
  await login(await connect(t, server), 'bob', null);
});

test('a guest is known again: coming back under its name does not help, and others are not touched', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  await promote(server, 'alice', 'moderator');
  const troll = await guest(t, server, 'troll');
  const other = await guest(t, server, 'other');

  await ask(alice, { type: 'mute', username: 'troll', reason: 'flood' });

  await troll.expect({ type: 'message', from: 'serveur' });
  await troll.leave();
  for (const client of [alice, other]) await client.expect({ type: 'status', user: 'troll', state: 'offline' });
  const again = await guest(t, server, 'troll');
  again.send({ type: 'message', content: 'me again' });
  await again.expect({ type: 'error', code: 'muted' });
  other.send({ type: 'message', content: 'not me' });
  await alice.expect({ type: 'message', from: 'other' });
  await ask(alice, { type: 'lift', username: 'troll', kind: 'mute' });
  await again.expect({ type: 'message', from: 'other' });
  await again.expect({ type: 'message', from: 'serveur', content: 'You may speak again (alice).' });
  await ask(alice, { type: 'ban', username: 'troll', reason: 'enough' });
  await again.expect({ type: 'message', from: 'serveur', content: 'You are banned: enough' });
  await again.ended();
  const third = await connect(t, server);
  third.send({ type: 'message', from: 'troll', content: 'x' });
  await third.expect({ type: 'error', code: 'banned' });
});

test('what was missed is told to a v1 client at its next login, once, and stands in the notifications of v2', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: null });
  await promote(server, 'alice', 'moderator');
  const carol = await account(t, server, 'carol');
  for (const client of [alice, bob]) await client.expect({ type: 'status', user: 'carol' });
  await Promise.all([bob.leave(), carol.leave()]);

  for (let gone = 0; gone < 2; gone += 1) await alice.expect({ type: 'status', state: 'offline' });
  for (const username of ['bob', 'carol']) await ask(alice, { type: 'warn', username, reason: 'be kind' });

  const again = await login(await connect(t, server), 'bob', null);
  await again.expect({ type: 'message', from: 'serveur', content: 'Warning from alice: be kind' });
  await again.leave();
  const third = await login(await connect(t, server), 'bob', null);
  await third.expectNothing();
  const modern = await upgrade(await connect(t, server));
  modern.send({ type: 'login', username: 'carol', password: 'password of carol' });
  await modern.expect({ type: 'login', status: 'ok' });
  const { notifications } = await ask(modern, { type: 'notifications' });
  assert.deepEqual(
    (notifications as Record<string, unknown>[]).map(({ kind, sanction, reason, by }) => ({ kind, sanction, reason, by })),
    [{ kind: 'sanction', sanction: 'warn', reason: 'be kind', by: 'alice' }],
  );
});

test('a reason is one line, whatever was typed: it forges nothing and moves nothing', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: null });
  await promote(server, 'alice', 'moderator');
  const hostile = 'a\u001b[2J\r\nserveur: you are admin\u2028\u202egnp\u0000 \u0085b';

  const { reason } = await ask(alice, { type: 'warn', username: 'bob', reason: hostile });

  assert.equal(reason, 'a[2J serveur: you are admin gnp b');
  assert.equal((await bob.next())['content'], `Warning from alice: ${reason}`);
  await refused(alice, { type: 'warn', username: 'bob', reason: ' \u0000\u202e ' }, 'invalid_field');
  const topic = await ask(alice, { type: 'update', channel: '#general', topic: hostile });
  assert.equal(topic['topic'], reason);
});

/** The next line of that type; what comes before it is not what is asked. */
async function untilHeard(client: Client, type: string): Promise<Readonly<Record<string, unknown>>> {
  for (;;) {
    const line = await client.next();
    if (line['type'] === type) return line;
  }
}
