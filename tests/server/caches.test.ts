import assert from 'node:assert/strict';
import test from 'node:test';
import { account, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('what the caches of channels and roles answer is counted: the second question is a hit', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  alice.send({ type: 'create', ref: '1', channel: '#dev', visibility: 'private' });
  await alice.expect({ type: 'create', ref: '1', status: 'ok' });
  const before = await caches(server.app.telemetry.metrics.registry.metrics());

  for (const ref of ['2', '3']) {
    alice.send({ type: 'members', ref, channel: '#dev' });
    await alice.expect({ type: 'members', ref, status: 'ok' });
  }

  const after = await caches(server.app.telemetry.metrics.registry.metrics());
  for (const cache of ['channels', 'roles']) {
    assert.equal((after[`requests ${cache}`] ?? 0) - (before[`requests ${cache}`] ?? 0), 2, cache);
    assert.equal((after[`hits ${cache}`] ?? 0) - (before[`hits ${cache}`] ?? 0), 2, cache);
  }
});

test('a cache holds as many entries as the settings say: one that was pushed out is a miss, and read again', async (t) => {
  const server = await startServer(t, { set: ['channels.cached=16', 'channels.cached_roles=16', 'channels.created_per_account_day=100'] });
  const alice = await upgrade(await account(t, server, 'alice'));
  const ask = async (request: Readonly<Record<string, unknown>>) => {
    alice.send({ ref: 'r', ...request });
    await alice.expect({ type: request['type'], ref: 'r', status: 'ok' });
  };
  for (let number = 0; number < 20; number += 1) await ask({ type: 'create', channel: `#c${number}`, visibility: 'private' });
  const before = await caches(server.app.telemetry.metrics.registry.metrics());

  for (const channel of ['#c19', '#c0']) await ask({ type: 'members', channel });

  const after = await caches(server.app.telemetry.metrics.registry.metrics());
  for (const cache of ['channels', 'roles']) {
    assert.equal((after[`requests ${cache}`] ?? 0) - (before[`requests ${cache}`] ?? 0), 2, cache);
    assert.equal((after[`hits ${cache}`] ?? 0) - (before[`hits ${cache}`] ?? 0), 1, cache);
  }
});

async function caches(metrics: Promise<string>): Promise<Readonly<Record<string, number>>> {
  const lines = [...(await metrics).matchAll(/^classcord_cache_(\w+)_total\{cache="(\w+)"\} (\d+)$/gm)];
  assert.equal(lines.length, 4);
  return Object.fromEntries(lines.map(([, what, cache, count]) => [`${what} ${cache}`, Number(count)]));
}
