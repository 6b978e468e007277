import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { ask, login, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';
import { auditOf, operator, promote } from '../support/staff.ts';

test('level 4 stops new accounts and channels, but not those of the staff', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await promote(server, 'alice', 'admin');
  await ask(alice, { type: 'level', level: 4 });
  const newcomer = await upgrade(await connect(t, server));

  await refused(newcomer, { type: 'register', username: 'new', password: 'x' }, 'forbidden');
  await refused(bob, { type: 'create', channel: '#new' }, 'forbidden');
  await refused(bob, { type: 'join', channel: '#new' }, 'forbidden');
  await ask(alice, { type: 'create', channel: '#staff' });
  await ask(bob, { type: 'join', channel: '#staff' });
  const visitor = await guest(t, server, 'visitor');
  visitor.send({ type: 'message', content: 'hello' });
  await bob.expect({ type: 'message', from: 'visitor' });
});

test('level 2 lets the staff speak and nobody else, and a level survives a restart', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await promote(server, 'alice', 'admin');
  const visitor = await guest(t, server, 'visitor');

  await ask(alice, { type: 'level', level: 2, reason: 'exam\u001b' });

  await visitor.expect({ type: 'message', from: 'serveur', content: 'From now on only the staff may speak. exam' });
  await refused(bob, { type: 'message', content: 'x' }, 'read_only');
  visitor.send({ type: 'message', content: 'x' });
  await visitor.expect({ type: 'error', code: 'read_only', message: 'Only the staff may speak for the moment. exam' });
  await say(alice, 'quiet please');
  await bob.expect({ type: 'message', content: 'quiet please' });
  await server.stop();
  const again = await startServer(t, { folder: server.folder });
  const later = await login(await connect(t, again), 'bob', []);
  later.send({ type: 'message', content: 'x' });
  await later.expect({ type: 'error', code: 'read_only', message: 'Only the staff may speak for the moment. exam' });
  const stranger = await connect(t, again);
  stranger.send({ type: 'message', content: 'x' });
  await stranger.expect({ type: 'error', code: 'forbidden' });
});

test('at level 1 only the staff is let in', async (t) => {
  const server = await startServer(t);
  const { alice, bob: inside } = await people(t, server, { alice: [], bob: [] });
  await promote(server, 'alice', 'moderator');
  await server.app.moderation.emergency.set(operator, 1, 'drill');
  await inside.expect({ type: 'error', code: 'session_expired', message: 'Only the staff may be here for the moment. drill' });
  await alice.expect({ type: 'status', user: 'bob', state: 'offline' });

  const bob = await connect(t, server);
  bob.send({ type: 'login', username: 'bob', password: 'password of bob' });
  await bob.expect({ type: 'error', code: 'forbidden', message: 'Only the staff may be here for the moment. drill' });
  await login(await connect(t, server), 'alice', null);
  await alice.expect({ type: 'status', user: 'alice', state: 'online' });
  await refused(alice, { type: 'level' }, 'forbidden');
});

test('the staff reads of a private conversation what was reported and nothing else, and the look is in the audit, once', async (t) => {
  const server = await startServer(t);
  const { alice, bob, carol } = await people(t, server, { alice: [], bob: [], carol: [] });
  await promote(server, 'alice', 'admin');
  const tell = async (content: string) => {
    bob.send({ type: 'message', to: 'carol', content });
    const { id } = await bob.expect({ type: 'ack' });
    await carol.expect({ type: 'message', content });
    return id;
  };
  const [before, rude] = [await tell('harmless'), await tell('rude')];

  await refused(alice, { type: 'report', id: before, reason: 'x' }, 'not_found');
  await refused(alice, { type: 'revisions', id: before }, 'not_found');
  await refused(bob, { type: 'report', id: rude, reason: 'x' }, 'invalid_field');
  await refused(carol, { type: 'report', id: rude, reason: '\u0007' }, 'invalid_field');
  await ask(carol, { type: 'report', id: rude, reason: 'rude\nline' });
  const { reports } = await ask(alice, { type: 'reports' });
  await ask(alice, { type: 'reports' });

  const [report] = reports as { reason: string; message: Record<string, unknown> }[];
  assert.deepEqual([report?.reason, report?.message['content'], report?.message['id']], ['rude line', 'rude', rude]);
  assert.doesNotMatch(JSON.stringify(reports), /harmless/);
  const looks = (await auditOf(server)).filter(({ action }) => action === 'report.read_private');
  assert.deepEqual(looks, [{ action: 'report.read_private', actorName: 'alice', subjectName: 'reports', detail: '{"reports":[1]}' }]);
});

test('a blocked person is refused in private and tells nothing by typing; the staff is heard; the list survives', async (t) => {
  const server = await startServer(t);
  const { bob, carol, mona } = await people(t, server, { bob: ['typing', 'notifications'], carol: [], mona: [] });
  await promote(server, 'mona', 'moderator');
  for (const username of ['carol', 'mona']) await ask(bob, { type: 'block', username });

  await refused(carol, { type: 'message', to: 'bob', content: 'x' }, 'forbidden');
  await ask(carol, { type: 'channels' });
  carol.send({ type: 'typing', to: 'bob' });
  carol.send({ type: 'message', content: '@bob hello' });
  await carol.expect({ type: 'ack' });
  await bob.expect({ type: 'message', content: '@bob hello' });
  await bob.expectNothing();
  mona.send({ type: 'message', to: 'bob', content: 'from the staff' });
  await bob.expect({ type: 'message', content: 'from the staff' });
  await refused(await upgrade(await guest(t, server, 'visitor')), { type: 'block', username: 'bob' }, 'forbidden');
  await server.stop();
  const again = await startServer(t, { folder: server.folder });
  const later = await login(await connect(t, again), 'carol', []);
  await refused(later, { type: 'message', to: 'bob', content: 'x' }, 'forbidden');
});

