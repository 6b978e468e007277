import assert from 'node:assert/strict';
import test from 'node:test';
import { connect } from '../../tools/client/main.ts';
import { startServer } from '../support/server.ts';

test('a guest says something, and another client hears it once', async (t) => {
  const server = await startServer(t);
  const heard: string[] = [];
  const alice = await connect({ port: server.port, identity: { guest: 'alice' }, limits: { helloMs: 60_000 } });
  const bob = await connect({ port: server.port, identity: { guest: 'bob' }, limits: { helloMs: 60_000 } });
  t.after(() => Promise.all([alice.close(), bob.close()]));
  const listening = (async () => {
    for await (const event of bob) {
      if (event.type !== 'message') continue;
      heard.push(event.content);
      if (event.content === 'end') return;
    }
  })();

  await alice.say('#general', 'one').done;
  await alice.say('#general', 'end').done;
  await listening;

  assert.deepEqual(heard, ['one', 'end']);
  assert.deepEqual([alice.generation, alice.me?.username, alice.channels], [2, 'alice', ['#general']]);
});
