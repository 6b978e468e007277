import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, type Client, connect, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

async function aliceAndBob(t: TestContext, set: readonly string[] = []) {
  const server = await startServer(t, { set });
  return { server, alice: await guest(t, server, 'alice'), bob: await guest(t, server, 'bob') };
}

/** Joins without a word, and returns when that is done. */
async function join(client: Client, channel: string): Promise<void> {
  client.send({ type: 'join', channel });
  await client.expectNothing();
}

test('a session hears only the default channel, unless it names others', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  bob.send({ type: 'message', channel: '#dev', content: 'in dev' });
  bob.send({ type: 'message', content: 'in general' });

  await alice.expect({ content: 'in general' });
  await alice.expectNothing();
});

for (const type of ['join', 'join_channel', 'channel_switch', 'JOIN']) {
  test(`${type} joins a channel without a word to anybody, and leaves no other one`, async (t) => {
    const { alice, bob } = await aliceAndBob(t);

    alice.send({ type, channel: '#dev', from: 'zoe', ref: 5 });
    await alice.expectNothing();
    bob.send({ type: 'message', channel: '#dev', content: 'in dev' });
    bob.send({ type: 'message', content: 'in general' });

    await alice.expect({ channel: '#dev', content: 'in dev' });
    await alice.expect({ content: 'in general' });
    await bob.expectNothing();
  });
}

test('posting in a channel joins it for good', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  alice.send({ type: 'message', channel: '#dev', content: 'first' });
  await alice.expectNothing();
  bob.send({ type: 'message', channel: '#dev', content: 'second' });
  await alice.expect({ content: 'second' });
  alice.send({ type: 'message', channel: '#dev', content: 'third' });

  await bob.expect({ from: 'alice', content: 'third' });
});

test('the first message of a connection may go to a channel: it names, joins and is heard there only', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  await join(alice, '#dev');
  const zoe = await connect(t, server);

  zoe.send({ type: 'message', from: 'zoe', channel: '#dev', content: 'hi dev' });
  await alice.expect({ from: 'zoe', channel: '#dev', content: 'hi dev' });
  bob.send({ type: 'message', content: 'hi general' });

  await zoe.expect({ content: 'hi general' });
  await alice.expect({ content: 'hi general' });
  await bob.expectNothing();
});

test('a message that came with a channel is relayed with it as it was written, one without is relayed without', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  await join(alice, '#Café');
  const end = '"from": "bob", "timestamp": "[^"]+"\\}$';

  bob.write('{"type":"message","content":"a","channel":"#CAFÉ"}\n');
  assert.match(await alice.line(), new RegExp(`^\\{"type": "message", "content": "a", "channel": "#CAF\\\\u00c9", ${end}`));
  bob.write('{"type":"message","channel":"général","content":"b"}\n');
  assert.match(await alice.line(), new RegExp(`^\\{"type": "message", "channel": "g\\\\u00e9n\\\\u00e9ral", "content": "b", ${end}`));
  bob.write('{"type":"message","content":"c"}\n');
  assert.match(await alice.line(), new RegExp(`^\\{"type": "message", "content": "c", ${end}`));
});

test('the default channel has several spellings', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  for (const channel of ['#general', 'general', '#général', 'général', '#Général', 'GENERAL', '#ge\u0301ne\u0301ral', ' #general ', '']) {
    bob.send({ type: 'message', channel, content: channel });
    await alice.expect({ content: channel, channel });
  }
});

test('channel names are folded as user names are, with or without their sign', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  await join(alice, '#Réseau-2');

  for (const channel of ['#réseau-2', 'RÉSEAU-2', '#Re\u0301seau-2', '#Ｒéseau-2', 'réseau-2 ']) {
    bob.send({ type: 'message', channel, content: channel });
    await alice.expect({ content: channel });
  }
  await alice.expectNothing();
});

test('members only hear a channel: neither guests, nor accounts, nor v2 sessions, nor nameless ones beside it', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  await join(alice, '#secret');
  const carol = await account(t, server, 'carol');
  for (const client of [alice, bob]) await client.expect({ type: 'status', user: 'carol' });
  const modern = await upgrade(await guest(t, server, 'modern'));
  const nameless = await connect(t, server);

  alice.send({ type: 'message', channel: '#secret', content: 'psst' });
  await alice.leave();

  for (const client of [bob, carol, modern]) await client.expect({ type: 'status', user: 'alice', state: 'offline' });
  await nameless.expectNothing();
});

