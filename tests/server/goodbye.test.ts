import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Client, guest, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('at a stop every v2 session is told when to come back, and not all at the same moment', async (t) => {
  const server = await startServer(t);
  const clients: Client[] = [];
  for (let number = 0; number < 12; number += 1) clients.push(await upgrade(await guest(t, server, `g${number}`)));

  await server.stop();

  const waits = await Promise.all(
    clients.map(async (client) => {
      const last = await lastWord(client);
      assert.deepEqual([last['type'], last['code'], last['fatal']], ['error', 'draining', true]);
      return Number(last['retry_after_ms']);
    }),
  );
  assert.ok(
    waits.every((ms) => ms >= 1000 && ms < 5000),
    `${waits}`,
  );
  assert.ok(new Set(waits).size > 6, `${waits}`);
});

test('everybody is told of a stop in the language of the session, v1 sessions in the server’s', async (t) => {
  const server = await startServer(t, { lang: 'fr' });
  const john = await guest(t, server, 'john');
  john.send({ type: 'hello', version: 2, lang: 'en' });
  await john.expect({ type: 'hello', status: 'ok' });
  const old = await guest(t, server, 'old');
  const modern = await upgrade(await guest(t, server, 'marie'));

  await server.stop();

  assert.match(String((await lastWord(john))['message']), /^The server is restarting/);
  assert.match(String((await lastWord(modern))['message']), /^Le serveur redémarre/);
  assert.match(String((await lastWord(old))['content']), /^Le serveur redémarre/);
});

/** The last line before the end of the connection. */
async function lastWord(client: Client): Promise<Readonly<Record<string, unknown>>> {
  await client.ended();
  return JSON.parse(client.pending().at(-1) ?? '{}') as Readonly<Record<string, unknown>>;
}
