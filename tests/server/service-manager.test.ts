import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataFolder, spawnServer, until } from '../support/server-process.ts';

test('a server that systemd started says when it listens, feeds the watchdog, and says when it stops', async (t) => {
  const folder = dataFolder(t);
  const heard = join(folder, 'heard');
  writeFileSync(join(folder, 'systemd-notify'), '#!/bin/sh\necho "$*" >>"$NOTIFY_SOCKET"\n');
  chmodSync(join(folder, 'systemd-notify'), 0o755);
  const env = { PATH: `${folder}:${process.env['PATH']}`, NOTIFY_SOCKET: heard, WATCHDOG_USEC: '200000' };
  const server = await spawnServer(t, { folder, env });
  const said = () => (existsSync(heard) ? readFileSync(heard, 'utf8').split('\n').slice(0, -1) : []);

  await until(() => said().filter((words) => words === 'WATCHDOG=1').length >= 2, 'two words to the watchdog');
  assert.equal(said()[0], `READY=1 STATUS=Listening on 127.0.0.1:${server.port}`);
  assert.equal((await server.stop()).code, 0);

  assert.ok(said().includes('STOPPING=1 STATUS=Stopping'));
});
