import assert from 'node:assert/strict';
import test from 'node:test';
import { account, connect, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('with cap trace each answer is followed by what the server did with the line', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'), ['trace']);

  alice.send({ type: 'message', ref: 'm', content: 'hi' });
  const ack = await alice.expect({ type: 'ack', ref: 'm' });
  const trace = await alice.expect({ type: 'trace', ref: 'm' });

  const steps = new Map(trace['steps'] as [string, unknown][]);
  assert.deepEqual([...steps.keys()], ['parse', 'permission', 'stored', 'fanout', 'done']);
  assert.deepEqual([steps.get('permission'), steps.get('stored'), steps.get('fanout')], ['message.post', ack['id'], 1]);
});

test('without the cap there is no trace', async (t) => {
  const server = await startServer(t);
  const guest = await upgrade(await connect(t, server));

  guest.send({ type: 'ping', ref: '1' });
  await guest.expect({ type: 'pong', ref: '1' });
  await guest.expectNothing();
});

test('an error is followed by a trace too', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'), ['trace']);

  alice.send({ type: 'leave', ref: '1', channel: '#nowhere' });
  await alice.expect({ type: 'error', ref: '1', code: 'not_found' });
  const trace = await alice.expect({ type: 'trace', ref: '1' });

  assert.deepEqual(trace['steps'], [['refused', 'not_found']]);
});
