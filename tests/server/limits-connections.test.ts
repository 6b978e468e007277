import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AddressBook } from '../../server/transport/address-book.ts';
import { Admission } from '../../server/transport/admission.ts';
import type { Connection } from '../../server/transport/connection.ts';
import { comeFrom, connectFrom, isIn } from '../support/addresses.ts';
import { type Client, guest } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

describe('connections in all', () => {
  test('past the limit nobody is let in, those who are in talk on, and whoever leaves makes room', async (t) => {
    const server = await startServer(t, { set: ['limits.connections=3'] });
    const alice = await guest(t, server, 'alice');
    const bob = await guest(t, server, 'bob');
    const carol = await guest(t, server, 'carol');

    assert.equal(await comeFrom(t, server, '127.0.0.2'), null);
    alice.send({ type: 'message', content: 'still here' });
    await bob.expect({ type: 'message', content: 'still here' });
    await carol.leave();

    assert.ok(await comeFrom(t, server, '127.0.0.2'));
    assert.equal(server.app.house.admission.connections, 3);
  });
});

describe('connections of one address', () => {
  test('past the limit are closed, and other addresses are let in', async (t) => {
    const server = await startServer(t, { set: ['limits.connections_per_address=2'] });

    assert.ok(await comeFrom(t, server, '127.0.0.2'));
    assert.ok(await comeFrom(t, server, '127.0.0.2'));
    assert.equal(await comeFrom(t, server, '127.0.0.2'), null);

    assert.ok(await comeFrom(t, server, '127.0.0.3'));
  });

  test('are a multiple for a shared network, and limited all the same', async (t) => {
    const server = await startServer(t, { set: ['limits.connections_per_address=2', 'limits.shared_addresses=127.0.0.64/26=3'] });

    const school = [];
    for (let i = 0; i < 8; i += 1) school.push(await comeFrom(t, server, '127.0.0.70'));
    const home = [];
    for (let i = 0; i < 8; i += 1) home.push(await comeFrom(t, server, '127.0.0.2'));

    assert.equal(school.filter(Boolean).length, 6);
    assert.equal(home.filter(Boolean).length, 2);
  });

  test('that came and went leave nothing behind', async (t) => {
    const server = await startServer(t, { set: ['limits.connections_per_address=2'] });

    for (let i = 0; i < 20; i += 1) {
      const client = await comeFrom(t, server, '127.0.0.2');
      assert.ok(client, `connection ${i}`);
      await client.leave();
    }
  });
});

describe('new connections of one address', () => {
  const set = ['limits.new_connections.burst=3', 'limits.new_connections.per_second=1', 'limits.shared_addresses=127.0.0.64/26=2'];

  test('too many at once are closed; as time passes they are let in again', async (t) => {
    const clock = new FakeClock();
    const server = await startServer(t, { set, clock });
    const come = async () => (await comeFrom(t, server, '127.0.0.2')) !== null;

    assert.deepEqual([await come(), await come(), await come(), await come()], [true, true, true, false]);
    assert.ok(await comeFrom(t, server, '127.0.0.3'), 'another address');
    clock.advance(1000);
    assert.deepEqual([await come(), await come()], [true, false]);
  });

  test('are a multiple for a shared network', async (t) => {
    const server = await startServer(t, { set, clock: new FakeClock() });

    const school = [];
    for (let i = 0; i < 8; i += 1) school.push(await comeFrom(t, server, '127.0.0.70'));

    assert.equal(school.filter(Boolean).length, 6);
  });
});

