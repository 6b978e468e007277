import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { migrate, newestSchema, ownMigrations } from '../../server/store/migrate.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, spawnServer, startProcess } from '../support/server-process.ts';

const rows = times({ quick: 10_000, long: 1_000_000 });

/** Every schema that a program ever had, oldest first. */
function knownSchemas(): readonly number[] {
  return readdirSync(ownMigrations())
    .map((name) => Number(name.slice(0, 4)))
    .toSorted((one, other) => one - other);
}

/** A data folder as a program left it that knew the first migrations only, with messages in it. */
function oldFolder(t: TestContext, schema: number): string {
  const folder = dataFolder(t);
  const known = join(folder, 'known');
  mkdirSync(known);
  const files = readdirSync(ownMigrations()).filter((name) => Number(name.slice(0, 4)) <= schema);
  for (const name of files) cpSync(join(ownMigrations(), name), join(known, name));
  const db = new Sqlite(join(folder, 'classcord.db'));
  db.pragma('journal_mode = WAL');
  migrate(db, known);
  const insert = db.prepare(
    "INSERT INTO messages (id, channel_id, seq, author, username, channel, content, timestamp) VALUES (?, 1, ?, 'u1', 'ann', '#general', ?, '2026-01-01T00:00:00.000Z')",
  );
  db.transaction(() => {
    for (let id = 1; id <= rows; id += 1) insert.run(id, id, `message ${id}`);
    db.exec(`UPDATE counters SET value = ${rows} WHERE name = 'message_id'; UPDATE channels SET last_seq = ${rows} WHERE id = 1`);
  })();
  db.close();
  return folder;
}

/** The schema, and a sum over every message. */
function stateOf(file: string): { schema: number; messages: number; sum: number } {
  const db = new Sqlite(file, { readonly: true });
  const schema = db.pragma('user_version', { simple: true }) as number;
  const found = db.prepare<[], [number, number]>('SELECT count(*), sum(id * length(content)) FROM messages').raw().get();
  db.close();
  return { schema, messages: found?.[0] ?? 0, sum: found?.[1] ?? 0 };
}

test('a database of each older schema is brought to the newest, after a copy of it; kill -9 on the way loses nothing', async (t) => {
  const fault = new Fault(t, 'F20', `kill -9 during the update of ${rows} messages`);
  const random = seeded(t);
  const older = knownSchemas().filter((schema) => schema < newestSchema());
  const isLong = times({ quick: 0, long: 1 }) === 1;
  const schemas = older.filter((_, index) => isLong || index === 0 || index === older.length - 1);
  const killsPerSchema = times({ quick: 1, long: 7 });
  let inMigration = 0;

  for (const schema of schemas) {
    const old = oldFolder(t, schema);
    const before = stateOf(join(old, 'classcord.db'));
    for (let tries = 0, wanted = fault.happened + killsPerSchema; fault.happened < wanted; tries += 1) {
      assert.ok(tries < 5 * killsPerSchema, 'kills fall after the end of the update');
      const folder = dataFolder(t);
      cpSync(old, folder, { recursive: true });
      const file = join(folder, 'classcord.db');
      const victim = await spawnServer(t, { folder });
      const copy = `${file}.schema-${schema}`;
      // By turns at some time of the copy, which lies beside it until it is whole, and of what follows.
      const isDue = tries % 2 === 0 ? () => existsSync(copy) : () => existsSync(copy) || existsSync(`${copy}.part`);
      while (!victim.hasEnded && !isDue()) await wait(1);
      await wait(random(0, rows / 2000));
      await victim.kill();
      const isInTime = stateOf(file).schema < newestSchema();
      if (isInTime) fault.happened += 1;
      if (isInTime && existsSync(copy)) inMigration += 1;

      const server = await startProcess(t, { folder });
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
      assert.deepEqual(stateOf(file), { ...before, schema: newestSchema() });
      assert.equal(integrityOf(file), 'ok');
      assert.deepEqual(stateOf(copy), before, 'the copy is whole');
    }
  }
  assert.ok(inMigration > 0 || !isLong, 'kills fall into the migrations');
  fault.note = `schemas ${schemas.join(', ')}; only kills before the end of the update are counted, ${inMigration} of them after the copy`;
});
