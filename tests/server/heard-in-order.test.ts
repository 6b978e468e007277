import assert from 'node:assert/strict';
import test from 'node:test';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('others hear a message before the state, and the logout, that were sent after it in the same write', async (t) => {
  const server = await startServer(t);
  const listener = await guest(t, server, 'listener');
  const alice = await upgrade(await account(t, server, 'alice'));
  await listener.expect({ type: 'status', user: 'alice', state: 'online' });

  const lines = [
    { type: 'message', content: 'one' },
    { type: 'status', state: 'away' },
    { type: 'message', content: 'two' },
    { type: 'logout' },
  ];
  alice.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

  await listener.expect({ type: 'message', content: 'one' });
  await listener.expect({ type: 'status', user: 'alice', state: 'away' });
  await listener.expect({ type: 'message', content: 'two' });
  await listener.expect({ type: 'status', user: 'alice', state: 'offline' });
});

test('a v1 state follows the message that was sent before it', async (t) => {
  const server = await startServer(t);
  const listener = await guest(t, server, 'listener');
  const bob = await connect(t, server);

  bob.write('{"type":"message","from":"bob","content":""}\n{"type":"message","content":"x"}\n{"type":"status","state":"dnd"}\n');

  assert.equal((await listener.next())['content'], 'x');
  await listener.expect({ type: 'status', user: 'bob', state: 'dnd' });
});
