import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { account, type Client, guest, upgrade } from '../support/client.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startServer } from '../support/server.ts';

type Json = Readonly<Record<string, unknown>>;
type Say = (who: 'alice' | 'bob', request: Json) => Promise<Json>;

/** What Alice and Bob say that v1 clients hear, in both runs: words, states, an arrival, a departure. */
const heardByAll: readonly (readonly ['alice' | 'bob', Json])[] = [
  ['alice', { type: 'message', content: 'salut à tous' }],
  ['bob', { type: 'message', channel: '#dev', content: '@alice, look' }],
  ['bob', { type: 'status', state: 'busy', text: 'in an exam' }],
  ['alice', { type: 'message', to: 'old', content: 'a word in private' }],
  ['bob', { type: 'message', channel: '#dev', content: '@bob @all \u2028' }],
  ['alice', { type: 'status', state: 'invisible' }],
  ['bob', { type: 'logout' }],
];

/** What only v2 has: in the second run all of it stands after each of the above. `id` is a message of Alice’s in #dev. */
const unheard = (id: number): readonly (readonly ['alice' | 'bob', Json])[] => [
  ['alice', { type: 'ping' }],
  ['alice', { type: 'whoami' }],
  ['alice', { type: 'help' }],
  ['alice', { type: 'edit', id, content: 'in other words, @bob' }],
  ['alice', { type: 'revisions', id }],
  ['bob', { type: 'react', id, emoji: '👍' }],
  ['alice', { type: 'pin', id }],
  ['bob', { type: 'pins', channel: '#dev' }],
  ['alice', { type: 'unpin', id }],
  ['bob', { type: 'react', id, emoji: '👍', op: 'remove' }],
  ['bob', { type: 'read', channel: '#dev', seq: 1 }],
  ['bob', { type: 'notify', channel: '#dev', level: 'all' }],
  ['bob', { type: 'notifications', seen: 1 }],
  ['bob', { type: 'channels' }],
  ['bob', { type: 'members', channel: '#dev' }],
  ['alice', { type: 'update', channel: '#dev', topic: 'Exercise 5' }],
  ['alice', { type: 'grant', channel: '#dev', username: 'bob', role: 'moderator' }],
  ['alice', { type: 'revoke', channel: '#dev', username: 'bob' }],
  ['bob', { type: 'join', channel: '#other' }],
  ['bob', { type: 'leave', channel: '#other' }],
  ['bob', { type: 'history', channel: '#dev' }],
  ['bob', { type: 'search', query: 'words' }],
  ['bob', { type: 'conversations' }],
  ['alice', { type: 'users' }],
  ['bob', { type: 'dance' }],
];

/** Every byte that a v1 client in #general and #dev hears while Alice and Bob talk. */
async function heard(t: TestContext, isRich: boolean): Promise<string> {
  const clock = new FakeClock();
  const server = await startServer(t, { clock });
  const caps = isRich ? ['echo', 'typing', 'reactions', 'edits', 'members', 'notifications', 'trace'] : [];
  const people = {
    alice: await upgrade(await account(t, server, 'alice'), caps),
    bob: await upgrade(await account(t, server, 'bob'), caps),
  };
  const say: Say = (who, request) => answered(people[who], request);
  await say('alice', { type: 'create', channel: '#dev' });
  await say('bob', { type: 'join', channel: '#dev' });
  const { id } = await say('alice', { type: 'message', channel: '#dev', content: 'before the others came' });
  const old = await guest(t, server, 'old');
  old.send({ type: 'join', channel: '#dev' });
  await old.expectNothing();

  for (const [who, request] of heardByAll) {
    assert.notEqual((await say(who, request))['type'], 'error', JSON.stringify(request));
    clock.advance(1000);
    if (!isRich || request['type'] === 'logout') continue;
    for (const typed of [{ channel: '#dev' }, { to: 'old' }]) people.bob.send({ type: 'typing', ...typed });
    for (const [asker, asked] of unheard(Number(id))) {
      const answer = await say(asker, asked);
      assert.equal(answer['type'] === 'error', asked['type'] === 'dance', `${JSON.stringify(asked)}: ${JSON.stringify(answer)}`);
    }
  }
  old.send({ type: 'users' });
  const lines: string[] = [];
  do lines.push(await old.line());
  while (lines.at(-1)?.startsWith('{"type": "users"') !== true);
  return lines.join('\n');
}

async function answered(client: Client, request: Json): Promise<Json> {
  client.send({ ref: 'asked', ...request });
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'asked' && line['type'] !== 'trace' && line['more'] !== true) return line;
  }
}

test('a v1 client beside v2 clients hears not one byte more, or less, whatever only v2 clients have to say', async (t) => {
  const plain = await heard(t, false);
  const beside = await heard(t, true);

  assert.ok(plain.split('\n').length >= 7, plain);
  assert.equal(beside, plain);
});
