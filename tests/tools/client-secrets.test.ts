import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatClient } from '../../tools/client/main.ts';
import { startServer } from '../support/server.ts';

test('whoever watches the lines sees no password, token, secret or code, and the words of errors', async (t) => {
  const server = await startServer(t);
  const lines: string[] = [];
  const client = new ChatClient({
    host: '127.0.0.1',
    port: server.port,
    identity: { user: 'alice', password: 'swordfish', isRegistering: true },
    onWire: (_direction, line) => lines.push(line),
  });
  t.after(() => client.close());
  await client.start();
  const { secret } = (await client.request({ type: 'totp', op: 'enrol', password: 'swordfish' })) as { secret: string };
  const { token } = (await client.request({ type: 'token', name: 'bot', scopes: ['read'], duration_s: 60 })) as { token: string };
  await assert.rejects(client.request({ type: 'totp', op: 'confirm', code: '12 34 56' }));
  await assert.rejects(client.request({ type: 'totp', op: 'confirm', code: 'abc-def-ghj-kmn' }));
  await client.request({ type: 'password', old: 'swordfish', new: 'haddock', keep_tokens: true });

  const wire = lines.join('\n');
  for (const hidden of ['swordfish', 'haddock', secret, token, '12 34 56', 'abc-def']) assert.ok(!wire.includes(hidden), hidden);
  assert.match(wire, /"code":"totp_failed"/);
  assert.match(wire, /"uri":"…"/);
});
