import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Store } from '../../server/store/store.ts';
import { type MakeStore, start } from './made-store.ts';

const secret = Buffer.from('sealed');
const confirmation = { accountId: 1, secret, step: 100, at: start, recoveryHashes: ['one', 'two'] };

async function enrolled(store: Store): Promise<void> {
  await store.accounts.create({ username: 'alice', fold: 'alice', passwordHash: 'h', at: start });
  await store.credentials.totp.enrol({ accountId: 1, secret: Buffer.from('first'), at: start });
  assert.equal(await store.credentials.totp.enrol({ accountId: 1, secret, at: start }), true, 'in place of one that waits');
}

/** What a store promises about one-time codes. */
export function totpPromises(name: string, make: MakeStore): void {
  describe(`${name}: one-time codes`, () => {
    test('are in force once the secret that stands there was confirmed, and then cannot be put aside', async (t) => {
      const { store, reopen } = await make(t);
      await enrolled(store);
      assert.equal((await store.credentials.totp.find(1))?.confirmedAt, null);
      assert.equal(await store.credentials.totp.takeStep({ accountId: 1, step: 100 }), false);
      assert.equal(await store.credentials.totp.confirm({ ...confirmation, secret: Buffer.from('first') }), false);
      assert.equal(await store.credentials.totp.confirm(confirmation), true);
      const { totp } = (await reopen()).credentials;

      const stored = await totp.find(1);
      assert.deepEqual([Buffer.from(stored?.secret ?? []), stored?.confirmedAt, stored?.recoveryLeft], [secret, start, 2]);
      assert.equal(await totp.confirm(confirmation), false);
      assert.equal(await totp.enrol({ accountId: 1, secret, at: start }), false);
    });

    test('are each taken once, and none after a later one', async (t) => {
      const { store } = await make(t);
      await enrolled(store);
      await store.credentials.totp.confirm(confirmation);
      const take = (step: number) => store.credentials.totp.takeStep({ accountId: 1, step });

      const taken = await Promise.all([take(100), take(102), take(102), take(101), take(103)]);

      assert.deepEqual(taken, [false, true, false, false, true]);
    });

    test('have recovery codes, each good once; all go with them', async (t) => {
      const { store } = await make(t);
      await enrolled(store);
      await store.credentials.totp.confirm(confirmation);
      const { totp } = store.credentials;
      const take = (hash: string) => totp.takeRecovery({ accountId: 1, hash });
      const audit = { action: 'account.totp_reset', actor: 'operator:root', subject: 'u1', detail: {}, at: start };

      assert.deepEqual(await Promise.all([take('one'), take('one'), take('three')]), [true, false, false]);
      assert.equal((await totp.find(1))?.recoveryLeft, 1);
      assert.deepEqual([await totp.remove(1, audit), await totp.remove(1, audit)], [true, false]);
      assert.deepEqual([await totp.find(1), await take('two')], [null, false]);
      assert.equal((await store.audit.page(0, 10)).length, 1);
    });
  });
}