test('membership ends with the connection, and with the name', async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  await join(bob, '#dev');
  await join(alice, '#dev');
  alice.send({ type: 'register', username: 'carol', password: 'x' });
  await alice.expect({ type: 'register' });
  alice.send({ type: 'login', username: 'carol', password: 'x' });
  await alice.expect({ type: 'login', status: 'ok' });
  const again = await guest(t, server, 'alice');

  bob.send({ type: 'message', channel: '#dev', content: 'who is left?' });

  await bob.expect({ type: 'status', user: 'alice', state: 'offline' });
  await bob.expect({ type: 'status', user: 'carol', state: 'online' });
  await bob.leave();
  await alice.expect({ type: 'status', user: 'bob' });
  await again.expect({ type: 'status', user: 'bob' });
});

test('status lines reach everybody, whatever channels they are in, once', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  await join(alice, '#dev');
  await join(bob, '#dev');
  await join(bob, '#ops');

  alice.send({ type: 'status', state: 'away' });

  await bob.expect({ type: 'status', user: 'alice', state: 'away' });
  await bob.expectNothing();
});

test('who is in several channels hears a message once', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  await join(alice, '#dev');
  await join(alice, '#dev');
  await join(alice, 'DEV');

  bob.send({ type: 'message', channel: '#dev', content: 'once' });
  bob.send({ type: 'message', content: 'twice' });

  await alice.expect({ content: 'once' });
  await alice.expect({ content: 'twice' });
  await alice.expectNothing();
});

test('a name that no channel can have is refused with an error, and nobody hears the message', async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const names = ['#', '##', '#a b', '#a/b', '#a\u0000', '#\u200b', `#${'a'.repeat(33)}`, 'x'.repeat(300), '#dev,#ops', '#😀'];

  for (const channel of names) {
    bob.send({ type: 'message', channel, content: 'hi' });
    await bob.expect({ type: 'error', code: 'invalid_field' });
    bob.send({ type: 'join', channel });
    await bob.expect({ type: 'error', code: 'invalid_field' });
  }
  for (const channel of [5, ['#dev'], { name: '#dev' }, true]) {
    bob.send({ type: 'message', channel, content: 'hi' });
    await bob.expect({ type: 'error', code: 'invalid_field' });
  }
  bob.send({ type: 'join' });
  await bob.expect({ type: 'error', code: 'invalid_field' });

  await alice.expectNothing();
  bob.send({ type: 'message', channel: `#${'é'.repeat(32)}`, content: 'longest' });
  await bob.expectNothing();
});

test('a guest makes three channels a day, an account ten; past that they still talk where they are', async (t) => {
  const server = await startServer(t);
  const bob = await guest(t, server, 'bob');
  const carol = await account(t, server, 'carol');
  await bob.expect({ type: 'status' });
  const make = async (client: Client, name: string, count: number) => {
    for (let index = 1; index <= count; index += 1) await join(client, `#${name}${index}`);
    client.send({ type: 'join', channel: `#${name}-more` });
    await client.expect({ type: 'error', code: 'quota_exceeded' });
    client.send({ type: 'message', channel: `#${name}-more`, content: 'x' });
    await client.expect({ type: 'error', code: 'quota_exceeded' });
  };

  await make(bob, 'bob', 3);
  await make(carol, 'carol', 10);
  await join(bob, '#carol1');
  carol.send({ type: 'message', channel: '#carol1', content: 'still here' });

  await bob.expect({ content: 'still here' });
});

test('where channels are not made by themselves, an unknown one is refused', async (t) => {
  const { alice, bob } = await aliceAndBob(t, ['channels.auto_create=false']);

  alice.send({ type: 'join', channel: '#dev' });
  await alice.expect({ type: 'error', code: 'not_found' });
  bob.send({ type: 'message', content: 'in general' });

  await alice.expect({ content: 'in general' });
});

test('/join typed as content is text', async (t) => {
  const { alice, bob } = await aliceAndBob(t);

  bob.send({ type: 'message', content: '/join #dev' });

  await alice.expect({ type: 'message', from: 'bob', content: '/join #dev' });
});

test('/join typed as content joins where legacy.join_in_content says so', async (t) => {
  const { alice, bob } = await aliceAndBob(t, ['legacy.join_in_content=true']);

  bob.send({ type: 'message', content: '/join #dev' });
  await bob.expectNothing();
  alice.send({ type: 'message', channel: '#dev', content: 'in dev' });
  await bob.expect({ content: 'in dev' });
  bob.send({ type: 'message', content: '/join us tonight' });
  await alice.expect({ content: '/join us tonight' });
  bob.send({ type: 'message', content: '/join' });

  await alice.expect({ content: '/join' });
});

test('a join of a nameless connection is refused, and names nobody', async (t) => {
  const { server, bob } = await aliceAndBob(t);
  const nameless = await connect(t, server);

  nameless.send({ type: 'join', channel: '#dev', from: 'zoe' });

  await nameless.expect({ type: 'error', code: 'not_authenticated' });
  bob.send({ type: 'users' });
  await bob.expect({ users: ['alice', 'bob'] });
});
