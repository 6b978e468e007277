import assert from 'node:assert/strict';
import { test } from 'node:test';
import { account, type Client, connect, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

/** Says numbers to bob for as long as it is wanted, sixteen under way at any time. */
async function talk(alice: Client, isWanted: () => boolean): Promise<number> {
  let said = 0;
  let acked = 0;
  const say = () => {
    said += 1;
    alice.send({ type: 'message', subtype: 'private', to: 'bob', content: `${said}`, ref: `${said}` });
  };
  while (said < 16) say();
  while (acked < said) {
    const line = await alice.next();
    if (line['type'] !== 'ack') continue;
    acked += 1;
    if (isWanted()) say();
  }
  return said;
}

test('private messages arrive in order and once, however often their reader comes and goes meanwhile', async (t) => {
  const server = await startServer(t);
  const alice = await upgrade(await account(t, server, 'alice'));
  const first = await account(t, server, 'bob');
  await first.leave();
  const heard: number[] = [];
  let isTalking = true;
  const talked = talk(alice, () => isTalking);

  for (let visits = 0; visits < 25; visits += 1) {
    const bob = await upgrade(await connect(t, server));
    // After a wrong password the right one is written down, too, in one batch with what is being said.
    bob.send({ type: 'login', username: 'bob', password: 'wrong' });
    await bob.expect({ type: 'error' });
    bob.send({ type: 'login', username: 'bob', password: 'password of bob' });
    await bob.expect({ type: 'login', status: 'ok' });
    for (const end = heard.length + 40; heard.length < end; ) {
      const { from, content } = await bob.next();
      if (from === 'alice') heard.push(Number(content));
    }
    bob.socket.end();
    for (let line = await lineOrEnd(bob); line !== null; line = await lineOrEnd(bob))
      if (line['from'] === 'alice') heard.push(Number(line['content']));
  }
  isTalking = false;
  const said = await talked;

  assert.ok(said > 1000, `only ${said} were said`);
  assert.deepEqual(
    heard.filter((number, index) => number <= (heard[index - 1] ?? 0)),
    [],
    'out of order',
  );
});

async function lineOrEnd(client: Client): Promise<Readonly<Record<string, unknown>> | null> {
  if (client.pending().length > 0 || !client.isEnded) {
    try {
      return await client.next();
    } catch {
      return null;
    }
  }
  return null;
}
