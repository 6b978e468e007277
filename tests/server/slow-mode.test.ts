import assert from 'node:assert/strict';
import test from 'node:test';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, people, refused, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';

test('in slow mode everybody but the keepers waits between two messages, and is told for how long', async (t) => {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  await ask(alice, { type: 'update', channel: '#dev', slow_mode_s: 10 });

  await say(bob, 'one', { channel: '#dev', nonce: 'n1' });
  clock.advance(4000);
  const { retry_after_ms, message } = await refused(bob, { type: 'message', channel: '#dev', content: 'two' }, 'slow_mode');
  assert.deepEqual({ retry_after_ms, message }, { retry_after_ms: 6000, message: 'Slow mode: try again in 6 s.' });
  await say(bob, 'elsewhere');
  await alice.expect({ type: 'message', content: 'one' });
  await alice.expect({ type: 'message', content: 'elsewhere' });
  for (const content of ['a', 'b']) await say(alice, content, { channel: '#dev' });
  for (const content of ['a', 'b']) await bob.expect({ type: 'message', content });
  clock.advance(6000);

  assert.equal((await say(bob, 'one', { channel: '#dev', nonce: 'n1' })).seq, 1);
  assert.equal((await say(bob, 'two', { channel: '#dev' })).seq, 4);
  await refused(bob, { type: 'message', channel: '#dev', content: 'three' }, 'slow_mode');
});

test('a v1 session in slow mode is refused in the shape that it knows', async (t) => {
  const server = await startServer(t);
  const { alice, dave } = await people(t, server, { alice: [], dave: null });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(alice, { type: 'update', channel: '#dev', slow_mode_s: 3600 });

  dave.send({ type: 'message', channel: '#dev', content: 'one' });
  dave.send({ type: 'message', channel: '#dev', content: 'two' });

  await alice.expect({ type: 'message', content: 'one' });
  assert.equal(
    await dave.line(),
    '{"type": "error", "message": "Slow mode: try again in 3600 s.", "error": "Slow mode: try again in 3600 s.", "code": "slow_mode"}',
  );
  await alice.expectNothing();
});

test('a message that was refused for another reason does not make its author wait', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#dev' });
  await ask(bob, { type: 'join', channel: '#dev' });
  await ask(alice, { type: 'update', channel: '#dev', slow_mode_s: 3600 });

  await refused(bob, { type: 'message', channel: '#dev', content: 'to nothing', reply_to: 4711 }, 'not_found');

  assert.equal((await say(bob, 'one', { channel: '#dev' })).seq, 1);
});

test('whoever is not in a read-only channel yet may not speak in it either', async (t) => {
  const server = await startServer(t);
  const { alice, bob } = await people(t, server, { alice: [], bob: [] });
  await ask(alice, { type: 'create', channel: '#news' });
  await ask(alice, { type: 'update', channel: '#news', read_only: true });

  await refused(bob, { type: 'message', channel: '#news', content: 'me too' }, 'read_only');

  assert.equal((await say(alice, 'exam on Friday', { channel: '#news' })).seq, 1);
});
