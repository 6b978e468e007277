import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permissionMatrix } from '../../server/domain/permissions.ts';
import { requests } from '../../server/protocol/index.ts';
import { account, connect, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';
import { Typist } from '../support/typist.ts';

type Json = Readonly<Record<string, unknown>>;

test('ping is answered by pong, a pong by nothing', async (t) => {
  const client = await upgrade(await connect(t, await startServer(t)));

  client.write('{"type":"pong","ref":"0"}\n{"type":"ping","ref":"1"}\n{"type":"PING"}\n');

  assert.equal(await client.line(), '{"type":"pong","status":"ok","ref":"1"}');
  assert.equal(await client.line(), '{"type":"pong","status":"ok"}');
  await client.expectNothing();
});

test('whoami tells who one is: nobody, a guest, an account', async (t) => {
  const server = await startServer(t);
  const ask = async (client: Awaited<ReturnType<typeof connect>>) => {
    client.send({ type: 'whoami', ref: '1' });
    return client.next();
  };

  const nameless = await upgrade(await connect(t, server));
  assert.deepEqual(await ask(nameless), { type: 'whoami', status: 'ok', ref: '1', username: null, role: null, guest: false, channels: 0 });
  const bob = await upgrade(await guest(t, server, 'bob'));
  assert.deepEqual(await ask(bob), { type: 'whoami', status: 'ok', ref: '1', username: 'bob', role: 'guest', guest: true, channels: 1 });
  const alice = await upgrade(await account(t, server, 'alice'));
  assert.deepEqual(await ask(alice), {
    type: 'whoami',
    status: 'ok',
    ref: '1',
    username: 'alice',
    role: 'user',
    guest: false,
    channels: 1,
  });
});

test('a guest that had to give its name away learns so from whoami', async (t) => {
  const server = await startServer(t);
  const worn = await upgrade(await guest(t, server, 'alice'));
  await account(t, server, 'alice');
  await worn.expect({ type: 'status', user: 'alice', state: 'online' });

  worn.send({ type: 'whoami' });

  await worn.expect({ type: 'whoami', username: 'alice-2', guest: true });
});

test('users gives the names as in v1, and details beside them', async (t) => {
  const clock = new FakeClock(Date.UTC(2026, 10, 22, 9));
  const server = await startServer(t, { clock });
  const alice = await account(t, server, 'alice');
  clock.advance(1000);
  const bob = await guest(t, server, 'bob');
  const carol = await guest(t, server, 'carol');
  const modern = await upgrade(await connect(t, server));
  alice.send({ type: 'status', state: 'do not disturb' });
  bob.send({ type: 'status', state: 'away' });
  carol.send({ type: 'status', state: 'invisible' });
  await carol.expect({ user: 'alice' });
  await carol.expect({ user: 'bob' });
  await bob.expect({ user: 'alice' });
  await bob.expect({ user: 'carol' });

  modern.send({ type: 'users', ref: '7' });

  assert.deepEqual(await modern.next(), {
    type: 'users',
    status: 'ok',
    ref: '7',
    users: ['alice', 'bob'],
    details: [
      { username: 'alice', state: 'online', text: 'do not disturb', role: 'user', guest: false, since: '2026-11-22T09:00:00.000Z' },
      { username: 'bob', state: 'away', role: 'guest', guest: true, since: '2026-11-22T09:00:01.000Z' },
    ],
  });
});

test('details show the newest session of a person that shows', async (t) => {
  const server = await startServer(t);
  const one = await upgrade(await account(t, server, 'alice'));
  const two = await connect(t, server);
  two.send({ type: 'login', username: 'alice', password: 'password of alice' });
  await two.expect({ type: 'login', status: 'ok' });
  await one.expect({ type: 'status', user: 'alice' });
  const detailsOf = async () => {
    one.send({ type: 'users' });
    for (;;) {
      const line = await one.next();
      if (line['type'] === 'users') return (line['details'] as Json[])[0];
    }
  };

  two.send({ type: 'status', state: 'away' });
  await one.expect({ type: 'status', state: 'away' });
  assert.equal((await detailsOf())?.['state'], 'away');
  two.send({ type: 'status', state: 'invisible' });
  await one.expect({ type: 'status', state: 'offline' });
  assert.equal((await detailsOf())?.['state'], 'online');
});

test('help lists what this session may send: more with a name, more with an account; the rest is refused', async (t) => {
  const server = await startServer(t);
  const all = Object.keys(requests);
  const lists: string[][] = [];

  for (const enter of [() => connect(t, server), () => guest(t, server, 'bob'), () => account(t, server, 'alice')]) {
    const client = await upgrade(await enter());
    client.send({ type: 'help', ref: '1' });
    const listed = ((await client.expect({ type: 'help', status: 'ok', ref: '1' }))['requests'] as Json[]).map(
      ({ type }) => type as string,
    );
    for (const type of all.filter((type) => !listed.includes(type))) {
      client.send({ ...requests[type as keyof typeof requests].example, ref: type });
      const { code } = await client.expect({ type: 'error', ref: type });
      assert.ok(code === 'not_authenticated' || code === 'forbidden', `${type}: ${code}`);
    }
    lists.push(listed);
  }

  const [nameless = [], named = [], known = []] = lists;
  for (const type of ['hello', 'ping', 'help', 'register', 'login', 'whoami', 'message', 'users']) assert.ok(nameless.includes(type), type);
  for (const type of ['join', 'leave', 'status']) assert.ok(named.includes(type) && !nameless.includes(type), type);
  assert.deepEqual(
    nameless.filter((type) => !named.includes(type)),
    [],
  );
  const ofStaff = ['warn', 'ban', 'reports', 'level'];
  assert.deepEqual(known.toSorted(), all.filter((type) => !ofStaff.includes(type)).toSorted());
});

test('help explains each request by its fields, permission, errors and an example that the server takes', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await account(t, server, 'alice'));

  for (const topic of Object.keys(requests)) {
    client.send({ type: 'help', topic });
    const [about] = (await client.expect({ type: 'help', status: 'ok' }))['requests'] as [Json];
    assert.equal(about['type'], topic);
    assert.equal(typeof about['doc'], 'string');
    assert.ok(Array.isArray(about['errors']) && 'permission' in about);
    const example = about['example'] as Json;
    for (const key of Object.keys(example)) assert.ok(key === 'type' || key in (about['fields'] as Json), `${topic}: ${key}`);
    // These have no answer, and the hello of the example asks for more lines than its answer.
    if (['pong', 'typing', 'hello'].includes(topic)) continue;
    client.send({ ...example, ref: `example of ${topic}` });
    const answer = await client.expect({ ref: `example of ${topic}` });
    assert.ok(answer['code'] !== 'invalid_field' && answer['code'] !== 'unknown_type', JSON.stringify(answer));
  }
});

