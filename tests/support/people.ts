import type { TestContext } from 'node:test';
import { account, type Client, upgrade } from './client.ts';

/** Accounts that have come one after the other, and know of each other: v2 sessions with these caps, or with `null` a v1 session. */
export async function people<N extends string>(
  t: TestContext,
  server: { readonly port: number },
  wanted: Readonly<Record<N, readonly string[] | null>>,
): Promise<Record<N, Client>> {
  const came: [string, Client][] = [];
  for (const [name, caps] of Object.entries<readonly string[] | null>(wanted)) {
    const client = await account(t, server, name);
    if (caps !== null) await upgrade(client, caps);
    for (const [, other] of came) await other.expect({ type: 'status', user: name, state: 'online' });
    came.push([name, client]);
  }
  return Object.fromEntries(came) as Record<N, Client>;
}

/** Says something in a channel and returns the ack. */
export async function say(client: Client, content: string, more: Readonly<Record<string, unknown>> = {}) {
  client.send({ type: 'message', channel: '#general', content, ...more });
  return (await client.expect({ type: 'ack' })) as { id: number; seq: number; channel: string };
}

/** Another session of an account that exists. */
export async function login(client: Client, name: string, caps: readonly string[] | null): Promise<Client> {
  client.send({ type: 'login', username: name, password: `password of ${name}` });
  await client.expect({ type: 'login', status: 'ok', username: name });
  return caps === null ? client : upgrade(client, caps);
}

/** Asks, and gets the answer of that type. */
export async function ask(client: Client, request: Readonly<Record<string, unknown>>) {
  client.send({ ref: 'asked', ...request });
  return client.expect({ type: request['type'], status: 'ok', ref: 'asked' });
}

/** Asks, and is refused with that code. */
export async function refused(client: Client, request: Readonly<Record<string, unknown>>, code: string) {
  client.send({ ref: 'refused', ...request });
  return client.expect({ type: 'error', ref: 'refused', code });
}
