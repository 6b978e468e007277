import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { general, type MakeStore, outcome, start } from './made-store.ts';

/** What a store promises about its write queue, and about what is no message. */
export function writePromises(name: string, make: MakeStore): void {
  describe(`${name}: the write queue`, () => {
    test('settles in the order of asking', async (t) => {
      const { store } = await make(t);
      const say = await general(store);
      const settled: number[] = [];

      await Promise.all(Array.from({ length: 50 }, (_, index) => say(`${index}`).then(() => settled.push(index))));

      assert.deepEqual(
        settled,
        [...settled].sort((one, other) => one - other),
      );
    });

    test('has a bound: past it `server_busy`, at once, and what was taken is stored', async (t) => {
      const { store } = await make(t, { writes: 16 });
      const say = await general(store);

      const results = await Promise.allSettled(Array.from({ length: 40 }, (_, index) => say(`${index}`)));

      const outcomes = results.map(outcome);
      const taken = outcomes.filter((each) => each === 'ok').length;
      assert.deepEqual(new Set(outcomes), new Set(['ok', 'server_busy']));
      assert.ok(taken >= 16 && taken <= 17, `${taken} were taken`);
      assert.equal(await store.messages.count(), taken);
      assert.equal((await say('later')).seq, taken + 1);
    });

    test('has a bound in bytes, too', async (t) => {
      const { store } = await make(t, { bytes: 65_536 });
      const say = await general(store);

      const results = await Promise.allSettled(Array.from({ length: 12 }, () => say('x'.repeat(16_000))));

      assert.deepEqual(new Set(results.map(outcome)), new Set(['ok', 'server_busy']));
      assert.equal(await store.messages.count(), results.filter(({ status }) => status === 'fulfilled').length);
    });

    test('is flushed by close, and nothing is taken after it', async (t) => {
      const { store, reopen } = await make(t);
      const say = await general(store);

      const asked = Array.from({ length: 200 }, (_, index) => say(`${index}`));
      const again = await reopen();

      assert.deepEqual(new Set((await Promise.allSettled(asked)).map(outcome)), new Set(['ok']));
      assert.equal(await again.messages.count(), 200);
      assert.deepEqual((await Promise.allSettled([say('too late')])).map(outcome), ['draining']);
    });
  });

  describe(`${name}: accounts and channels`, () => {
    test('of two accounts of one fold the first is made, also in one moment', async (t) => {
      const { store, reopen } = await make(t);
      const create = (username: string) => store.accounts.create({ username, fold: 'alice', passwordHash: 'h', at: start });

      const [alice, other] = await Promise.all([create('Alice'), create('ALICE')]);

      assert.deepEqual(alice, {
        id: alice?.id,
        username: 'Alice',
        fold: 'alice',
        passwordHash: 'h',
        role: 'user',
        isLocked: false,
        lockReason: null,
        isOneTime: false,
        epoch: 0,
      });
      assert.equal(other, null);
      await store.accounts.setPassword(alice?.id ?? 0, 'new');
      const again = await reopen();
      assert.deepEqual(await again.accounts.find('alice'), { ...alice, passwordHash: 'new' });
      assert.deepEqual([await again.accounts.find('bob'), await again.accounts.count()], [null, 1]);
    });

    test('what is counted against guessing survives, and a count of 0 forgets it', async (t) => {
      const { store, reopen } = await make(t);
      const alice = await store.accounts.create({ username: 'alice', fold: 'alice', passwordHash: 'h', at: start });
      const [one, other] = [
        { key: 'u1', count: 3, lastAt: start },
        { key: 'u1@x', count: 2, lastAt: start + 1 },
      ];

      await store.logins.setFailures([one, other]);
      await store.logins.setFailures([{ ...one, count: 4 }]);
      await store.logins.addKnownAddress(alice?.id ?? 0, 'cloaked', start);
      const again = await reopen();

      assert.deepEqual(await again.logins.failures(['u1', 'u1@x', 'u9']), [{ ...one, count: 4 }, other]);
      await again.logins.setFailures([{ ...other, count: 0 }]);
      assert.deepEqual(await again.logins.failures(['u1', 'u1@x']), [{ ...one, count: 4 }]);
      assert.deepEqual(
        [await again.logins.isKnownAddress(alice?.id ?? 0, 'cloaked'), await again.logins.isKnownAddress(99, 'cloaked')],
        [true, false],
      );
    });

    test('a channel is made once, also in one moment', async (t) => {
      const { store, reopen } = await make(t);
      const ensure = (channelName: string) =>
        store.channels.ensure({ name: channelName, fold: 'dev', visibility: 'public', createdBy: 'u1', at: start });

      const [made, found] = await Promise.all([ensure('#Dev'), ensure('#dev')]);

      assert.deepEqual([made.isNew, found.isNew], [true, false]);
      assert.deepEqual(found.channel, made.channel);
      assert.equal(made.channel.name, '#Dev');
      assert.deepEqual(await (await reopen()).channels.find('dev'), made.channel);
      assert.equal(await store.channels.find('nowhere').catch(() => null), null);
    });
  });
}