test('help prints the table of who may do what, all of it or with everything else, also on netcat', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await connect(t, server));
  const ask = async (request: Json) => {
    client.send({ type: 'help', ...request });
    return client.expect({ type: 'help', status: 'ok' });
  };

  const { permissions: table } = await ask({ topic: 'permissions' });
  assert.deepEqual((await ask({}))['permissions'], table);
  assert.deepEqual(
    (table as Json[]).map(({ permission, roles }) => ({ permission, roles })),
    permissionMatrix(),
  );
  assert.deepEqual(
    (table as Json[]).find(({ permission }) => permission === 'message.pin'),
    {
      permission: 'message.pin',
      roles: {
        guest: 'no',
        user: 'no',
        moderator: 'public',
        admin: 'yes',
        'channel member': 'no',
        'channel moderator': 'yes',
        'channel owner': 'yes',
      },
      audit: ['message.pin', 'message.unpin'],
    },
  );
  const typist = await Typist.come(t, server);
  const rows = (await typist.ask('/help permissions')).join('\n').replaceAll('\n      | ', ' ');
  assert.match(rows, /^server\.level: admin$/m);
  assert.match(rows, /^member\.ban: moderator, admin$/m);
  assert.match(rows, /^message\.pin: moderator \(in public channels\), admin, channel moderator, +channel owner$/m);
  assert.equal(rows.split('\n').length, permissionMatrix().length);
});

