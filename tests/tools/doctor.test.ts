import assert from 'node:assert/strict';
import { chmodSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { World } from '../../tools/doctor/check.ts';
import { checks, runDoctor } from '../../tools/doctor/run.ts';
import { startServer } from '../support/server.ts';
import { certificate } from '../support/tls.ts';
import { folder, run } from './cli-run.ts';

type Report = {
  readonly checks: readonly Record<'name' | 'state' | 'detail' | 'fix', string>[];
  readonly warnings: number;
  readonly failures: number;
};

const quiet = ['--set', 'server.health_listen=', '--set', 'gateway.listen=', '--listen', '127.0.0.1:0', '--set', 'limits.connections=100'];

async function doctor(data: string, ...more: readonly string[]): Promise<{ code: number; report: Report }> {
  const { code, stdout, stderr } = await run(['doctor', '--json', '--data', data, ...quiet, ...more]);
  assert.equal(stderr, '');
  return { code, report: JSON.parse(stdout) as Report };
}

/** What is not ok: `name state`, and the whole of it. */
function found({ checks: all }: Report): readonly string[] {
  return all.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`);
}

/** A data folder as a server that was stopped leaves it. */
async function used(t: TestContext): Promise<string> {
  const data = join(folder(t), 'data');
  const { code } = await run(['user', 'create', 'alice', '--data', data], { stdin: 'correct horse\n' });
  assert.equal(code, 0);
  return data;
}

async function listening<S extends Server>(t: TestContext, server: S): Promise<{ server: S; port: number }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

test('finds nothing in a healthy folder, before the first start, after a stop, and beside a running server; and changes nothing', async (t) => {
  const empty = join(folder(t), 'none');
  const stopped = await used(t);
  const before = readdirSync(stopped).sort();
  const { folder: served } = await startServer(t);

  for (const data of [empty, stopped, served]) {
    const { code, report } = await doctor(data);
    assert.deepEqual([found(report), code, report.failures, report.warnings], [[], 0, 0, 0]);
    assert.deepEqual(
      report.checks.map(({ name }) => name),
      ['config', ...Object.keys(checks)],
    );
  }
  assert.deepEqual(readdirSync(stopped).sort(), before);
  const plain = await run(['doctor', '--data', stopped, ...quiet, '--lang', 'fr']);
  assert.match(plain.stdout, /^ok +config +.*\n(.*\n)*Tout va bien\.\n$/);
});

interface Provoked {
  readonly name: string;
  readonly finding: string;
  readonly flags?: (t: TestContext, data: string) => Promise<readonly string[]> | readonly string[];
  readonly spoil?: (data: string) => void;
}

const provoked: readonly Provoked[] = [
  { name: 'a folder that others can read', finding: 'data_folder warning', spoil: (data) => chmodSync(data, 0o750) },
  {
    name: 'secrets that everybody can read',
    finding: 'secrets warning',
    spoil(data) {
      writeFileSync(join(data, 'cloak.key'), 'x');
      chmodSync(join(data, 'cloak.key'), 0o644);
      chmodSync(data, 0o755);
    },
  },
  { name: 'a full disk', finding: 'disk failure', flags: () => ['--set', `storage.disk_floor_bytes=${Number.MAX_SAFE_INTEGER}`] },
  {
    name: 'a large write-ahead log',
    finding: 'write_ahead_log warning',
    spoil(data) {
      writeFileSync(join(data, 'classcord.db-wal'), '');
      truncateSync(join(data, 'classcord.db-wal'), 300 * 1_048_576);
    },
  },
  {
    name: 'a damaged database',
    finding: 'database failure',
    spoil: (data) => writeFileSync(join(data, 'classcord.db'), 'this is no database, and long enough to be looked at'.repeat(100)),
  },
  {
    name: 'a database of a newer program',
    finding: 'database failure',
    spoil(data) {
      const db = new Sqlite(join(data, 'classcord.db'));
      db.pragma('user_version = 4711');
      db.close();
    },
  },
  { name: 'a server that was killed', finding: 'last_stop warning', spoil: (data) => writeFileSync(join(data, 'classcord.pid'), '4711\n') },
  {
    name: 'a control socket that nobody serves',
    finding: 'last_stop warning',
    spoil: (data) => writeFileSync(join(data, 'control.sock'), ''),
  },
  {
    name: 'more connections than open files',
    finding: 'file_descriptors warning',
    flags: () => ['--set', 'limits.connections=1000000000'],
  },
  { name: 'a log file that cannot be', finding: 'log_file failure', flags: (_t, data) => ['--set', `log.file=${data}/no/such/folder.log`] },
  {
    name: 'rules of automatic moderation that are no TOML',
    finding: 'automod_rules warning',
    spoil: (data) => writeFileSync(join(data, 'automod.toml'), 'enabled = tru'),
  },
  {
    name: 'a port that another program has',
    finding: 'ports failure',
    flags: async (t) => ['--listen', `127.0.0.1:${(await listening(t, createServer())).port}`],
  },
  {
    name: 'a certificate whose time is over',
    finding: 'certificate failure',
    flags: async (t) => withCertificate(await certificate(t, { days: 1, now: Date.now() - 2 * 24 * 3600_000 })),
  },
  {
    name: 'a certificate whose time has not come',
    finding: 'certificate failure',
    flags: async (t) => withCertificate(await certificate(t, { now: Date.now() + 24 * 3600_000 })),
  },
  {
    name: 'a certificate that is soon over',
    finding: 'certificate warning',
    flags: async (t) => withCertificate(await certificate(t, { days: 10 })),
  },
  {
    name: 'a key that everybody can read',
    finding: 'certificate warning',
    async flags(t) {
      const pair = await certificate(t);
      chmodSync(pair.key, 0o644);
      return withCertificate(pair);
    },
  },
  {
    name: 'a key of another certificate',
    finding: 'certificate failure',
    flags: async (t) => withCertificate({ cert: (await certificate(t)).cert, key: (await certificate(t)).key }),
  },
];

function withCertificate({ cert, key }: { cert: string; key: string }): readonly string[] {
  return ['--set', `tls.cert=${cert}`, '--set', `tls.key=${key}`];
}

for (const { name, finding, flags, spoil } of provoked) {
  test(`finds ${name}, says how to mend it, and exits by the worst`, async (t) => {
    const data = await used(t);
    spoil?.(data);

    const { code, report } = await doctor(data, ...((await flags?.(t, data)) ?? []));

    assert.ok(found(report).includes(finding), JSON.stringify(found(report)));
    assert.equal(code, found(report).some((one) => one.endsWith(' failure')) ? 1 : 3, JSON.stringify(found(report)));
    for (const check of report.checks) assert.equal(check.state === 'ok', check.fix === undefined, check.name);
  });
}

test('finds a configuration that is wrong, and still looks at what needs none', async (t) => {
  const { code, report } = await doctor(folder(t), '--set', 'limits.conections=3');

  assert.equal(code, 1);
  assert.deepEqual(found(report), ['config failure']);
  assert.match(report.checks.find(({ name }) => name === 'config')?.detail ?? '', /did you mean limits\.connections/);
  assert.deepEqual(
    report.checks.map(({ name }) => name),
    ['node', 'native_modules', 'config'],
  );
});

test('finds a server that runs and is not ready, and one whose health port is not answered', async (t) => {
  const { folder: served } = await startServer(t);
  const http = await listening(
    t,
    createHttp((_asked, answer) => void answer.writeHead(503).end('{"ready":false}')),
  );

  const unready = await doctor(served, '--set', `server.health_listen=127.0.0.1:${http.port}`);
  const silent = await doctor(served, '--set', 'server.health_listen=127.0.0.1:1');

  assert.deepEqual([found(unready.report), unready.code], [['health failure'], 1]);
  assert.match(unready.report.checks.at(-1)?.detail ?? '', /not ready: \{"ready":false\}/);
  assert.deepEqual([found(silent.report), silent.code], [['health warning'], 3]);
});

test('finds an old Node.js, native modules that do not load, and a clock that is wrong', async (t) => {
  const data = await used(t);
  const world: World = {
    nodeVersion: 'v18.20.0',
    now: () => Date.UTC(1970, 0, 2),
    loadNative: () => Promise.reject(new CommandError('software', 'The module argon2 does not work.')),
  };
  let text = '';
  let code = 0;
  const out = { write: (more: string) => (text += more) };
  const context = {
    env: {},
    cwd: data,
    stdout: out,
    stderr: out,
    lang: 'en',
    version: '0',
    takeOver: () => undefined,
    serve: async () => 0,
  } as const;
  await runDoctor(
    { data, listen: ['127.0.0.1:0'], set: ['server.health_listen=', 'gateway.listen=', 'limits.connections=100'] },
    { ...context, finish: (exit) => (code = exit) },
    world,
  );

  assert.equal(code, 1);
  assert.match(text, /^FAILURE {2}node +v18\.20\.0\n +→ Install Node\.js 20\.19 or newer\.$/m);
  assert.match(text, /^FAILURE {2}native_modules +The module argon2 does not work\.\n +→ npm rebuild better-sqlite3 argon2$/m);
  assert.match(text, /^FAILURE {2}clock +1970-01-02T00:00:00\.000Z\n +→ Set the clock/m);
  assert.match(text, /\n3 failures, 0 warnings\.\n$/);
});

test('finds a clock that runs behind what was written', async (t) => {
  const data = await used(t);
  let text = '';
  const out = { write: (more: string) => (text += more) };
  const world: World = { nodeVersion: process.version, now: () => Date.now() - 86_400_000, loadNative: async () => 'loaded' };
  const context = {
    env: {},
    cwd: data,
    stdout: out,
    stderr: out,
    lang: 'en',
    version: '0',
    takeOver: () => undefined,
    serve: async () => 0,
  } as const;

  await runDoctor(
    { data, listen: ['127.0.0.1:0'], set: ['server.health_listen=', 'gateway.listen=', 'limits.connections=100'] },
    { ...context, finish: () => undefined },
    world,
  );

  assert.match(text, /^warning {2}clock .*but the database was written at /m);
});
