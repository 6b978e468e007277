import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contents, general, type MakeStore, outcome, privately, start } from './made-store.ts';

const dayMs = 24 * 3600 * 1000;

/** What a store promises about messages: their places, their nonces, and those that wait. */
export function messagePromises(name: string, make: MakeStore): void {
  describe(`${name}: places of messages`, () => {
    test('seq counts from 1 without gaps in each conversation, and ids ascend over all of them', async (t) => {
      const { store } = await make(t);
      const say = await general(store);
      const { channel } = await store.channels.ensure({ name: '#dev', fold: 'dev', visibility: 'public', createdBy: 'u1', at: start });

      const stamps = await Promise.all([
        say('a'),
        privately(store, 'b'),
        say('c', { channelId: channel.id, channel: '#dev' }),
        privately(store, 'd', { author: 'u2', recipient: 'u1' }),
        privately(store, 'e', { recipient: 'u3' }),
        say('f'),
      ]);

      assert.deepEqual(
        stamps.map(({ seq }) => seq),
        [1, 1, 1, 2, 1, 2],
      );
      assert.deepEqual(
        stamps.map(({ id }) => id),
        [1, 2, 3, 4, 5, 6],
      );
      assert.equal(await store.messages.count(), 6);
    });

    test('counting goes on where it was after a restart', async (t) => {
      const { store, reopen } = await make(t);
      await (await general(store))('a');
      await privately(store, 'b');

      const again = await reopen();

      assert.deepEqual(await (await general(again))('c'), { id: 3, seq: 2, at: start, isDuplicate: false });
      assert.deepEqual(await privately(again, 'd'), { id: 4, seq: 2, at: start, isDuplicate: false });
    });

    test('a write that fails takes no place: the others of its batch have no gap', async (t) => {
      const { store } = await make(t);
      const say = await general(store);
      await say('first');

      const results = await Promise.allSettled([say('a'), say('nowhere', { channelId: 4711 }), say('b'), privately(store, 'c'), say('d')]);

      assert.deepEqual(results.map(outcome), ['ok', 'internal', 'ok', 'ok', 'ok']);
      assert.deepEqual(
        results.flatMap((result) => (result.status === 'fulfilled' ? [[result.value.id, result.value.seq]] : [])),
        [
          [2, 2],
          [3, 3],
          [4, 1],
          [5, 4],
        ],
      );
    });

    test('time never goes back within a conversation, whatever the clock does', async (t) => {
      const { store, reopen } = await make(t);
      const say = await general(store);
      const hour = 3600 * 1000;

      const forth = await say('a', { at: start + hour });
      const back = await say('b', { at: start });
      const later = await say('c', { at: start + 2 * hour });
      const elsewhere = await privately(store, 'd', { at: start });
      const restarted = await (await general(await reopen()))('e', { at: start });

      assert.deepEqual(
        [forth, back, later, elsewhere, restarted].map(({ at }) => (at - start) / hour),
        [1, 1, 2, 0, 2],
      );
    });
  });

  describe(`${name}: nonces`, () => {
    test('the same nonce of the same author is stored once, and tells the first place again', async (t) => {
      const { store, reopen } = await make(t);
      const say = await general(store);

      const [first, second] = await Promise.all([say('a', { nonce: 'n' }), say('a', { nonce: 'n' })]);
      const third = await say('a', { nonce: 'n', at: start + dayMs - 1 });
      const secret = await privately(store, 'a', { nonce: 'p' });
      const restarted = await reopen();

      assert.equal(first.isDuplicate, false);
      for (const again of [second, third, await (await general(restarted))('a', { nonce: 'n' })])
        assert.deepEqual(again, { ...first, isDuplicate: true });
      assert.deepEqual(await privately(restarted, 'a', { nonce: 'p' }), { ...secret, isDuplicate: true });
      assert.equal(await restarted.messages.count(), 2);
      assert.equal((await (await general(restarted))('b')).seq, 2);
    });

    test('another author’s, another one, and the same a day later are messages of their own', async (t) => {
      const { store } = await make(t);
      const say = await general(store);

      const stamps = [
        await say('a', { nonce: 'n' }),
        await say('b', { nonce: 'n', author: 'u2' }),
        await say('c', { nonce: 'm' }),
        await say('d', { nonce: 'n', at: start + dayMs + 1 }),
      ];

      assert.deepEqual(
        stamps.map(({ seq, isDuplicate }) => [seq, isDuplicate]),
        [1, 2, 3, 4].map((seq) => [seq, false]),
      );
    });

    test('a refused message does not use its nonce up', async (t) => {
      const { store } = await make(t);
      const say = await general(store);

      await Promise.allSettled([say('a', { nonce: 'n', channelId: 4711 })]);

      assert.equal((await say('a', { nonce: 'n' })).isDuplicate, false);
    });
  });

  describe(`${name}: private messages that were missed`, () => {
    const all = { person: 'u2', after: 0, seen: {}, limit: 1000, pageBytes: 1_048_576 };

    test('are those of both directions after an id, or after a seq of one conversation, in the order of ids', async (t) => {
      const { store } = await make(t);
      const say = await general(store);
      await privately(store, 'a');
      await privately(store, 'b', { author: 'u2', username: 'bob', recipient: 'u1', to: 'alice' });
      await privately(store, 'from carol', { author: 'u3', username: 'carol' });
      await privately(store, 'of others', { author: 'u3', username: 'carol', recipient: 'u1', to: 'alice' });
      await say('in a channel');

      assert.equal(await store.messages.lastId(), 5);
      assert.deepEqual(contents((await store.messages.missed(all)).messages), ['a', 'b', 'from carol']);
      assert.deepEqual(contents((await store.messages.missed({ ...all, after: 1 })).messages), ['b', 'from carol']);
      assert.deepEqual(contents((await store.messages.missed({ ...all, after: 3, seen: { u1: 1 } })).messages), ['b']);
      const { messages } = await store.messages.missed({ ...all, after: 2 });
      assert.deepEqual(messages, [
        {
          id: 3,
          seq: 1,
          at: start,
          author: 'u3',
          recipient: 'u2',
          from: 'carol',
          to: 'bob',
          content: 'from carol',
          replyTo: null,
          tags: null,
        },
      ]);
    });

    test('what has no room in bytes is a gap, too; one message always has', async (t) => {
      const { store } = await make(t);
      for (const content of ['a', 'b', 'x'.repeat(5000)]) await privately(store, content);

      for (const pageBytes of [0, 100, 5300]) {
        const { messages, gaps } = await store.messages.missed({ ...all, pageBytes });
        assert.deepEqual(contents(messages), ['x'.repeat(5000)], `${pageBytes} bytes`);
        assert.deepEqual(gaps, [{ with: 'alice', fromSeq: 1, toSeq: 2 }], `${pageBytes} bytes`);
      }
      const { messages, gaps } = await store.messages.missed({ ...all, pageBytes: 5700 });
      assert.deepEqual(contents(messages), ['b', 'x'.repeat(5000)]);
      assert.deepEqual(gaps, [{ with: 'alice', fromSeq: 1, toSeq: 1 }]);
    });

    test('past the limit are the newest, and what stands before them is told as gaps', async (t) => {
      const { store } = await make(t);
      for (const content of ['known', 'a', 'b']) await privately(store, content);
      await privately(store, 'mine', { author: 'u2', username: 'bob', recipient: 'u3', to: 'carol' });
      await privately(store, 'c');

      const { messages, gaps } = await store.messages.missed({ ...all, after: 1, limit: 1 });

      assert.deepEqual(contents(messages), ['c']);
      assert.deepEqual(
        [...gaps].sort((a, b) => a.with.localeCompare(b.with)),
        [
          { with: 'alice', fromSeq: 2, toSeq: 3 },
          { with: 'carol', fromSeq: 1, toSeq: 1 },
        ],
      );
    });
  });

  describe(`${name}: waiting messages`, () => {
    test('are taken exactly once, oldest first, by their recipient', async (t) => {
      const { store, reopen } = await make(t);
      for (const content of ['a', 'b', 'c']) await privately(store, content, { isWaiting: true });
      await privately(store, 'not for bob', { recipient: 'u3', to: 'carol', isWaiting: true });
      await privately(store, 'told already');

      const both = await Promise.all([store.messages.takeWaiting('u2', 50), store.messages.takeWaiting('u2', 50)]);

      assert.deepEqual(both.map(contents), [['a', 'b', 'c'], []]);
      const place = { id: 1, seq: 1, at: start, author: 'u1', recipient: 'u2' };
      assert.deepEqual(both[0]?.[0], { ...place, from: 'alice', to: 'bob', content: 'a', replyTo: null, tags: null });
      const again = await reopen();
      assert.deepEqual(await again.messages.takeWaiting('u2', 50), []);
      assert.deepEqual(contents(await again.messages.takeWaiting('u3', 50)), ['not for bob']);
    });

    test('are the newest of them when there are too many, and the older ones wait no longer', async (t) => {
      const { store } = await make(t);
      for (const content of ['a', 'b', 'c', 'd']) await privately(store, content, { isWaiting: true });

      assert.deepEqual(contents(await store.messages.takeWaiting('u2', 2)), ['c', 'd']);
      assert.deepEqual(await store.messages.takeWaiting('u2', 50), []);
    });

    test('that were not told after all wait again, in their place', async (t) => {
      const { store } = await make(t);
      await privately(store, 'a', { isWaiting: true });
      const live = await privately(store, 'b');
      await privately(store, 'c', { isWaiting: true });

      await store.messages.keepWaiting(live.id);

      assert.deepEqual(contents(await store.messages.takeWaiting('u2', 50)), ['a', 'b', 'c']);
    });
  });
}
