import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { IdleIndexing } from '../../server/store/sqlite/idle-indexing.ts';
import { channelRow } from '../../server/store/sqlite/message-rows.ts';
import { figureReads } from '../../server/store/sqlite/metrics.ts';
import { searchReads } from '../../server/store/sqlite/search.ts';
import { Writer } from '../../server/store/sqlite/writer.ts';
import { FakeClock } from '../support/fake-clock.ts';

const stepMs = 2;

/** An index of which each step takes 2 ms of a clock that a test moves; `log` holds what was asked for, and when. */
function watched({ adds, merges }: { adds: () => boolean; merges: () => boolean }) {
  const clock = new FakeClock();
  const log: { readonly what: 'add' | 'merge'; readonly at: number }[] = [];
  const did = (what: 'add' | 'merge', isMore: () => boolean) => () => {
    log.push({ what, at: clock.monotonic() });
    clock.advance(stepMs);
    return isMore();
  };
  const errors: unknown[] = [];
  const indexing = new IdleIndexing({ add: did('add', adds), merge: did('merge', merges) }, (error) => errors.push(error), clock);
  const counted = (what: 'add' | 'merge', from = 0) => log.filter((step) => step.what === what && step.at >= from).length;
  return { clock, indexing, log, errors, counted };
}

const never = () => false;
const always = () => true;

describe('the indexing in the pauses of the writer', () => {
  test('a message is taken in a quarter of a second after it came, however much there is to merge', () => {
    const { clock, indexing, log } = watched({ adds: never, merges: always });
    indexing.wrote(1);
    clock.advance(5000);

    const saidAt = clock.monotonic();
    indexing.wrote(1);
    clock.advance(1000);

    const taken = log.find(({ what, at }) => what === 'add' && at >= saidAt);
    assert.ok(taken !== undefined && taken.at - saidAt >= 250 && taken.at - saidAt <= 300, `after ${(taken?.at ?? 0) - saidAt} ms`);
  });

  test('it rests as long as it works, and merging much longer while messages come', () => {
    const quiet = watched({ adds: never, merges: always });
    quiet.indexing.wrote(1);
    quiet.clock.advance(10_000);
    const busy = watched({ adds: never, merges: always });
    for (let ms = 0; ms < 10_000; ms += 10) {
      busy.indexing.wrote(1);
      busy.clock.advance(10);
    }

    const shareOf = ({ counted }: typeof quiet) => (counted('merge', 1000) * stepMs) / 9000;
    assert.ok(shareOf(quiet) > 0.45 && shareOf(quiet) <= 0.5, `quiet: ${shareOf(quiet)}`);
    assert.ok(shareOf(busy) > 0.04 && shareOf(busy) <= 0.05, `busy: ${shareOf(busy)}`);
  });

  test('thousands that wait are taken in first, but for the merging that keeps the index in few pieces', () => {
    let pieces = 500;
    const { clock, indexing, log, counted } = watched({ adds: () => --pieces > 0, merges: () => pieces > 0 });
    indexing.wrote(1);
    clock.advance(60_000);

    assert.deepEqual(new Set(log.slice(0, 32).map(({ what }) => what)), new Set(['add']));
    const last = log.findLastIndex(({ what }) => what === 'add');
    const merges = log.slice(0, last).filter(({ what }) => what === 'merge').length;
    assert.equal(counted('add'), 500);
    assert.ok(merges >= (500 - 33) * 6 && merges <= 500 * 6, `${merges} merges beside 500 pieces`);
  });

  test('it ends when there is no more to do, and begins again with the next message', () => {
    const { clock, indexing, log } = watched({ adds: never, merges: never });
    indexing.wrote(1);
    clock.advance(10_000);
    assert.deepEqual([log.map(({ what }) => what), clock.timers], [['add', 'merge'], 0]);

    indexing.wrote(1);
    clock.advance(10_000);
    assert.equal(log.length, 4);
  });

  test('a storm of messages is left alone for ten seconds at most, each storm anew', () => {
    const { clock, indexing, log } = watched({ adds: never, merges: never });
    for (const from of [0, 60_000]) {
      clock.advance(from - clock.monotonic());
      for (let ms = 0; ms < 20_000; ms += 1) {
        indexing.wrote(3);
        clock.advance(1);
      }

      const first = log.find(({ at }) => at >= from);
      assert.ok(first !== undefined && first.at - from >= 10_000 && first.at - from < 11_000, `after ${(first?.at ?? 0) - from} ms`);
    }
  });

  test('what fails is told, and tried again after a while', () => {
    const { clock, indexing, errors, counted } = watched({
      adds: () => {
        throw new Error('disk full');
      },
      merges: never,
    });
    indexing.wrote(1);
    clock.advance(11_000);

    assert.equal(errors.length, 3);
    assert.equal(counted('add'), 3);
  });

  test('a lock of another program is no error, and is over as soon as it is', () => {
    let isHeld = true;
    const { clock, indexing, errors, counted } = watched({
      adds: () => {
        if (isHeld) throw Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
        return false;
      },
      merges: never,
    });
    indexing.wrote(1);
    clock.advance(3000);
    const tries = counted('add');
    isHeld = false;
    clock.advance(300);

    assert.deepEqual(errors, []);
    assert.ok(tries >= 8 && tries <= 12, `${tries} tries in three seconds`);
    assert.equal(counted('add'), tries + 1);
  });
});

