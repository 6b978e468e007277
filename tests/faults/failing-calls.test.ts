import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Fault, times } from '../support/fault.ts';
import { integrityOf, Ledger } from '../support/ledger.ts';
import { has } from '../support/needs.ts';
import { dataFolder, type ServerProcess, spawnServer, startProcess, until } from '../support/server-process.ts';
import { Writer } from '../support/talkers.ts';
import { isTraceWhole } from '../support/wal.ts';

const name = 'classcord.db';

/** The calls that fail, and which of them in the quick form. SQLite tests itself so (reliability.md G9). */
const kinds = [
  { title: 'sync', calls: 'fsync,fdatasync', error: 'EIO', quick: [3, 11] },
  { title: 'write', calls: 'pwrite64', error: 'EIO', quick: [7, 40] },
  { title: 'opening', calls: 'openat', error: 'EMFILE', quick: [2] },
] as const;

for (const { title, calls, error, quick } of kinds) {
  test(`whichever ${title} of the database fails, the server goes on or ends with a word, and nothing acknowledged is lost`, async (t) => {
    if (!has(t, 'strace')) return;
    const fault = new Fault(t, 'G9', `N-th ${title} of the database fails (${error})`);
    const empty = await emptyFolder(t);
    let [refusedStarts, refusals] = [0, 0];

    const most = times({ quick: 0, long: 50 });
    for (const nth of most === 0 ? quick : Array.from({ length: most }, (_, index) => index + 1)) {
      const folder = dataFolder(t);
      cpSync(empty, folder, { recursive: true, filter: (source) => !source.endsWith('.sock') });
      const trace = join(dataFolder(t), 'trace');
      const ledger = new Ledger();
      const server = await spawnServer(t, { folder, prefix: failing({ folder, trace, calls, error, nth }) });
      await Promise.race([server.ended(), server.untilAccepting().catch(() => undefined)]);
      if (server.hasEnded) refusedStarts += 1;
      else refusals += await talk(server, ledger);
      const { code } = await server.stop();
      if (code !== 0) {
        assert.ok([65, 70, 75, 78].includes(code ?? -1), `${title} ${nth}: ended with ${code}: ${server.errors}`);
        assert.match(server.errors, /^classcord: [^\n]+\n$/, 'one line says why');
      }
      await until(() => isTraceWhole(trace), 'the trace');
      // The last numbers are more than there are calls.
      if (readFileSync(trace, 'utf8').includes('(INJECTED)')) fault.happened += 1;

      const next = await startProcess(t, { folder });
      await next.stop();
      fault.compare(ledger, join(folder, name));
      assert.equal(integrityOf(join(folder, name)), 'ok');
    }
    assert.ok(fault.happened > 0, 'a call has failed');
    fault.note = `${refusedStarts} starts refused with a word, ${refusals} messages refused`;
  });
}

/** The data folder of a server that nobody has used. */
async function emptyFolder(t: TestContext): Promise<string> {
  const server = await startProcess(t);
  await server.stop();
  return server.folder;
}

/** A tracer that lets the N-th call of each thread on the files of the database fail. */
function failing(fault: { folder: string; trace: string; calls: string; error: string; nth: number }): readonly string[] {
  const { folder, trace, calls, error, nth } = fault;
  const files = ['', '-wal', '-mark', '-seal'].flatMap((end) => ['-P', join(folder, `${name}${end}`)]);
  const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${nth}`, '-e', 'signal=none'];
  return ['strace', '-D', '-f', '-qq', '--seccomp-bpf', ...files, ...inject, '-o', trace];
}

/** Two talk and wait for every answer; returns how many messages were refused. */
async function talk(server: ServerProcess, ledger: Ledger): Promise<number> {
  const writers = ['ann', 'ben'].map((writer) => new Writer(writer, ['#general', '#dev'], ledger));
  for (const writer of writers) await writer.comeAsGuest(server);
  for (let round = 0; round < 40 && !server.hasEnded; round += 1) {
    for (const writer of writers) writer.say(2);
    await until(() => server.hasEnded || writers.every(({ open }) => open === 0), 'the answers');
  }
  return writers.reduce((sum, { errors }) => sum + errors.length, 0);
}