describe('connections without a name', () => {
  const set = ['limits.connections_unnamed=4'];

  test('past the limit the oldest silent one of the greediest address goes, not the newcomer', async (t) => {
    const server = await startServer(t, { set });
    const named = await guest(t, server, 'named');
    const modest = await connectFrom(t, server, '127.0.0.3');
    const first = await connectFrom(t, server, '127.0.0.2');
    const spoken = (await comeFrom(t, server, '127.0.0.2')) as Client;
    const last = await connectFrom(t, server, '127.0.0.2');

    const newcomer = await comeFrom(t, server, '127.0.0.4');

    await first.ended();
    assert.ok(newcomer);
    for (const client of [named, modest, spoken, last]) assert.ok(await isIn(client));
    assert.match(server.log(), /"event.reason":"evicted"/);
  });

  test('count no longer once they have one', async (t) => {
    const server = await startServer(t, { set });
    const silent: Client[] = [];
    for (let i = 0; i < 4; i += 1) silent.push(await connectFrom(t, server, '127.0.0.2'));
    await guest(t, server, 'a');
    await guest(t, server, 'b');

    await silent[0]?.ended();
    for (const client of silent.slice(1)) assert.ok(await isIn(client), 'the first guest’s place was free for the second');
  });

  test('are bounded also when many come in one moment', async (t) => {
    const server = await startServer(t, { set });

    const crowd = await Promise.all(Array.from({ length: 40 }, () => connectFrom(t, server, '127.0.0.2')));
    const newcomer = await comeFrom(t, server, '127.0.0.3');

    assert.ok(newcomer);
    const stayed = await Promise.all(crowd.map(isIn));
    assert.ok(stayed.filter(Boolean).length <= 3, `${stayed.filter(Boolean).length} silent ones hold places`);
  });

  test('that come in the very same moment each push out another one', () => {
    const limits = { connections: 100, perAddress: 100, unnamed: 2 };
    const anything = { burst: 100, perSecond: 1 };
    const book = new AddressBook({ newConnections: anything, messages: anything, sharedNetworks: {}, most: 16 });
    const admission = new Admission(limits, book);
    const destroyed: string[] = [];
    const enter = (id: string) => {
      const entry = book.open('127.0.0.2', 0);
      assert.ok(entry);
      // As with a real one, what is destroyed is gone only after the moment is over.
      return admission.enter(entry, { id, destroy: () => destroyed.push(id) } as unknown as Connection);
    };

    const all = ['a', 'b', 'c', 'd', 'e'].map(enter);

    assert.deepEqual(destroyed, ['a', 'b', 'c']);
    assert.equal(admission.unnamed, 2);
    for (const admitted of all) admission.leave(admitted);
    assert.deepEqual([admission.unnamed, admission.connections], [0, 0]);
  });

  test('never push out somebody with a name', async (t) => {
    const server = await startServer(t, { set });
    const named = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => guest(t, server, name)));

    const crowd = await Promise.all(Array.from({ length: 20 }, () => connectFrom(t, server, '127.0.0.2')));
    await Promise.all(crowd.map(isIn));

    for (const client of named) assert.ok(!client.isEnded);
  });
});

describe('the table of addresses', () => {
  const set = ['limits.addresses=16', 'limits.new_connections.burst=2', 'limits.new_connections.per_second=0.001'];
  const address = (number: number) => `127.0.1.${number}`;

  test('is bounded: when all it holds are connected a new one is refused, until one leaves', async (t) => {
    const server = await startServer(t, { set, clock: new FakeClock() });
    const clients: (Client | null)[] = [];
    for (let number = 1; number <= 16; number += 1) clients.push(await comeFrom(t, server, address(number)));
    assert.ok(clients.every(Boolean));

    assert.equal(await comeFrom(t, server, address(17)), null);
    assert.ok(await comeFrom(t, server, address(1)), 'an address it knows');
    await clients[4]?.leave();

    assert.ok(await comeFrom(t, server, address(17)));
  });

  test('forgets the one that was quiet for longest first, and remembers the others', async (t) => {
    const server = await startServer(t, { set, clock: new FakeClock() });
    const visit = async (number: number) => {
      const client = await comeFrom(t, server, address(number));
      await client?.leave();
      return client !== null;
    };
    for (let number = 1; number <= 16; number += 1) assert.ok(await visit(number));
    assert.deepEqual([await visit(1), await visit(2)], [true, true]);

    assert.ok(await visit(17), 'the third address was forgotten for it');

    assert.deepEqual([await visit(1), await visit(2)], [false, false], 'these are remembered: their tokens are gone');
    assert.deepEqual([await visit(3), await visit(3), await visit(3)], [true, true, false], 'this one began anew');
  });
});
