import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryBus } from '../../server/bus/memory.ts';
import { classcordV1 } from '../../server/dialect/classcord-v1.ts';
import { guestPerson } from '../../server/domain/people.ts';
import { Hub } from '../../server/session/hub.ts';
import { MemoryRoster } from '../../server/session/roster.ts';
import { Session } from '../../server/session/session.ts';
import { AddressBook } from '../../server/transport/address-book.ts';
import type { Connection } from '../../server/transport/connection.ts';
import { Tick } from '../../server/transport/outbox.ts';

const rate = { burst: 1, perSecond: 1 };
const channel = 7;

/** A hub with these guests, all of them in one channel, and what each was sent: one text per call of `send`. */
function gather(names: readonly string[]) {
  const bus = memoryBus();
  const roster = new MemoryRoster(() => 0);
  const tick = new Tick();
  const hub = new Hub({ bus, roster, tick, onDelivered: () => undefined, behindBytes: 1 << 20 });
  const dialect = classcordV1({ isJoinInContent: true, lang: 'en', now: () => 0 });
  const place = new AddressBook({ newConnections: rate, messages: rate, sharedNetworks: {}, most: 1 }).open('127.0.0.1', 0);
  assert.ok(place !== null);
  const sent = new Map<string, string[]>();
  const sessions = new Map<string, Session>();
  for (const name of names) {
    const texts: string[] = [];
    const connection = { id: name, queuedBytes: 0, send: (bytes: Buffer) => void texts.push(bytes.toString()) } as unknown as Connection;
    const session = new Session(connection, place, { dialect, lang: 'en', now: 0 });
    hub.add(session);
    roster.enter(name, guestPerson(name, name, name));
    bus.publish({ to: { session: name }, event: { type: 'entered', username: name } });
    bus.publish({ to: { session: name }, event: { type: 'joined', channel: '#dev', channelId: channel } as never });
    sent.set(name, texts);
    sessions.set(name, session);
  }
  const end = (name: string) => {
    const session = sessions.get(name) as Session;
    hub.settle(session);
    hub.remove(session);
    bus.publish({ to: { everyone: true }, event: { type: 'status', user: name, state: 'offline', word: 'offline' } as never });
  };
  const say = (from: string, content: string) =>
    bus.publish({
      to: { channel },
      event: { type: 'message', subtype: 'global', channel: '#dev', isChannelNamed: true, id: 1, seq: 1, at: 0, from, content },
      except: from,
    });
  return { tick, end, say, sent: (name: string) => sent.get(name) ?? [] };
}

describe('sessions that end in one tick', () => {
  test('are told to the others in one go, in the order of going', () => {
    const { tick, end, sent } = gather(['alice', 'bob', 'carol', 'dave']);

    for (const name of ['bob', 'carol', 'dave']) end(name);
    const early = sent('alice').length;
    tick.flush();

    assert.equal(early, 0);
    assert.equal(sent('alice').length, 1);
    assert.deepEqual(sent('alice')[0]?.match(/"user": "\w+"/g), ['"user": "bob"', '"user": "carol"', '"user": "dave"']);
    assert.deepEqual(sent('dave'), []);
  });

  test('still get what their channels were told before they ended, and the others get it before the end', () => {
    const { tick, end, say, sent } = gather(['alice', 'bob', 'carol']);

    say('alice', 'last words');
    end('bob');
    tick.flush();

    assert.match(sent('bob').join(''), /last words/);
    assert.match(sent('carol').join(''), /last words[\s\S]*"user": "bob"/);
  });
});
