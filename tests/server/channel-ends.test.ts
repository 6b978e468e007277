import assert from 'node:assert/strict';
import test from 'node:test';
import { ask, people, refused } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('an archived private channel does not exist either for those whom it does not concern', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#team', visibility: 'private' });
  await ask(alice, { type: 'update', channel: '#team', archived: true });

  await refused(bob, { type: 'join', channel: '#team' }, 'not_found');
  await ask(alice, { type: 'update', channel: '#team', archived: false });
  await ask(alice, { type: 'invite', channel: '#team', username: 'bob' });
  await ask(alice, { type: 'update', channel: '#team', archived: true });
  await refused(bob, { type: 'join', channel: '#team' }, 'gone');
});

test('the last owner leaves only an empty channel, so that nobody is left in one without an owner', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });

  const { message } = await refused(alice, { type: 'leave', channel: '#dev' }, 'conflict');
  assert.equal(message, 'A channel keeps at least one owner: give somebody else the role first.');
  await ask(alice, { type: 'grant', channel: '#dev', username: 'bob', role: 'owner' });
  await ask(alice, { type: 'leave', channel: '#dev' });
  await ask(bob, { type: 'leave', channel: '#dev' });
});

test('a change of nothing is answered, and told to nobody', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['members'] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });

  await ask(alice, { type: 'update', channel: '#dev' });
  await ask(alice, { type: 'update', channel: '#dev', topic: 'new' });

  await bob.expect({ type: 'channel', channel: '#dev', topic: 'new' });
});
