import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startProcess } from '../support/server-process.ts';
import { type AttackName, attacks } from './attacks/cast.ts';
import { besiege, pairSettings } from './attacks/run.ts';

/** How each attack shows that the server has noticed it; `npm run attacks` measures what the pair notices. */
const noticed: Readonly<Record<AttackName, readonly string[]>> = {
  'slow-loris': ['closed slow_line'],
  'endless-lines': ['closed line_too_long'],
  'login-flood': ['login failures rate_limited', 'login failures server_busy'],
  churn: ['rejected rate'],
  'never-reading': ['closed slow_consumer', 'gaps'],
  garbage: ['closed bad_lines'],
};

/** So that a test need not wait for what takes half a minute, or for hundreds of connections. */
const hurried = ['limits.slow_line_s=1', 'limits.new_connections.burst=64', 'limits.outbox_soft_s=1', 'auth.wrong_per_address.burst=20'];

describe('while the server is attacked', () => {
  for (const attack of Object.keys(attacks) as AttackName[])
    test(`by ${attack} (${attacks[attack].doc}), it limits the attackers, and a pair hears every word of each other, in order`, async (t) => {
      const server = await startProcess(t, { hasShippedLimits: true, set: [...pairSettings, ...hurried] });

      const { done, attacked, measures } = await besiege({
        port: server.port,
        attack,
        quietS: 0.1,
        seconds: 1,
        untilGrown: noticed[attack],
      });

      t.diagnostic(JSON.stringify({ done, measures, attacked }));
      assert.ok((done['connections'] ?? 0) > 0 && attacked.words > 0);
      assert.deepEqual(server.logged('fault'), []);
    });
});
