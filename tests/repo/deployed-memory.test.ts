import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect } from '../support/client.ts';
import { imageEnv } from '../support/compose.ts';
import { startProcess } from '../support/server-process.ts';
import { unitEnv } from '../support/units.ts';

/** More than there are threads to hash in: each of them has had a turn. */
const logins = 24;

const deployments = [
  ['the image', imageEnv()],
  ['the systemd unit', unitEnv('classcord.service')],
] as const;

for (const [name, env] of deployments) {
  test(`a server as ${name} runs it keeps little of the memory that hashing passwords takes`, async (t) => {
    const server = await startProcess(t, { set: ['auth.hash_workers=1'], env });
    const before = server.residentMib;

    for (let index = 0; index < logins; index += 1) {
      const stranger = await connect(t, { port: server.port });
      stranger.send({ type: 'login', username: `nobody-${index}`, password: 'a long guess' });
      await stranger.expect({ type: 'error' });
      stranger.socket.destroy();
    }

    const grewMib = server.residentMib - before;
    t.diagnostic(`${before.toFixed(0)} MiB, ${grewMib.toFixed(0)} more after ${logins} logins`);
    assert.ok(grewMib < 60, `${grewMib.toFixed(0)} MiB more`);
  });
}
