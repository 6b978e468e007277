import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { connect } from '../support/client.ts';
import { dataFolder, freePort, type ServerProcess, spawnServer, startProcess } from '../support/server-process.ts';

/** The server refused to start: one line on standard error, this exit code. */
async function refusal(server: ServerProcess): Promise<{ code: number | null; line: string }> {
  const { code } = await server.ended();
  assert.match(server.errors, /^classcord: [^\n]+\n$/, 'one line');
  return { code, line: server.errors.trimEnd() };
}

describe('a second server on the same data', () => {
  test('is refused with exit code 73 and the pid of the first, which goes on', async (t) => {
    const first = await startProcess(t);

    const second = await refusal(await spawnServer(t, { folder: first.folder }));

    assert.equal(second.code, 73);
    assert.match(second.line, new RegExp(`\\bpid ${first.pid}\\b`));
    await (await connect(t, first)).expectNothing();
  });

  test('is welcome as soon as the first was killed', async (t) => {
    const first = await startProcess(t);
    await first.kill();

    const second = await startProcess(t, { folder: first.folder });

    await (await connect(t, second)).expectNothing();
  });

  test('names the one that won the race, and not one that died long ago', async (t) => {
    const folder = dataFolder(t);
    writeFileSync(join(folder, 'classcord.pid'), '999999999\n');

    const racers = await Promise.all([1, 2, 3, 4].map(() => spawnServer(t, { folder })));
    const losers = await Promise.all(racers.map((racer) => Promise.race([racer.ended().then(() => racer), racer.untilLogged('server.listen').then(() => null)])));

    const winner = racers.find((racer) => !racer.hasEnded);
    assert.equal(losers.filter((racer) => racer === null).length, 1);
    for (const loser of losers) {
      if (loser === null) continue;
      const { code, line } = await refusal(loser);
      assert.equal(code, 73);
      assert.match(line, new RegExp(`\\bpid ${winner?.pid}\\b`));
    }
  });
});
