import { cpSync, lstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext } from 'node:test';
import Sqlite from 'better-sqlite3';
import { Ledger } from './ledger.ts';
import { dataFolder, freePort, ServerProcess, until } from './server-process.ts';
import { Writer } from './talkers.ts';

/** Data folders in which something was said; one server makes them for the whole test file. */
export function usedFolders() {
  const template = mkdtempSync(join(tmpdir(), 'classcord-used-'));

  before(async () => {
    const server = new ServerProcess(await freePort(), template, {});
    await server.untilAccepting();
    const writer = new Writer('alice', ['#general'], new Ledger());
    await writer.comeAsGuest(server);
    writer.say(200);
    await until(() => writer.open === 0, 'the acks');
    await server.kill();
  });
  after(() => rmSync(template, { recursive: true, force: true }));

  const copy = (t: TestContext): string => {
    const folder = dataFolder(t);
    // A socket cannot be copied; a new server makes its own.
    cpSync(template, folder, { recursive: true, filter: (source) => !lstatSync(source).isSocket() });
    return folder;
  };
  return {
    /** As a killed server leaves it. */
    killed: copy,
    /** As a server leaves it that was stopped: everything in one file. */
    stopped(t: TestContext): string {
      const folder = copy(t);
      const db = new Sqlite(join(folder, 'classcord.db'));
      db.pragma('wal_checkpoint(TRUNCATE)');
      db.close();
      rmSync(join(folder, 'classcord.pid'));
      return folder;
    },
  };
}
