import test from 'node:test';
import { connect } from '../support/client.ts';
import { ask, login, people, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('who joins a channel on one session hears it on its other v2 sessions, and who leaves it on none', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  const phone = await login(await connect(t, server), 'bob', ['members']);
  const course = await login(await connect(t, server), 'bob', null);
  for (const client of [alice, bob]) for (let number = 0; number < 2; number += 1) await client.expect({ type: 'status', user: 'bob' });
  await phone.expect({ type: 'status', user: 'bob' });
  await ask(alice, { type: 'create', channel: '#dev' });

  await ask(bob, { type: 'join', channel: '#dev' });
  await phone.expect({ type: 'joined', channel: '#dev', username: 'bob' });
  await say(alice, 'welcome', { channel: '#dev' });

  for (const client of [bob, phone]) await client.expect({ type: 'message', channel: '#dev', content: 'welcome' });
  await course.expectNothing();

  await ask(bob, { type: 'leave', channel: '#dev' });
  await phone.expect({ type: 'left', channel: '#dev', username: 'bob' });
  await say(alice, 'gone?', { channel: '#dev' });
  for (const client of [bob, phone, course]) await client.expectNothing();
});

test('a member that comes again, or joins again, is not told to have joined', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: ['members'], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  await alice.expect({ type: 'joined', channel: '#dev', username: 'bob' });

  const phone = await login(await connect(t, server), 'bob', []);
  await ask(phone, { type: 'join', channel: '#dev' });

  await alice.expect({ type: 'status', user: 'bob' });
  await alice.expectNothing();
  await say(alice, 'both', { channel: '#dev' });
  await phone.expect({ type: 'message', content: 'both' });
});
