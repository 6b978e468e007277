import assert from 'node:assert/strict';
import test from 'node:test';
import { listen, listenAs } from '../support/chat-client.ts';
import { cuttable } from '../support/cuttable.ts';
import { startServer } from '../support/server.ts';
import { dataFolder, freePort, startProcess } from '../support/server-process.ts';

const numbered = (count: number, word = 'm') => Array.from({ length: count }, (_, index) => `${word}${index + 1}`);

for (const who of ['accounts', 'guests'] as const) {
  test(`${who}: a server killed with -9 in the middle loses no message and doubles none`, async (t) => {
    const place = { folder: dataFolder(t), port: await freePort() };
    const server = await startProcess(t, place);
    const join = (name: string) =>
      who === 'accounts' ? listenAs(t, server, { user: name }) : listen(t, server, { identity: { guest: name } });
    const bob = await join('bob');
    const alice = await join('alice');
    const said = numbered(60);

    const sents = said.slice(0, 40).map((content) => alice.client.say('#general', content));
    await sents[9]?.done;
    await server.kill();
    await alice.until('state', ({ state }) => state === 'waiting');
    sents.push(...said.slice(40).map((content) => alice.client.say('#general', content)));
    await startProcess(t, place);
    await Promise.all(sents.map((sent) => sent.done));
    await bob.untilSaid('m60');

    assert.deepEqual(bob.contents, said);
    assert.equal(new Set(sents.map((sent) => sent.stored.id)).size, 60);
    assert.deepEqual([alice.client.state, alice.client.unsent, alice.client.generation], ['online', 0, 2]);
  });
}

test('who has changed the password comes back with the new one', async (t) => {
  const place = { folder: dataFolder(t), port: await freePort() };
  const server = await startProcess(t, place);
  const alice = await listenAs(t, server, { user: 'alice' });
  const { client } = alice;
  await client.request({ type: 'password', old: 'password of alice', new: 'another password' });

  await server.kill();
  await alice.until('state', ({ state }) => state === 'waiting');
  await startProcess(t, place);
  await client.say('#general', 'back').done;

  assert.deepEqual([client.state, client.me?.username], ['online', 'alice']);
});

test('after a mere cut the session is taken up again: what was missed comes first, then what is new', async (t) => {
  const server = await startServer(t);
  const way = await cuttable(t, server);
  const alice = await listenAs(t, server, { user: 'alice' });
  const wire: string[] = [];
  const onWire = (direction: string, line: string) => wire.push(`${direction} ${line}`);
  const bob = await listenAs(t, way, { user: 'bob', channels: ['#dev'], reconnect: { firstMs: 60_000 }, onWire });
  alice.client.say('#dev', 'heard');
  await bob.untilSaid('heard');
  way.cut();
  await bob.until('state', ({ state }) => state === 'waiting');
  for (const content of ['missed 1', 'missed 2']) await alice.client.say('#dev', content).done;
  await alice.client.say('bob', 'missed in private').done;

  bob.client.retryNow();
  await bob.untilSaid('missed in private');
  await alice.client.say('#dev', 'live').done;
  await bob.untilSaid('live');

  assert.deepEqual(
    bob.contents.filter((content) => content !== 'missed in private'),
    ['heard', 'missed 1', 'missed 2', 'live'],
  );
  assert.deepEqual(
    wire.filter((line) => line.startsWith('out {"type":"resume"')).map((line) => line.replace(/"ref":"\d+"/, '"ref":""')),
    ['out {"type":"resume","token":"…","seen":{"#general":0,"#dev":1},"ref":""}'],
  );
  assert.equal(wire.filter((line) => line.startsWith('out {"type":"login"')).length, 1);
  assert.ok(!wire.some((line) => line.includes('password of bob')));
});

test('long messages that were missed all come, however many pages they take', async (t) => {
  // A page has eight of them, and so has what is replayed.
  const set = ['limits.outbox_pause_bytes=16384', 'limits.outbox_soft_bytes=32768', 'limits.outbox_bytes=65536'];
  const server = await startServer(t, { set });
  const way = await cuttable(t, server);
  const alice = await listenAs(t, server, { user: 'alice' });
  const bob = await listenAs(t, way, { user: 'bob', channels: ['#dev'], reconnect: { firstMs: 60_000 } });
  alice.client.say('#dev', 'heard');
  await bob.untilSaid('heard');
  way.cut();
  await bob.until('state', ({ state }) => state === 'waiting');
  const missed = numbered(120).map((word) => word.padEnd(3600, '.'));
  await Promise.all(missed.map((content) => alice.client.say('#dev', content).done));

  bob.client.retryNow();
  await bob.untilSaid(missed.at(-1) ?? '');

  assert.deepEqual(
    bob.contents.map((content) => content.slice(0, 5)),
    ['heard', ...missed.map((content) => content.slice(0, 5))],
  );
});

test('a message whose acknowledgement was lost is not stored twice, whoever said it', async (t) => {
  const server = await startServer(t);
  const listener = await listen(t, server, { identity: { guest: 'listener' } });
  const ways = [await cuttable(t, server), await cuttable(t, server)] as const;
  const account = await listenAs(t, ways[0], { user: 'alice' });
  const guest = await listen(t, ways[1], { identity: { guest: 'gus' } });
  for (const [way, { client }] of [
    [ways[0], account],
    [ways[1], guest],
  ] as const) {
    const name = client.me?.username;
    way.deafen();
    const sent = client.say('#general', `from ${name}`);
    await listener.untilSaid(`from ${name}`);
    assert.equal(sent.status, 'pending');
    way.cut();
    assert.equal((await sent.done).seq, (await listener.untilSaid(`from ${name}`)).seq);
  }
  await account.client.say('#general', 'end').done;
  await listener.untilSaid('end');

  assert.deepEqual(listener.contents, ['from alice', 'from gus', 'end']);
});

test('a guest, who has nothing to take up again, fetches what was missed, be it more than one page', async (t) => {
  const server = await startServer(t);
  const way = await cuttable(t, server);
  const alice = await listenAs(t, server, { user: 'alice' });
  const bob = await listen(t, way, { identity: { guest: 'bob' }, reconnect: { firstMs: 60_000 } });
  await alice.client.say('#general', 'first').done;
  await bob.untilSaid('first');
  way.cut();
  await bob.until('state', ({ state }) => state === 'waiting');
  const missed = numbered(1200, 'x');
  for (const half of [missed.slice(0, 600), missed.slice(600)])
    await Promise.all(half.map((content) => alice.client.request({ type: 'message', channel: '#general', content })));

  bob.client.retryNow();
  await bob.untilSaid('x1200');

  assert.deepEqual(bob.contents, ['first', ...missed]);
});

test('a server that is gone without a word is noticed by its missing pong', async (t) => {
  const server = await startServer(t);
  const way = await cuttable(t, server);
  const alice = await listen(t, way, { limits: { pingMs: 50 } });

  way.deafen();
  await alice.until('state', ({ state }) => state === 'waiting');

  assert.equal(way.count >= 1, true);
});

test('a session that had to make room for another of its account is told so, and does not fight for its place', async (t) => {
  const server = await startServer(t, { set: ['limits.sessions_per_account=1'] });
  const first = await listenAs(t, server, { user: 'alice' });
  const second = await listenAs(t, server, { user: 'alice' });

  const { error } = await first.until('state', ({ state }) => state === 'closed');
  await second.client.say('#general', 'mine').done;

  assert.deepEqual([error?.code, second.client.state], ['session_expired', 'online']);
});
