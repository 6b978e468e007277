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

test('a change of nothing is answered, and told to nobody', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: ['members'] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });

  await ask(alice, { type: 'update', channel: '#dev' });
  await ask(alice, { type: 'update', channel: '#dev', topic: 'new' });

  await bob.expect({ type: 'channel', channel: '#dev', topic: 'new' });
});
