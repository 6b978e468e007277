import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ServiceManager, serviceManager } from '../../server/base/service-manager.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/server-process.ts';

const pid = 4242;

test('a server that is up says so, with its status', async (t) => {
  const { manager, said } = underSystemd(t);

  manager.ready('Listening on 127.0.0.1:12345');

  await until(() => said().length === 1, 'one message');
  assert.deepEqual(said(), ['READY=1 STATUS=Listening on 127.0.0.1:12345']);
});

test('the watchdog hears from the server twice in its time, and only once the server is up', async (t) => {
  const { manager, said, clock } = underSystemd(t, { WATCHDOG_USEC: '30000000', WATCHDOG_PID: String(pid) });

  assert.equal(clock.timers, 0);
  manager.ready('up');
  await until(() => said().length === 1, 'READY=1');
  clock.advance(14_999);
  assert.equal(said().length, 1);
  clock.advance(1);
  await until(() => said().length === 2, 'the first WATCHDOG=1');
  clock.advance(15_000);

  await until(() => said().length === 3, 'the second WATCHDOG=1');
  assert.deepEqual(said().slice(1), ['WATCHDOG=1', 'WATCHDOG=1']);
});

test('a watchdog that is meant for another process, or is off, is left alone', (t) => {
  for (const env of [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }]) {
    const { manager, clock } = underSystemd(t, env);

    manager.ready('up');

    assert.equal(clock.timers, 0, JSON.stringify(env));
  }
});

test('a stop in good order is announced', async (t) => {
  const { manager, said } = underSystemd(t);

  manager.stopping();

  await until(() => said().length === 1, 'one message');
  assert.deepEqual(said(), ['STOPPING=1 STATUS=Stopping']);
});

test('without NOTIFY_SOCKET no program is started', (t) => {
  const { manager, said, errors, clock } = underSystemd(t, { NOTIFY_SOCKET: '', WATCHDOG_USEC: '30000000' });

  manager.ready('up');
  manager.stopping();

  assert.deepEqual([said(), errors], [[], []]);
  clock.advance(60_000);
  assert.deepEqual([said(), errors], [[], []]);
});

test('a message that fails is reported, and the next one is tried all the same', async (t) => {
  const { manager, errors } = underSystemd(t, {}, 'exit 3');

  manager.ready('up');
  await until(() => errors.length === 1, 'the first report');
  manager.stopping();
  await until(() => errors.length === 2, 'the second report');

  assert.deepEqual(errors, ['systemd-notify READY=1 ended with 3', 'systemd-notify STOPPING=1 ended with 3']);
});

test('a machine without systemd-notify is told of once', async (t) => {
  const { manager, errors, clock } = underSystemd(t, { PATH: '/nowhere', WATCHDOG_USEC: '30000000' });

  manager.ready('up');
  await until(() => errors.length === 1, 'the report');
  clock.advance(60_000);
  manager.stopping();

  assert.deepEqual(errors, ['systemd-notify READY=1: spawn systemd-notify ENOENT']);
});

/** A manager whose `systemd-notify` is a script that writes down what it is told. */
function underSystemd(t: TestContext, extra: NodeJS.ProcessEnv = {}, end = 'exit 0') {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-notify-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const heard = join(folder, 'heard');
  const program = join(folder, 'systemd-notify');
  writeFileSync(program, `#!/bin/sh\necho "$*" >>"$NOTIFY_SOCKET"\n${end}\n`);
  chmodSync(program, 0o755);
  const clock = new FakeClock();
  const errors: string[] = [];
  const env = { PATH: folder, NOTIFY_SOCKET: heard, ...extra };
  const manager: ServiceManager = serviceManager({ env, clock, pid, onError: (error) => errors.push(error.message) });
  const said = () => (existsSync(heard) ? readFileSync(heard, 'utf8').split('\n').slice(0, -1) : []);
  return { manager, said, errors, clock };
}
