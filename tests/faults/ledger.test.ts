import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { Ledger } from '../support/ledger.ts';
import { dataFolder } from '../support/server-process.ts';

/** Two messages of alice's and one to bob, acknowledged and seen, and the database that holds them. */
function book(t: TestContext) {
  const ledger = new Ledger();
  const file = join(dataFolder(t), 'classcord.db');
  const db = new Sqlite(file);
  db.exec(`
    CREATE TABLE messages (id, channel, seq, username, content, timestamp);
    CREATE TABLE private_messages (id, conversation_id, seq, username, recipient_name, content, timestamp);
  `);
  const say = (audience: string, id: number, seq: number) => {
    const marker = ledger.say('alice', audience);
    ledger.acknowledge(marker, { id, seq });
    return marker;
  };
  const watched = ledger.watch();
  for (const seq of [1, 2, 3]) {
    const marker = say('#general', seq, seq);
    watched.push(marker);
    db.prepare("INSERT INTO messages VALUES (?, '#general', ?, 'alice', ?, ?)").run(seq, seq, marker, `0${seq}`);
  }
  db.prepare("INSERT INTO private_messages VALUES (4, 1, 1, 'alice', 'bob', ?, '04')").run(say('>bob', 4, 1));
  return { ledger, watched, compare: () => ledger.compare(file), change: (sql: string) => void db.exec(sql) };
}

describe('the ledger of the fault tests', () => {
  test('agrees with the database that holds what was said', (t) => {
    assert.deepEqual(book(t).compare(), { said: 4, acked: 4, seen: 0, stored: 4 });
  });

  test('lets a message be missing that nobody was told about', (t) => {
    const { ledger, compare } = book(t);
    ledger.say('alice', '#general');

    assert.deepEqual(compare(), { said: 5, acked: 4, seen: 0, stored: 4 });
  });

  const faults = {
    'a message lost': ['DELETE FROM messages WHERE seq = 3', /acknowledged, and is lost/],
    'a private message lost': ['DELETE FROM private_messages', /acknowledged, and is lost/],
    'a message doubled': ["INSERT INTO messages SELECT 5, channel, 4, username, content, '05' FROM messages WHERE seq = 3", /stored twice/],
    'a message that nobody said': ["INSERT INTO messages VALUES (5, '#general', 4, 'alice', 'hello', '05')", /never said/],
    'another author': ["UPDATE messages SET username = 'eve' WHERE seq = 2", /m\.alice\.2/],
    'another place': ['UPDATE messages SET id = 9 WHERE seq = 3', /another place/],
    'an id used twice': ['UPDATE private_messages SET id = 1', /another place/],
    'two messages swapped': [
      "UPDATE messages SET content = CASE seq WHEN 1 THEN 'm.alice.2.' WHEN 2 THEN 'm.alice.1.' ELSE content END",
      /another place/,
    ],
    'time going back': ["UPDATE messages SET timestamp = '00' WHERE seq = 3", /times ascend/],
  } as const;
  for (const [fault, [sql, message]] of Object.entries(faults)) {
    test(`finds ${fault}`, (t) => {
      const { change, compare } = book(t);

      change(sql);

      assert.throws(compare, message);
    });
  }

  test('finds a gap in seq, an overtaking and a lost message among those that were seen and not acknowledged', (t) => {
    const gap = book(t);
    gap.ledger.see(gap.ledger.say('alice', '#general'), null);
    assert.throws(gap.compare, /seen, and is lost/);
    gap.change("INSERT INTO messages VALUES (6, '#general', 5, 'alice', 'm.alice.5.', '05')");
    assert.throws(gap.compare, /no gaps/);

    const overtaking = book(t);
    overtaking.ledger.say('alice', '#general');
    overtaking.ledger.say('alice', '#general');
    overtaking.change(
      "INSERT INTO messages VALUES (6, '#general', 4, 'alice', 'm.alice.6.', '05'), (7, '#general', 5, 'alice', 'm.alice.5.', '05')",
    );
    assert.throws(overtaking.compare, /overtook/);
  });

  test('finds an observer that saw another order, and one that saw a message twice', (t) => {
    const swapped = book(t);
    swapped.watched.push(...swapped.watched.splice(0, 1));
    assert.throws(swapped.compare, /in another order/);

    const twice = book(t);
    twice.watched.push('m.alice.3.');
    assert.throws(twice.compare, /seen twice/);
  });

  test('finds an ack that says something else than the one before', (t) => {
    const { ledger } = book(t);

    assert.throws(() => ledger.acknowledge('m.alice.1.', { id: 1, seq: 9 }), /differently/);
  });
});
