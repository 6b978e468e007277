import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import { migrate, newestSchema, ownMigrations } from '../../server/store/migrate.ts';
import { checkSqlite, openStore } from '../../server/store/open.ts';
import type { Store } from '../../server/store/store.ts';
import { type MadeStore, outcome, type StoreOptions } from '../support/made-store.ts';
import { until } from '../support/server-process.ts';
import { storeConformance } from '../support/store-conformance.ts';

storeConformance('sqlite', async (t, options) => makeSqlite(t, options));

interface Made extends MadeStore {
  readonly file: string;
  /** What the store told about its health: `storage …`, `write …`, `lost …`. */
  readonly told: readonly string[];
}

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'classcord.db');
}

async function makeSqlite(t: TestContext, { writes = 10_000, bytes = 1 << 24 }: StoreOptions = {}, file = temporaryFile(t)): Promise<Made> {
  const told: string[] = [];
  const events = {
    onBatch: () => undefined,
    onStorageError: (error: string) => void told.push(`storage ${error}`),
    onWriteError: (name: string, error: string) => void told.push(`write ${name}: ${error}`),
    onChoreError: (chore: string, error: string) => void told.push(`${chore} ${error}`),
    onLost: (error: Error) => void told.push(`lost ${error.message}`),
  };
  const open = () => openStore({ file, synchronous: 'FULL', busyTimeoutMs: 200, queue: { writes, bytes } }, events);
  let store = await open();
  const reopen = async () => {
    await store.close();
    store = await open();
    return store;
  };
  t.after(() => store.close());
  return { store, reopen, file, told };
}

const say = (store: Store, content: string) =>
  store.messages.appendToChannel({ channelId: 1, channel: '#general', username: 'alice', author: 'u1', content, at: 0 });

const codeOf = (error: unknown) => (error as { readonly code?: unknown }).code;

/** The threads to which something is posted, the last one last. */
function watchWorkers(t: TestContext): readonly Worker[] {
  const posted: Worker[] = [];
  const post = Worker.prototype.postMessage;
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...message: Parameters<typeof post>) {
    posted.push(this);
    post.apply(this, message);
  });
  return posted;
}

describe('the SQLite store', () => {
  test('has 256 pages and as many searches under way; what is asked past that is refused as `server_busy`, and later answered', async (t) => {
    const { store } = await makeSqlite(t);
    await say(store, 'first');
    const source = { kind: 'channel', id: 1, name: '#general' } as const;
    const page = () => store.history.page({ source, cursor: {}, limit: 1, hasAuthorIds: false, chunkBytes: 65_536, pageBytes: 1_048_576 });
    const everywhere = { account: null, channelId: null, author: null, since: undefined, until: undefined };
    const search = () => store.history.search({ text: 'first', ...everywhere, at: 0, limit: 1, chunkBytes: 65_536, pageBytes: 1_048_576 });

    for (const read of [page, search]) {
      const results = await Promise.allSettled(Array.from({ length: 257 }, () => read()));
      assert.deepEqual(new Set(results.slice(0, 256).map(outcome)), new Set(['ok']));
      assert.deepEqual(results.slice(256).map(outcome), ['server_busy']);
      await read();
    }
  });

  test('refuses a batch that the disk refuses, as a whole, and counts on without a gap', async (t) => {
    const { store, file, told } = await makeSqlite(t);
    await say(store, 'first');
    const lock = new Sqlite(file);
    t.after(() => lock.close());
    // A writer that comes to the same file by another process is kept out by the same lock as a connection of ours.
    lock.exec('BEGIN IMMEDIATE');

    const refused = await Promise.allSettled([say(store, 'a'), say(store, 'b'), say(store, 'c')]);
    const wasWritable = store.isWritable;
    lock.exec('ROLLBACK');
    const after = await say(store, 'd');

    assert.deepEqual(
      refused.map((result) => result.status === 'rejected' && codeOf(result.reason)),
      ['storage_unavailable', 'storage_unavailable', 'storage_unavailable'],
    );
    assert.deepEqual([wasWritable, store.isWritable], [false, true]);
    assert.deepEqual([after?.id, after?.seq], [2, 2]);
    assert.match(told[0] ?? '', /^storage SQLITE_BUSY/);
    assert.deepEqual(lock.prepare('SELECT content FROM messages ORDER BY seq').pluck().all(), ['first', 'd']);
  });

  test('writes WAL with synchronous=FULL, and leaves one file behind when it is closed', async (t) => {
    const { store, file } = await makeSqlite(t);
    await say(store, 'a');
    await store.close();

    const db = new Sqlite(file, { readonly: true });
    t.after(() => db.close());
    assert.equal(db.pragma('journal_mode', { simple: true }), 'wal');
    assert.equal(db.prepare('SELECT content FROM messages').pluck().get(), 'a');
    assert.equal(db.pragma('integrity_check', { simple: true }), 'ok');
  });

  test('whose writer thread is lost says so, refuses what waits and what comes, and can still be closed', async (t) => {
    const posted = watchWorkers(t);
    const { store, told } = await makeSqlite(t);
    await say(store, 'a');

    const waiting = Promise.allSettled([say(store, 'b'), say(store, 'c')]);
    await posted.at(-1)?.terminate();

    for (const result of await waiting) if (result.status === 'rejected') assert.equal(codeOf(result.reason), 'storage_unavailable');
    await assert.rejects(say(store, 'd'), (error) => codeOf(error) === 'storage_unavailable');
    assert.equal(store.isWritable, false);
    await until(() => told.some((line) => line.startsWith('lost ')), 'the loss to be told');
    await store.close();
  });

  test('that loses its writer thread while it closes is closed all the same', async (t) => {
    const posted = watchWorkers(t);
    const { store } = await makeSqlite(t);
    await say(store, 'a');

    const waiting = Promise.allSettled([say(store, 'b')]);
    const closed = store.close();
    await posted.at(-1)?.terminate();

    const isClosed = await Promise.race([closed.then(() => true), new Promise((resolve) => setTimeout(resolve, 60_000, false).unref())]);
    assert.ok(isClosed, 'close waits for a thread that is gone');
    await waiting;
  });

  test('is built on an SQLite that does not have the WAL-reset bug', () => {
    assert.match(checkSqlite(), /^3\.(5[1-9]|[6-9]\d)\./);
  });
});

