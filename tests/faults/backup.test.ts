import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'node:test';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { classcord } from '../support/program.ts';
import { seeded } from '../support/random.ts';
import { dataFolder, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';

const backups = times({ quick: 3, long: 100 });

/** `classcord backup …` as an administrator runs it. */
async function backup(cwd: string, ...args: readonly string[]): Promise<{ code: number | null; said: string; tookMs: number }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...classcord(), 'backup', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, said: stdout + stderr, tookMs: performance.now() - startedAt };
}

test(`${backups} backups while people talk: each restores to all that was acknowledged before it began, altered ones to nothing`, async (t) => {
  const fault = new Fault(t, 'F21', 'backup under load, restored');
  const chance = seeded(t);
  const random = (low: number, high: number) => Math.floor(chance(low, high + 1));
  const cwd = dataFolder(t);
  const server = await startProcess(t);
  const ledger = new Ledger();
  const writers = [
    new Writer('alice', ['#general', '>bob', '#dev'], ledger),
    new Writer('bob', ['#general', '>alice'], ledger),
    new Writer('carol', ['#dev', '#general'], ledger),
  ];
  for (const writer of writers) await writer.comeAsAccount(server, true);
  const made = await backup(cwd, 'key');
  const [to = ''] = /age1\w+/.exec(made.said) ?? [];
  await backup(cwd, 'key', '--out', 'other.key');
  let [slowestMs, largest, besideIt] = [0, 0, 0];

  for (let number = 1; number <= backups; number += 1) {
    const [archive, folder] = [`${number}.age`, join(cwd, `restored-${number}`)];
    // A storm, in which the log is written back all the time; or now and then a word, so that the last ones stand in the log alone.
    const quiet = number % 2 === 0 ? setInterval(() => writers[0]?.say(1), 50) : undefined;
    if (quiet === undefined) for (const writer of writers) writer.talk(8);
    const wanted = ledger.acked + 5;
    await until(() => ledger.acked >= wanted, 'something to be acknowledged');
    const before = ledger.acknowledgedSoFar();
    const created = await backup(cwd, 'create', '--to', to, '--data', server.folder, '-o', archive);
    if (ledger.acked > before.acked) besideIt += 1;
    clearInterval(quiet);
    for (const writer of writers) writer.talk(0);
    assert.equal(created.code, 0, created.said);
    slowestMs = Math.max(slowestMs, created.tookMs);
    largest = Math.max(largest, statSync(join(cwd, archive)).size);

    const restored = await backup(cwd, 'restore', archive, '--data', folder);
    assert.equal(restored.code, 0, restored.said);
    fault.compare(before, join(folder, 'classcord.db'));
    assert.equal(integrityOf(join(folder, 'classcord.db')), 'ok');
    fault.happened += 1;

    const bytes = readFileSync(join(cwd, archive));
    const at = random(0, bytes.length - 1);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random(0, 7));
    writeFileSync(join(cwd, 'altered.age'), bytes);
    const altered = await backup(cwd, 'restore', 'altered.age', '--data', 'nothing');
    assert.ok(altered.code === 65 || altered.code === 5, `byte ${at}: ${altered.said}`);
    const stranger = await backup(cwd, 'restore', archive, '--key', 'other.key', '--data', 'nothing');
    assert.equal(stranger.code, 5, stranger.said);
    assert.ok(!existsSync(join(cwd, 'nothing')), `byte ${at} was altered, and something was written`);
  }

  fault.note = `largest ${(largest / 1e6).toFixed(1)} MB, slowest ${slowestMs.toFixed(0)} ms; ${backups} altered and ${backups} for another key: all refused`;
  assert.equal(besideIt, backups, 'people talked during every backup');
  assert.deepEqual(server.logged('fault'), []);
});
