import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CommandError } from '../../server/base/exit-codes.ts';
import { markedCommit } from '../../server/store/commit-mark.ts';
import { checkReadable } from '../../server/store/open.ts';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, spawnServer, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';
import { isTraceWhole, syncedLength, traceLogTo, validLength, walHeader } from '../support/wal.ts';

const name = 'classcord.db';

/** Database, log and mark of one folder in another. */
function copyOf(t: TestContext, folder: string): string {
  const copy = dataFolder(t);
  for (const end of ['', '-wal', '-mark']) copyFileSync(join(folder, `${name}${end}`), join(copy, `${name}${end}`));
  return copy;
}

function writersIn(ledger: Ledger): readonly Writer[] {
  return ['ann', 'ben', 'cat'].map((writer) => new Writer(writer, ['#general', '#dev'], ledger));
}

test('whatever a power cut leaves of the un-synced tail of the log, nothing acknowledged or seen is lost, and no alarm is raised', async (t) => {
  if (!has(t, 'strace')) return;
  const fault = new Fault(t, 'F7', 'un-synced tail of the log cut off or torn');
  const random = seeded(t);
  const cuts = times({ quick: 20, long: 200 });

  for (let kill = 0; fault.happened < cuts; kill += 1) {
    assert.ok(kill < cuts, 'kills that leave an un-synced tail');
    const ledger = new Ledger();
    const folder = dataFolder(t);
    const trace = join(dataFolder(t), 'trace');
    const server = await startProcess(t, { folder, prefix: traceLogTo(trace) });
    const writers = writersIn(ledger);
    for (const writer of writers) await writer.comeAsGuest(server);
    for (const writer of writers) writer.talk(8);
    await until(() => ledger.acked >= 200 + random(0, 50), 'load');
    await server.kill();
    await Promise.all(writers.map(({ gone }) => gone));
    await until(() => isTraceWhole(trace), 'the trace');
    const synced = await syncedLength(trace);
    const log = readFileSync(join(folder, `${name}-wal`));
    assert.ok(synced > walHeader && synced <= log.length, `${synced} of ${log.length} bytes are synced`);
    if (synced === log.length) continue;

    for (let cut = 0; cut < 20; cut += 1) {
      const torn = copyOf(t, folder);
      const at = Math.floor(random(synced, log.length));
      // Cut off there; or there, but with blocks that never reached the disk.
      if (cut % 2 === 0) truncateSync(join(torn, `${name}-wal`), at);
      else writeFileSync(join(torn, `${name}-wal`), Buffer.from(log).fill(0, at, Math.min(log.length, at + 4096)));

      checkReadable(join(torn, name), 'en');
      fault.happened += 1;
      if (cut === 0) fault.compare(ledger, join(torn, name));
      else ledger.compare(join(torn, name));
      assert.equal(integrityOf(join(torn, name)), 'ok');
    }
  }
});

describe('a byte that flips in the synced part of the log', () => {
  test('is an alarm: exit 65, the log kept, nothing served and nothing changed', async (t) => {
    const fault = new Fault(t, 'F7', 'byte flipped in the synced part of the log');
    const random = seeded(t);
    const ledger = new Ledger();
    const server = await startProcess(t);
    const writers = writersIn(ledger);
    for (const writer of writers) await writer.comeAsGuest(server);
    for (const writer of writers) writer.say(60);
    await until(() => ledger.open === 0, 'the acks');
    const file = join(server.folder, name);
    const synced = validLength(`${file}-wal`);
    const markedBefore = markedCommit(file);
    await until(() => markedCommit(file) > markedBefore, 'the mark to know of them');
    await server.kill();
    fault.count(ledger, file);
    checkReadable(file, 'en');

    const isServed = (flip: number) => flip < times({ quick: 1, long: 10 });
    for (let flip = 0; flip < times({ quick: 50, long: 200 }); flip += 1) {
      const folder = copyOf(t, server.folder);
      const bytes = readFileSync(join(folder, `${name}-wal`));
      const at = Math.floor(random(flip % 10 === 0 ? 0 : walHeader, flip % 10 === 0 ? walHeader : synced));
      bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random(0, 8)));
      writeFileSync(join(folder, `${name}-wal`), bytes);

      const alarm = isServed(flip) ? await alarmOfServer(t, folder) : alarmOf(join(folder, name));

      assert.match(alarm, /lacks \d+ of the \d+ commits.*To restore a backup: mv .*rm /, `byte ${at} was flipped`);
      fault.happened += 1;
      assert.deepEqual(readFileSync(join(folder, `${name}-wal`)), bytes, 'the log is as it was');
      const kept = readdirSync(folder).filter((each) => each.includes('-wal.kept-'));
      assert.deepEqual(readFileSync(join(folder, String(kept[0]))), bytes, 'and was copied');
    }
  });

  test('and a database that is gone while its mark is there is not made anew', async (t) => {
    const folder = dataFolder(t);
    writeFileSync(join(folder, `${name}-mark`), readFileSync(await markOfUsed(t)));

    const alarm = await alarmOfServer(t, folder);

    assert.match(alarm, /lacks (\d+) of the \1 commits/);
    assert.equal(existsSync(join(folder, name)), false);
  });
});

/** What the check of the start says. */
function alarmOf(file: string): string {
  try {
    checkReadable(file, 'en');
    return 'no alarm';
  } catch (error) {
    assert.ok(error instanceof CommandError && error.exit === 'damaged', String(error));
    return error.message;
  }
}

/** What a whole server says, which ends with 65. */
async function alarmOfServer(t: TestContext, folder: string): Promise<string> {
  const server = await spawnServer(t, { folder });
  await Promise.race([server.ended(), server.untilAccepting().catch(() => undefined)]);
  assert.ok(server.hasEnded, 'it serves');
  const { code } = await server.ended();
  assert.equal(code, 65, server.errors);
  assert.deepEqual(server.logged('server.listen'), [], 'nothing was served');
  return server.errors;
}

async function markOfUsed(t: TestContext): Promise<string> {
  const server = await startProcess(t);
  await server.stop();
  return join(server.folder, `${name}-mark`);
}
