import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { connect } from '../support/client.ts';
import { has } from '../support/needs.ts';
import { dataFolder, type ServerProcess, spawnServer, startProcess, until } from '../support/server-process.ts';
import { onMount } from '../support/small-disk.ts';
import { usedFolders } from '../support/used-folder.ts';

const used = usedFolders();

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

    const racers = await Promise.all([1, 2, 3].map(() => spawnServer(t, { folder })));
    const losers = await Promise.all(
      racers.map((racer) => Promise.race([racer.ended().then(() => racer), racer.untilLogged('server.listen').then(() => null)])),
    );

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

/** What is in a file, if there is one. */
function bytesOf(file: string): Buffer {
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
}

test('what keeps a server from starting is told in French to those who read French', async (t) => {
  const first = await startProcess(t);
  const env = { LC_ALL: 'fr_FR.UTF-8' };
  const noFolder = join(dataFolder(t), 'file');
  writeFileSync(noFolder, '');

  const [sameFolder, samePort, fileForFolder] = await Promise.all(
    [{ folder: first.folder }, { port: first.port }, { folder: noFolder }].map(async (options) =>
      refusal(await spawnServer(t, { ...options, env })),
    ),
  );

  assert.equal(sameFolder?.code, 73);
  assert.match(sameFolder?.line ?? '', /Un autre serveur utilise .* : pid \d+\. Arrêtez-le d’abord/);
  assert.equal(samePort?.code, 77);
  assert.match(samePort?.line ?? '', /Impossible d’écouter sur .* : un autre programme y écoute/);
  assert.equal(fileForFolder?.code, 78);
  assert.match(fileForFolder?.line ?? '', /Impossible de créer le dossier de données .*file : EEXIST/);
});

test('by the setting i18n.default too: of the database, of its schema which the writer thread reads, and of the log file', async (t) => {
  const [letter, newer] = [dataFolder(t), used.stopped(t)];
  writeFileSync(join(letter, 'classcord.db'), 'this is no database, it is a letter.\n'.repeat(500));
  const db = new Sqlite(join(newer, 'classcord.db'));
  db.pragma('user_version = 4711');
  db.close();
  const french = ['i18n.default=fr'];

  const [damaged, tooNew, noLog] = await Promise.all([
    refusal(await spawnServer(t, { folder: letter, set: french })),
    refusal(await spawnServer(t, { folder: newer, set: french })),
    refusal(await spawnServer(t, { set: [...french, 'log.file=/proc/x/y.log'] })),
  ]);

  assert.deepEqual([damaged.code, tooNew.code, noLog.code], [65, 65, 78]);
  assert.match(damaged.line, /La base .*classcord\.db est endommagée : .*restaurer une sauvegarde/);
  assert.match(tooNew.line, /La base a le schéma 4711, ce programme connaît \d+ au plus/);
  assert.match(noLog.line, /log\.file = .* ne peut pas être ouvert \(ENOENT\)/);
});

test('a data folder that everybody may look into becomes the owner’s with the first start, and only when nothing is in it', async (t) => {
  const cases = [
    { mode: 0o755, file: 'README.md', after: 0o700 },
    { mode: 0o750, file: 'README.md', after: 0o750 },
    { mode: 0o755, file: 'thesis.txt', after: 0o755 },
  ];
  for (const { mode, file, after } of cases) {
    const folder = dataFolder(t);
    writeFileSync(join(folder, file), '');
    chmodSync(folder, mode);
    await startProcess(t, { folder });
    assert.equal(statSync(folder).mode & 0o777, after, `${mode.toString(8)} with ${file}`);
  }
});

test('an address or a data folder that cannot be is exit 78 with one line, and nothing was opened or made', async (t) => {
  const folder = join(dataFolder(t), 'new');
  const listen = (address: string) => spawnServer(t, { folder, set: [`server.listen=${address}`] });
  const [badNumbers, noHost, noFolder, noLog] = await Promise.all([
    refusal(await listen('300.1.1.1:2')),
    refusal(await listen('no-such-host.invalid:2')),
    refusal(await spawnServer(t, { folder: '/proc/classcord' })),
    refusal(await spawnServer(t, { folder: dataFolder(t), set: ['log.file=/proc/classcord/x.log'] })),
  ]);

  assert.deepEqual([badNumbers.code, noHost.code, noFolder.code, noLog.code], [78, 78, 78, 78]);
  assert.match(badNumbers.line, /--set: server\.listen = "300\.1\.1\.1:2": 300\.1\.1\.1 is no address, its numbers go from 0 to 255$/);
  assert.match(noHost.line, /Cannot listen on no-such-host\.invalid:2: there is no host no-such-host\.invalid \([A-Z_]+\)/);
  assert.match(noFolder.line, /The data folder \/proc\/classcord cannot be made: \/proc takes no folders\./);
  assert.match(noLog.line, /log\.file = "\/proc\/classcord\/x\.log" cannot be opened \(ENOENT\)/);
  assert.equal(existsSync(folder), false);
});

