import test from 'node:test';
import { account, connect, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

test('the answer to a login is the first line, however much is said in the three channels that it restores', async (t) => {
  const server = await startServer(t);
  const carol = await upgrade(await account(t, server, 'carol'));
  const talkers = await Promise.all(['alice', 'bob', 'dave'].map(async (name) => upgrade(await account(t, server, name))));
  for (const channel of ['#one', '#two', '#three']) {
    for (const client of [carol, ...talkers]) client.send({ type: 'join', ref: 'j', channel });
  }
  for (const client of [carol, ...talkers]) {
    for (let answers = 0; answers < 3; ) if ((await client.next())['ref'] === 'j') answers += 1;
  }
  await carol.leave();
  let isOver = false;
  const talk = talkers.map(async (client) => {
    for (let number = 0; !isOver; number += 1) {
      const channel = ['#one', '#two', '#three'][number % 3];
      client.send({ type: 'message', ref: `m${number}`, channel, content: `word ${number}` });
      client.send({ type: 'status', ref: `s${number}`, state: number % 2 === 0 ? 'away' : 'online' });
      while ((await client.next())['ref'] !== `s${number}`);
    }
  });

  try {
    for (let time = 0; time < 10; time += 1) {
      const again = await upgrade(await connect(t, server));
      again.send({ type: 'login', ref: 'l', username: 'carol', password: 'password of carol' });
      await again.expect({ type: 'login', status: 'ok', ref: 'l', username: 'carol' });
      // What makes it a proof: the channels are heard from there on.
      while ((await again.next())['type'] !== 'message');
      await again.leave();
    }
  } finally {
    isOver = true;
  }
  await Promise.all(talk);
});