describe('the search index', () => {
  test('what was changed is corrected while there is still more to take in', (t) => {
    const { writer, say, db } = madeWriter(t);
    say(1);
    writer.index('add');
    say(1000);
    db.exec("UPDATE messages SET content = 'other words' WHERE id = 1");

    assert.equal(writer.index('add'), true);

    assert.ok((db.prepare('SELECT last_id FROM search_position').pluck().get() as number) < 1001);
    assert.deepEqual(db.prepare('SELECT id FROM search_dirty').all(), []);
    assert.equal(db.prepare("SELECT count(*) FROM search WHERE search MATCH 'other'").pluck().get(), 1);
  });

  test('many changes are corrected in steps, and each tells that there are more', (t) => {
    const { writer, say, db } = madeWriter(t);
    say(100);
    writer.index('add');
    db.exec("UPDATE messages SET content = 'other words'");

    const steps = Array.from({ length: 4 }, () => writer.index('add'));

    assert.deepEqual(steps, [true, true, true, false]);
    assert.equal(db.prepare("SELECT count(*) FROM search WHERE search MATCH 'other'").pluck().get(), 100);
  });

  test('a search is not complete while something is missing that was said more than a second before; how old it is, is a figure', (t) => {
    const { writer, say, db, file } = madeWriter(t);
    const search = searchReads(db);
    const everywhere = { account: null, channelId: null, author: null, limit: 100, chunkBytes: 65_536, pageBytes: 1_048_576 };
    const isComplete = (at: number) => search({ text: 'word', ...everywhere, at }).isComplete;
    const lag = () => figureReads(db, file)().classcord_search_lag_seconds['all'] ?? Number.NaN;
    const saidAt = Date.now() - 60_000;
    say(3, saidAt);

    assert.deepEqual([isComplete(saidAt + 1000), isComplete(saidAt + 1001)], [true, false]);
    assert.ok(lag() >= 60 && lag() < 3600, `${lag()} s`);

    while (writer.index('add'));
    assert.equal(isComplete(saidAt + 1001), true);
    assert.equal(lag(), 0);
  });
});

describe('the search for a common word', () => {
  test('what hides behind thousands of messages that the asker may not read is found, and not called complete past 50,000', (t) => {
    const { writer, say, db } = madeWriter(t);
    const search = searchReads(db);
    const found = () =>
      search({ text: 'word', account: null, channelId: null, author: null, at: 0, limit: 100, chunkBytes: 65_536, pageBytes: 1_048_576 });
    const ids = () => (JSON.parse(found().chunks[0] ?? '') as { id: number }[]).map(({ id }) => id);
    db.exec("INSERT INTO channels (id, name, fold, visibility, created_by, created_at) VALUES (7, '#x', 'x', 'private', 'u1', '2026')");
    say(3);
    say(10_100, 0, 7);
    while (writer.index('add'));

    assert.deepEqual([ids(), found().isComplete], [[3, 2, 1], true]);

    say(39_900, 0, 7);
    while (writer.index('add'));
    assert.deepEqual([ids(), found().isComplete], [[], false]);
  });

  test('of more than 10,000 the newest are ranked, equals by their age, and it says that there are others', (t) => {
    const { writer, say, db } = madeWriter(t);
    const search = searchReads(db);
    const found = () =>
      search({ text: 'word', account: null, channelId: null, author: null, at: 0, limit: 3, chunkBytes: 65_536, pageBytes: 1_048_576 });
    const ids = () => (JSON.parse(found().chunks[0] ?? '') as { id: number }[]).map(({ id }) => id);
    say(10_001);
    db.exec("UPDATE messages SET content = 'word' WHERE id IN (1, 2, 5000)");
    while (writer.index('add'));

    assert.deepEqual([ids(), found().isComplete], [[5000, 2, 10_001], false]);
  });
});

/** The writer without its thread: nothing is indexed unless a test says so. */
function madeWriter(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-index-'));
  const file = join(folder, 'classcord.db');
  const options = { file, synchronous: 'OFF', busyTimeoutMs: 1000, haste: new SharedArrayBuffer(4) } as const;
  const writer = new Writer(options, assert.ifError);
  writer.open();
  const db = new Sqlite(file);
  t.after(() => {
    db.close();
    writer.close();
    rmSync(folder, { recursive: true });
  });
  const say = (count: number, at = 0, channelId = 1) => {
    const argument = channelRow({ channelId, channel: '#general', username: 'alice', author: 'u1', content: 'a word', at });
    const { failures } = writer.run(Array.from({ length: count }, () => ({ name: 'messages.appendToChannel', argument }) as const));
    assert.deepEqual(failures, []);
  };
  return { writer, say, db, file };
}