describe('migrations', () => {
  test('bring an empty database to the newest schema, and the second time change nothing', (t) => {
    const db = new Sqlite(temporaryFile(t));
    t.after(() => db.close());

    assert.equal(migrate(db), newestSchema());
    const schema = db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all();
    assert.equal(migrate(db), newestSchema());

    assert.deepEqual(db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').pluck().all(), schema);
    assert.equal(db.pragma('user_version', { simple: true }), newestSchema());
    assert.equal(db.pragma('foreign_key_check', { simple: true }), undefined);
  });

  test('of notifications keep those that are there, and give no id that may have been given before', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-migrations-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    for (const name of readdirSync(ownMigrations()).filter((file) => file < '0011'))
      cpSync(join(ownMigrations(), name), join(folder, name));
    const db = new Sqlite(temporaryFile(t));
    t.after(() => db.close());
    db.pragma('foreign_keys = ON');
    assert.equal(migrate(db, folder), 10);
    db.exec(`INSERT INTO accounts (id, username, fold, password_hash, created_at) VALUES (1, 'bob', 'bob', 'h', '')`);
    const insert = "INSERT INTO notifications (account_id, kind, by, at, message_id) VALUES (1, 'mention', 'ann', '', 7)";
    db.exec(`${insert}; ${insert}; DELETE FROM notifications WHERE id = 2`);
    const kept = db.prepare('SELECT * FROM notifications').all();

    migrate(db);

    assert.deepEqual(db.prepare('SELECT * FROM notifications').all(), kept);
    db.exec(`DELETE FROM notifications; ${insert}`);
    assert.equal(db.prepare('SELECT id FROM notifications').pluck().get(), 1_000_002);
    assert.equal(db.pragma('foreign_key_check', { simple: true }), undefined);
  });

  test('make the columns that the course’s export script reads', (t) => {
    const db = new Sqlite(temporaryFile(t));
    t.after(() => db.close());
    migrate(db);

    assert.deepEqual(db.prepare('SELECT username, channel, content, timestamp FROM messages ORDER BY channel, timestamp').all(), []);
  });

  test('one that fails leaves the database as it was before it', (t) => {
    const file = temporaryFile(t);
    const folder = mkdtempSync(join(tmpdir(), 'classcord-migrations-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, '0001_one.sql'), 'CREATE TABLE one (a);');
    writeFileSync(join(folder, '0002_two.sql'), 'CREATE TABLE two (a); INSERT INTO nowhere VALUES (1);');
    const db = new Sqlite(file);
    t.after(() => db.close());

    assert.throws(() => migrate(db, folder), /nowhere/);

    assert.equal(db.pragma('user_version', { simple: true }), 1);
    assert.deepEqual(db.prepare('SELECT name FROM sqlite_schema').pluck().all(), ['one']);
    writeFileSync(join(folder, '0002_two.sql'), 'CREATE TABLE two (a);');
    assert.equal(migrate(db, folder), 2);
  });

  test('refuse a newer schema, and touch nothing', (t) => {
    const db = new Sqlite(temporaryFile(t));
    t.after(() => db.close());
    db.pragma('user_version = 4711');

    assert.throws(
      () => migrate(db),
      (error) => error instanceof CommandError && error.exit === 'damaged' && /4711/.test(error.message),
    );

    assert.deepEqual(db.prepare('SELECT name FROM sqlite_schema').all(), []);
  });

  test('a folder without any is a broken installation, and not an empty schema', (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'classcord-migrations-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const db = new Sqlite(temporaryFile(t));
    t.after(() => db.close());

    assert.throws(
      () => migrate(db, folder),
      (error) => error instanceof CommandError && error.exit === 'software',
    );
  });
});
