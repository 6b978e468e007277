import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startProcess } from '../support/server-process.ts';
import { type AttackName, attacks } from './attacks/cast.ts';
import { besiege, pairSettings } from './attacks/run.ts';

/** So that a test need not wait for what takes half a minute, or for hundreds of connections. */
const hurried = [
  'limits.slow_line_s=1',
  'limits.new_connections.burst=64',
  'limits.outbox_soft_s=1',
  'limits.ping_s=1',
  'auth.wrong_per_address.burst=20',
];

describe('while the server is attacked', () => {
  for (const attack of Object.keys(attacks) as AttackName[])
    test(`by ${attack} (${attacks[attack].doc}), it limits the attackers, and a pair hears every word of each other, in order`, async (t) => {
      const server = await startProcess(t, { hasShippedLimits: true, set: [...pairSettings, ...hurried] });

      const { done, attacked, measures } = await besiege({
        port: server.port,
        attack,
        quietS: 0.1,
        seconds: 1,
      });

      t.diagnostic(JSON.stringify({ done, measures, attacked }));
      assert.ok((done['connections'] ?? 0) > 0 && attacked.words > 0);
      assert.deepEqual(server.logged('fault'), []);
    });
});