test('every privileged act leaves a row in the audit, without the words of anybody, and the chain is whole', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await promote(server, 'alice', 'admin');
  const { id } = await say(bob, 'secret words');
  await alice.expect({ type: 'message' });
  await ask(alice, { type: 'create', channel: '#team', visibility: 'public' });
  await ask(bob, { type: 'join', channel: '#team' });
  const reason = 'secret reason';

  await ask(alice, { type: 'warn', username: 'bob', reason });
  await ask(alice, { type: 'mute', username: 'bob', reason, channel: '#team' });
  await ask(alice, { type: 'lift', username: 'bob', kind: 'mute', channel: '#team' });
  await ask(alice, { type: 'grant', channel: '#team', username: 'bob', role: 'moderator' });
  await ask(alice, { type: 'revoke', channel: '#team', username: 'bob' });
  await ask(alice, { type: 'update', channel: '#team', topic: 'secret topic', slow_mode_s: 5 });
  await ask(alice, { type: 'delete', id, reason });
  await ask(alice, { type: 'level', level: 4, reason: 'exam' });
  await ask(alice, { type: 'kick', username: 'bob', reason, channel: '#team' });
  await refused(bob, { type: 'kick', username: 'alice', reason }, 'forbidden');

  const rows = await auditOf(server);
  assert.deepEqual(
    rows.map(({ action, actorName, subjectName }) => `${action} ${actorName} ${subjectName}`),
    [
      'account.role operator:test alice',
      'sanction.warn alice bob',
      'sanction.mute alice bob',
      'sanction.lift alice bob',
      'channel.grant alice #team',
      'channel.revoke alice #team',
      'channel.update alice #team',
      `message.delete alice message:${id}`,
      'server.level alice server',
      'sanction.kick alice bob',
    ],
  );
  assert.doesNotMatch(JSON.stringify(rows), /secret/);
  // It is about nobody, and stands nowhere else once the level is another.
  assert.equal(rows.find(({ action }) => action === 'server.level')?.detail, '{"level":4,"before":5,"reason":"exam"}');
  assert.equal((await server.app.moderation.audit.verify()).isWhole, true);
  assert.match(server.log(), /"event.action":"audit.sanction.warn"/);
  assert.doesNotMatch(server.log(), /secret/);
});

test('who may send which request of moderation, on the wire', async (t) => {
  const server = await startServer(t);
  const names = ['anna', 'mona', 'olga', 'cleo', 'ulf'] as const;
  const staff = await people(t, server, { anna: [], mona: [], olga: [], cleo: [], ulf: [] });
  await promote(server, 'anna', 'admin');
  await promote(server, 'mona', 'moderator');
  await ask(staff.olga, { type: 'create', channel: '#team' });
  for (const name of names) if (name !== 'olga') await ask(staff[name], { type: 'join', channel: '#team' });
  await ask(staff.olga, { type: 'grant', channel: '#team', username: 'cleo', role: 'moderator' });
  await account(t, server, 'victim');
  for (const name of names) await staff[name].expect({ type: 'status', user: 'victim' });
  const reason = 'x';
  /** Written out by hand: anna is admin, mona moderator, olga owns #team, cleo is its moderator, ulf a user; gus a guest. */
  const rows: readonly (readonly [Record<string, unknown>, string])[] = [
    [{ type: 'warn', username: 'victim', reason }, 'anna mona'],
    [{ type: 'warn', username: 'victim', reason, channel: '#team' }, 'anna mona'],
    [{ type: 'mute', username: 'victim', reason, duration_s: 1 }, 'anna mona'],
    [{ type: 'mute', username: 'victim', reason, duration_s: 1, channel: '#team' }, 'anna mona olga cleo'],
    [{ type: 'ban', username: 'victim', reason, duration_s: 1, channel: '#team' }, 'anna mona'],
    [{ type: 'ban', address: '192.0.2.1', reason, duration_s: 1 }, 'anna mona'],
    [{ type: 'sanctions', username: 'victim' }, 'anna mona'],
    [{ type: 'sanctions', active: true }, 'anna mona'],
    [{ type: 'sanctions' }, 'anna mona olga cleo ulf gus'],
    [{ type: 'reports' }, 'anna mona'],
    [{ type: 'block' }, 'anna mona olga cleo ulf'],
    [{ type: 'level' }, 'anna'],
  ];
  const gus = await upgrade(await guest(t, server, 'gus'));

  for (const [request, may] of rows) {
    for (const [name, client] of Object.entries({ ...staff, gus })) {
      client.send({ ...request, ref: 'asked' });
      let answer = await client.next();
      while (answer['ref'] !== 'asked') answer = await client.next();
      const wanted = may.split(' ').includes(name) ? request['type'] : 'error';
      assert.equal(answer['type'], wanted, `${name}: ${JSON.stringify(request)} → ${JSON.stringify(answer)}`);
      if (wanted === 'error') assert.equal(answer['code'], 'forbidden', JSON.stringify(answer));
    }
  }
});