describe('a database that this program must not write', () => {
  test('of a newer schema is refused with exit code 65 and both numbers, and not touched', async (t) => {
    const folder = used.stopped(t);
    const file = join(folder, 'classcord.db');
    const db = new Sqlite(file);
    db.pragma('user_version = 4711');
    db.close();
    const before = readFileSync(file);

    const { code, line } = await refusal(await spawnServer(t, { folder }));

    assert.equal(code, 65);
    assert.match(line, /schema 4711.* knows \d+ at most/);
    assert.deepEqual(readFileSync(file), before);
  });

  const damages: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
    'that is no database at all': () => Buffer.from('this is not a database, it is a letter.\n'.repeat(500)),
    'whose first page is gone': (bytes) => Buffer.concat([Buffer.alloc(4096), bytes.subarray(4096)]),
    'whose table of tables is gone': (bytes) => Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(3996, 0xff), bytes.subarray(4096)]),
  };
  for (const [damage, apply] of Object.entries(damages)) {
    test(`${damage} is refused with exit code 65 and its name, and not touched`, async (t) => {
      const folder = used.stopped(t);
      const file = join(folder, 'classcord.db');
      const damaged = apply(readFileSync(file));
      writeFileSync(file, damaged);
      const wal = bytesOf(`${file}-wal`);

      const { code, line } = await refusal(await spawnServer(t, { folder }));

      assert.equal(code, 65);
      assert.ok(line.includes(file), line);
      assert.match(line, /restore/);
      assert.deepEqual(readFileSync(file), damaged);
      assert.deepEqual(bytesOf(`${file}-wal`), wal);
    });
  }
});

describe('a data folder that cannot be written', () => {
  test('because the disk is full is refused with exit code 75, in one line that says so', async (t) => {
    if (!has(t, 'tmpfs')) return;
    const folder = dataFolder(t);
    const full = `mount -t tmpfs -o size=1m tmpfs '${folder}' && fallocate -l 1m '${folder}/filler'`;

    const { code, line } = await refusal(await spawnServer(t, { folder, prefix: onMount(full) }));

    assert.equal(code, 75);
    assert.ok(line.includes(folder), line);
    assert.match(line, /full|no space/i);
  });

  test('because it is read-only is refused with exit code 78, and says nothing of another server', async (t) => {
    if (!has(t, 'tmpfs')) return;
    const folder = used.stopped(t);
    const readOnly = `mount --bind '${folder}' '${folder}' && mount -o remount,ro,bind '${folder}'`;

    const { code, line } = await refusal(await spawnServer(t, { folder, prefix: onMount(readOnly) }));

    assert.equal(code, 78);
    assert.ok(line.includes(folder), line);
    assert.match(line, /cannot be written|read-?only/i);
    assert.doesNotMatch(line, /another server/i);
  });
});

describe('after an unclean stop', () => {
  test('the database is checked before anybody is served, and the log says that all is well', async (t) => {
    const folder = used.killed(t);

    const server = await startProcess(t, { folder });
    await (await connect(t, server)).expectNothing();

    const [begun, done] = server.logged('store.check');
    assert.deepEqual([begun?.['event.outcome'], done?.['event.outcome']], [undefined, 'success']);
    const order = server.log.map((line) => line['event.action']);
    assert.ok(order.lastIndexOf('store.check') < order.indexOf('server.listen'), String(order));
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  test('a check that takes longer than storage.check_wait_s goes on beside the service', async (t) => {
    const server = await spawnServer(t, { folder: used.killed(t), set: ['storage.check_wait_s=0.5'] });
    const checkers = await holdCheck(server);

    await server.untilAccepting();
    await (await connect(t, server)).expectNothing();
    for (const pid of checkers) process.kill(pid, 'SIGCONT');

    await server.untilLogged('store.check', 'success');
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });

  test('a stop while the check is under way does not wait for it, and the next start begins it anew', async (t) => {
    const folder = used.killed(t);
    const server = await spawnServer(t, { folder });
    await holdCheck(server);

    const askedAt = performance.now();
    const end = await server.stop();

    assert.deepEqual(end, { code: 0, signal: null });
    assert.ok(performance.now() - askedAt < 30_000);
    assert.equal(server.logged('store.check').at(-1)?.['event.outcome'], 'unknown', 'the check was under way');
    assert.deepEqual(checkersOf(server), []);
    const next = await startProcess(t, { folder });
    await next.untilLogged('store.check', 'success');
  });

  test('a clean one checks nothing, unless somebody has put another database there', async (t) => {
    const folder = used.stopped(t);
    const unknown = await startProcess(t, { folder });
    await unknown.stop();
    const known = await startProcess(t, { folder });
    await known.stop();

    assert.equal(unknown.logged('store.check').length, 2, 'what lies there was made by nobody knows whom');
    assert.deepEqual(known.logged('store.check'), []);
  });

  test('damage that the check finds ends the server with exit code 65, and the next start finds it again', async (t) => {
    const folder = used.killed(t);
    const file = join(folder, 'classcord.db');
    breakIndex(file);

    for (const start of ['the first', 'the second']) {
      const server = await spawnServer(t, { folder });
      const { code } = await server.ended();

      assert.equal(code, 65, `${start} start`);
      const [finding] = server.logged('store.check').filter((line) => line['event.outcome'] === 'failure');
      assert.match(String(finding?.['message']), /damaged.*restore a backup/s);
    }
  });
});

/** Stops the check of a server that is starting before it can come to an end. */
async function holdCheck(server: ServerProcess): Promise<readonly number[]> {
  await until(() => checkersOf(server).length > 0, 'the check');
  const checkers = checkersOf(server);
  for (const pid of checkers) process.kill(pid, 'SIGSTOP');
  return checkers;
}

/** The processes in which a server has its database checked. */
function checkersOf({ pid }: ServerProcess): readonly number[] {
  const isChecker = (name: string) => {
    try {
      const isChild = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
      return isChild && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('check-process');
    } catch {
      return false; // It has ended.
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isChecker(name))
    .map(Number);
}

/** Damage that does not keep SQLite from opening the file: an index that no longer agrees with its table. */
function breakIndex(file: string): void {
  const db = new Sqlite(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const page = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 'messages_by_channel'").pluck().get() ?? 0;
  const size = db.pragma('page_size', { simple: true }) as number;
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xff, (page - 1) * size + 8, page * size);
  writeFileSync(file, bytes);
}
