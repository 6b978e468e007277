import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configSchema } from '../../server/config/schema.ts';
import { unitFolder, units, unitValues } from '../support/units.ts';

/** What keeps a server that was broken into from doing more. A line may be made stricter, never dropped. */
const hardening = [
  'AmbientCapabilities=',
  'CapabilityBoundingSet=',
  'KeyringMode=private',
  'LockPersonality=yes',
  'NoNewPrivileges=yes',
  'PrivateDevices=yes',
  'PrivateTmp=yes',
  'ProtectClock=yes',
  'ProtectControlGroups=yes',
  'ProtectHome=yes',
  'ProtectHostname=yes',
  'ProtectKernelLogs=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelTunables=yes',
  'ProtectProc=invisible',
  'ProtectSystem=strict',
  'RemoveIPC=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallErrorNumber=EPERM',
  'SystemCallFilter=@system-service @pkey',
  'UMask=0077',
];

for (const unit of units) {
  test(`${unit} keeps every line of its hardening, and runs as a user of its own`, () => {
    const lines = readFileSync(join(unitFolder, unit), 'utf8').split('\n');

    assert.deepEqual(
      [...hardening, 'User=classcord', 'Group=classcord'].filter((line) => !lines.includes(line)),
      [],
    );
  });

  test(`${unit} leaves MemoryDenyWriteExecute out, with which V8 would not start`, () => {
    assert.deepEqual(unitValues(unit, 'MemoryDenyWriteExecute'), []);
  });

  test(`${unit} starts a command of the package`, () => {
    const [command = ''] = unitValues(unit, 'ExecStart');
    const { bin } = JSON.parse(readFileSync('package.json', 'utf8')) as { bin: Record<string, string> };

    assert.ok(command.startsWith(`/usr/bin/node /opt/classcord/${bin['classcord']} `), command);
  });

  test(`${unit} is accepted by systemd-analyze`, (t) => {
    const place = mkdtempSync(join(tmpdir(), 'classcord-unit-'));
    t.after(() => rmSync(place, { recursive: true, force: true }));
    for (const name of units) {
      // Node lies elsewhere on some machines; that is the installer's business, not the unit's.
      writeFileSync(join(place, name), readFileSync(join(unitFolder, name), 'utf8').replaceAll('/usr/bin/node', process.execPath));
    }

    const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', join(place, unit)], { encoding: 'utf8', timeout: 240_000 });

    if (error !== undefined) return t.skip(`systemd-analyze does not run: ${error.message}`);
    assert.deepEqual([status, stderr], [0, '']);
  });
}

test('systemd gives the server longer to start and to stop than the server itself takes', () => {
  const { limits } = configSchema.parse({});

  assert.deepEqual(unitValues('classcord.service', 'Type'), ['notify']);
  assert.deepEqual(unitValues('classcord.service', 'NotifyAccess'), ['all']);
  assert.ok(Number(unitValues('classcord.service', 'WatchdogSec')[0]) >= 10);
  assert.ok(Number(unitValues('classcord.service', 'TimeoutStopSec')[0]) >= 2 * limits.shutdown_s);
});

test('systemd lets the server open enough files for all its connections', () => {
  const { limits } = configSchema.parse({});

  assert.ok(Number(unitValues('classcord.service', 'LimitNOFILE')[0]) * 0.8 >= limits.connections);
});