test('help tells required fields from optional ones', async (t) => {
  const client = await upgrade(await guest(t, await startServer(t), 'bob'));

  client.send({ type: 'help', topic: 'message' });

  const [about] = (await client.next())['requests'] as [Json];
  const fields = about['fields'] as Json;
  assert.equal(fields['content'], 'required');
  for (const name of ['ref', 'subtype', 'channel', 'to', 'nonce', 'reply_to', 'tags']) assert.equal(fields[name], 'optional', name);
});

test('help about nothing that exists is not_found', async (t) => {
  const client = await upgrade(await connect(t, await startServer(t)));

  for (const topic of ['dance', '', '__proto__', 'constructor', 'JOIN']) {
    client.send({ type: 'help', topic, ref: topic.slice(0, 3) || 'x' });
    await client.expect({ type: 'error', code: 'not_found' });
  }
});

test('join and leave are answered with the channel as it is called', async (t) => {
  const server = await startServer(t);
  const bob = await upgrade(await guest(t, server, 'bob'));
  const alice = await upgrade(await guest(t, server, 'alice'));

  bob.send({ type: 'join', channel: 'Café', ref: '1' });
  assert.equal(await bob.line(), '{"type":"join","status":"ok","ref":"1","channel":"#Café"}');
  alice.send({ type: 'join', channel: '#CAFÉ', ref: '1' });
  await alice.expect({ type: 'join', channel: '#Café' });
  alice.send({ type: 'leave', channel: 'café', ref: '2' });
  assert.equal(await alice.line(), '{"type":"leave","status":"ok","ref":"2","channel":"#Café"}');
  bob.send({ type: 'message', channel: '#café', content: 'x', ref: '2' });
  await bob.expect({ type: 'ack', ref: '2', channel: '#Café', seq: 1 });
  alice.send({ type: 'leave', channel: '#café', ref: '3' });
  await alice.expect({ type: 'error', code: 'not_member', ref: '3' });
  alice.send({ type: 'leave', channel: '#nowhere', ref: '4' });

  await alice.expect({ type: 'error', code: 'not_found', ref: '4' });
});

test('register and login are answered under their own type, with who one is now', async (t) => {
  const client = await upgrade(await connect(t, await startServer(t)));

  client.send({ type: 'register', username: 'Zoé', password: 'x', ref: '1' });
  await client.expect({ type: 'register', status: 'ok', ref: '1', username: 'Zoé' });
  client.send({ type: 'register', username: 'zoé', password: 'x', ref: '2' });
  await client.expect({ type: 'error', code: 'already_exists', ref: '2', fatal: false });
  client.send({ type: 'login', username: 'zoé', password: 'y', ref: '3' });
  await client.expect({ type: 'error', code: 'login_failed', ref: '3' });
  client.send({ type: 'login', username: 'ZOÉ', password: 'x', ref: '4' });

  await client.expect({ type: 'login', status: 'ok', ref: '4', username: 'Zoé', role: 'user' });
});

test('status is answered, and an unknown state is refused', async (t) => {
  const client = await upgrade(await guest(t, await startServer(t), 'bob'));

  for (const [asked, state] of [
    ['away', 'away'],
    ['busy', 'dnd'],
    ['invisible', 'invisible'],
  ]) {
    client.send({ type: 'status', state: asked, ref: '1' });
    await client.expect({ type: 'status', status: 'ok', ref: '1', state });
  }
  client.send({ type: 'status', state: 'sleeping', ref: '2' });

  await client.expect({ type: 'error', code: 'invalid_field', field: 'state', ref: '2' });
});
