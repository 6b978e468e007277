import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import { checkDatabase } from '../../server/store/check.ts';
import { checkReadable, isSealed } from '../../server/store/open.ts';
import { Fault, times } from '../support/fault.ts';
import { Ledger } from '../support/ledger.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, type ServerProcess, spawnServer, startProcess, until } from '../support/server-process.ts';
import { register, Writer } from '../support/talkers.ts';

/** A server in which something was said, and what was said. */
async function usedServer(t: TestContext): Promise<{ server: ServerProcess; ledger: Ledger; file: string }> {
  const server = await startProcess(t);
  const ledger = new Ledger();
  const writers = ['ann', 'ben', 'cat'].map((name) => new Writer(name, ['#general', '#dev', '>ben'], ledger));
  await register(server, 'pupil');
  for (const writer of writers) await writer.comeAsGuest(server);
  for (const writer of writers) writer.say(100);
  await until(() => writers.every(({ open }) => open === 0), 'the answers');
  return { server, ledger, file: join(server.folder, 'classcord.db') };
}

/** Flips one bit of a file, as a disk does: no time of change tells it. Doing it again undoes it. */
function flip(file: string, at: number, bit: number): void {
  const before = join(file, '..', 'before');
  writeFileSync(before, '');
  execFileSync('touch', ['-r', file, before], { timeout: 120_000 });
  const descriptor = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(descriptor, byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ (1 << bit);
  writeSync(descriptor, byte, 0, 1, at);
  closeSync(descriptor);
  execFileSync('touch', ['-r', before, file], { timeout: 120_000 });
}

/** What the check refuses with, or null. */
function refusalOf(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    assert.ok(error instanceof CommandError && error.exit === 'damaged', String(error));
    return error.message;
  }
}

test('each byte that flips while the server is stopped in good order is found by the next start: exit 65, and the file is left as it is', async (t) => {
  const fault = new Fault(t, 'F8', 'byte of the stopped database flipped');
  const random = seeded(t);
  const { server, ledger, file } = await usedServer(t);
  await server.stop();
  fault.compare(ledger, file);
  assert.ok(isSealed(file, 'en'), 'the stop has sealed it');

  for (let flips = 0; flips < times({ quick: 50, long: 500 }); flips += 1) {
    const at = Math.floor(random(0, statSync(file).size));
    const bit = Math.floor(random(0, 8));
    flip(file, at, bit);
    assert.match(refusalOf(() => isSealed(file, 'en')) ?? '', /bytes have changed.*restore a backup: mv .* && cp BACKUP /, `byte ${at}`);
    if (flips < times({ quick: 1, long: 10 })) {
      const flipped = readFileSync(file);
      const next = await spawnServer(t, { folder: server.folder });
      await Promise.race([next.ended(), next.untilAccepting().catch(() => undefined)]);
      assert.ok(next.hasEnded, 'it serves');
      assert.deepEqual(await next.ended(), { code: 65, signal: null });
      assert.match(next.errors, /bytes have changed/);
      assert.deepEqual(readFileSync(file), flipped);
    }
    flip(file, at, bit);
    fault.happened += 1;
  }

  assert.ok(isSealed(file, 'en'), 'it is as before');
});

test('a byte that flips while nothing vouches for the database is found, or does no harm, or changes what is read; nothing crashes', async (t) => {
  const fault = new Fault(t, 'F8', 'byte of the database of a killed server flipped');
  const random = seeded(t);
  const { server, ledger, file } = await usedServer(t);
  await server.kill();
  const whole = new Sqlite(file);
  whole.pragma('wal_checkpoint(TRUNCATE)');
  whole.close();
  fault.compare(ledger, file);
  const before = contentOf(file);
  const found = { detected: 0, harmless: 0, silent: 0 };

  for (let flips = 0; flips < times({ quick: 10, long: 500 }); flips += 1) {
    const copy = join(dataFolder(t), 'classcord.db');
    const bytes = readFileSync(file);
    // The first one falls into the head of the file, which must be noticed.
    const at = Math.floor(random(0, flips === 0 ? 16 : bytes.length));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random(0, 8)));
    writeFileSync(copy, bytes);
    fault.happened += 1;
    if (refusalOf(() => checkReadable(copy, 'en')) !== null || (await checkDatabase(copy).damage) !== null) found.detected += 1;
    else found[effectOf(copy, before)] += 1;
  }

  fault.note = `${found.detected} found, ${found.harmless} without effect; ${found.silent} changed what is read, unnoticed: only the seal of a stop in good order tells those`;
  assert.ok(found.detected > 0, 'the checks look');
});

/** What a damage that no check has found does to whoever reads. */
function effectOf(file: string, before: string): 'detected' | 'harmless' | 'silent' {
  try {
    return contentOf(file) === before ? 'harmless' : 'silent';
  } catch (error) {
    assert.ok(error instanceof Sqlite.SqliteError, String(error));
    return 'detected';
  }
}

/** Everything that the tables hold. */
function contentOf(file: string): string {
  const db = new Sqlite(file, { readonly: true });
  const hash = createHash('sha256');
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name").pluck().all();
  for (const table of tables) {
    for (const row of db.prepare(`SELECT * FROM "${table}"`).raw().iterate()) hash.update(JSON.stringify(row));
  }
  db.close();
  return hash.digest('hex');
}
