import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SessionDraft, Store, TokenDraft } from '../../server/store/store.ts';
import { type MakeStore, start } from './made-store.ts';

async function alice(store: Store): Promise<void> {
  await store.accounts.create({ username: 'alice', fold: 'alice', passwordHash: 'h', at: start });
}

const login: SessionDraft = {
  id: 's1',
  accountId: 1,
  kind: 'password',
  tokenId: null,
  node: 'n1',
  client: 'my-bot/1.0',
  address: 'cloaked',
  createdAt: start,
  seenAt: start,
  expiresAt: null,
  refreshHash: null,
  epoch: 0,
};
const bot: TokenDraft = {
  accountId: 1,
  name: 'bot',
  hash: 'hash of bot',
  scopes: ['read', 'post'],
  createdBy: 'u1',
  createdAt: start,
  expiresAt: start + 1000,
  most: 2,
};
const made = { action: 'token.create', actor: 'u1', detail: { scopes: 'read post' }, at: start };
const gone = { action: 'token.revoke', actor: 'u1', subject: 'u1', detail: {}, at: start };
const idsOf = async (store: Store, now = start) => (await store.credentials.sessions.of(1, now)).map(({ id }) => id);

/** What a store promises about logins, bearer tokens and changes of password. */
export function credentialPromises(name: string, make: MakeStore): void {
  describe(`${name}: sessions`, () => {
    test('last until they are removed or over, also over a restart', async (t) => {
      const { store, reopen } = await make(t);
      await alice(store);
      assert.equal(await store.credentials.sessions.put(login), true);
      await store.credentials.sessions.put({ ...login, id: 's2', createdAt: start + 1, expiresAt: start + 10 });
      const { sessions } = (await reopen()).credentials;

      const { epoch, ...stored } = login;
      assert.deepEqual(await sessions.find('s1', start), stored);
      assert.deepEqual(
        (await sessions.of(1, start)).map(({ id }) => id),
        ['s1', 's2'],
      );
      assert.equal(await sessions.find('s2', start + 10), null);
      await sessions.touch({ id: 's2', seenAt: start + 5, expiresAt: start + 20 });
      const touched = await sessions.find('s2', start + 10);
      assert.deepEqual([touched?.seenAt, touched?.expiresAt], [start + 5, start + 20]);
      assert.deepEqual([await sessions.remove('s1'), await sessions.remove('s1')], [true, false]);
    });

    test('of a process end with it, and are swept out when they are over; those of the web are nobody’s', async (t) => {
      const { store } = await make(t);
      await alice(store);
      const put = (id: string, more: Partial<SessionDraft>) => store.credentials.sessions.put({ ...login, id, ...more });
      await put('here', {});
      await put('other', { node: 'n2' });
      await put('web', { node: '', kind: 'jwt', expiresAt: start + 10 });
      await put('over', { node: 'n2', expiresAt: start });

      await store.credentials.sessions.sweep({ now: start, node: 'n1' });

      assert.deepEqual(await idsOf(store, 0), ['other', 'web']);
    });

    test('are not begun by what was taken back meanwhile: the password, the account, the token', async (t) => {
      const { store } = await make(t);
      await alice(store);
      const put = (more: Partial<SessionDraft>) => store.credentials.sessions.put({ ...login, ...more });

      assert.equal(await put({ tokenId: 7, kind: 'token' }), false);
      await store.credentials.changePassword({ id: 1, passwordHash: 'new', keep: null, keepTokens: false });
      assert.equal(await put({}), false);
      const { epoch } = (await store.accounts.find('alice')) ?? { epoch: -1 };
      assert.equal(await put({ epoch }), true);
      await store.accountCare.setLocked({ id: 1, locked: true }, { ...gone, action: 'account.lock' });
      assert.equal(await put({ epoch }), false);
      assert.deepEqual(await idsOf(store), [], 'a lock ends what was begun');
    });

    test('turn what refreshes them; shown twice it ends them, but not within the grace', async (t) => {
      const { store } = await make(t);
      await alice(store);
      await store.credentials.sessions.put({ ...login, kind: 'jwt', refreshHash: 'a', expiresAt: start + 100 });
      const rotate = (from: string, to: string, at: number) =>
        store.credentials.sessions.rotate({ id: 's1', from, to, at: start + at, expiresAt: start + at + 100, graceMs: 10 });

      assert.deepEqual(
        [await rotate('x', 'y', 1), await rotate('a', 'b', 5), await rotate('a', 'c', 15)],
        ['unknown', 'rotated', 'rotated'],
      );
      assert.equal(await rotate('b', 'd', 15), 'unknown');
      assert.equal((await store.credentials.sessions.find('s1', start))?.expiresAt, start + 115);
      assert.equal(await rotate('a', 'e', 16), 'reused');
      assert.deepEqual([await idsOf(store), await rotate('c', 'f', 17)], [[], 'unknown']);
    });

    test('that are over are not refreshed', async (t) => {
      const { store } = await make(t);
      await alice(store);
      await store.credentials.sessions.put({ ...login, kind: 'jwt', refreshHash: 'a', expiresAt: start + 100 });

      const rotation = { id: 's1', from: 'a', to: 'b', at: start + 100, expiresAt: start + 200, graceMs: 0 };
      assert.equal(await store.credentials.sessions.rotate(rotation), 'unknown');
    });
  });

  describe(`${name}: public keys`, () => {
    const key = { accountId: 1, key: 'AAAA', comment: 'alice@home', addedAt: start, usedAt: null };

    test('are listed, found, noted when used, and removed, each once and bounded in number', async (t) => {
      const { store, reopen } = await make(t);
      await alice(store);

      assert.equal(await store.credentials.keys.add(key, 2), 'added');
      assert.equal(await store.credentials.keys.add(key, 2), 'there');
      assert.equal(await store.credentials.keys.add({ ...key, key: 'BBBB', addedAt: start + 1 }, 2), 'added');
      assert.equal(await store.credentials.keys.add({ ...key, key: 'CCCC' }, 2), 'full');
      await store.credentials.keys.used({ accountId: 1, key: 'AAAA', at: start + 5 });
      const { keys } = (await reopen()).credentials;

      assert.deepEqual(await keys.of(1), [
        { ...key, usedAt: start + 5 },
        { ...key, key: 'BBBB', addedAt: start + 1 },
      ]);
      assert.deepEqual([await keys.has(1, 'AAAA'), await keys.has(1, 'CCCC'), await keys.has(2, 'AAAA')], [true, false, false]);
      assert.deepEqual(
        [await keys.remove({ accountId: 1, key: 'AAAA' }), await keys.remove({ accountId: 1, key: 'AAAA' }), (await keys.of(1)).length],
        [true, false, 1],
      );
    });

    test('end with a new password unless they are kept', async (t) => {
      const { store } = await make(t);
      await alice(store);
      await store.credentials.keys.add(key, 2);

      await store.credentials.changePassword({ id: 1, passwordHash: 'new', keep: null, keepTokens: true });
      assert.equal((await store.credentials.keys.of(1)).length, 1);
      await store.credentials.changePassword({ id: 1, passwordHash: 'newer', keep: null, keepTokens: false });
      assert.deepEqual(await store.credentials.keys.of(1), []);
    });
  });

  describe(`${name}: bearer tokens`, () => {
    test('are found by their hash until they are over, and bounded in number', async (t) => {
      const { store, reopen } = await make(t);
      await alice(store);
      const token = await store.credentials.tokens.add(bot, made);
      await store.credentials.tokens.add({ ...bot, hash: 'other' }, made);
      assert.equal(await store.credentials.tokens.add({ ...bot, hash: 'third' }, made), null);
      const { tokens } = (await reopen()).credentials;

      const { hash, most, ...facts } = bot;
      assert.deepEqual(token, { ...facts, id: token?.id, usedAt: null });
      assert.deepEqual(await tokens.byHash('hash of bot', start), token);
      assert.deepEqual([await tokens.byHash('hash of bot', start + 1000), await tokens.byHash('bot', start)], [null, null]);
      await tokens.used(token?.id ?? 0, start + 3);
      assert.deepEqual(
        (await tokens.of(null, start)).map(({ usedAt }) => usedAt),
        [start + 3, null],
      );
      assert.deepEqual([(await tokens.of(1, start)).length, (await tokens.of(2, start)).length], [2, 0]);
    });

    test('are gone once they are revoked, with their sessions; both leave a row of the audit', async (t) => {
      const { store } = await make(t);
      await alice(store);
      const { id } = (await store.credentials.tokens.add(bot, made)) ?? { id: 0 };
      await store.credentials.sessions.put({ ...login, kind: 'token', tokenId: id });

      assert.deepEqual([await store.credentials.tokens.remove(id, gone), await store.credentials.tokens.remove(id, gone)], [true, false]);

      assert.deepEqual([await store.credentials.tokens.find(id), await idsOf(store)], [null, []]);
      const rows = await store.audit.page(0, 10);
      assert.deepEqual(
        rows.map(({ action, subject, detail }) => `${action} ${subject} ${detail}`),
        [`token.create u1 {"scopes":"read post","id":${id}}`, 'token.revoke u1 {}'],
      );
      assert.notEqual((await store.credentials.tokens.add(bot, made))?.id, id, 'a number is never given again');
    });
  });

  describe(`${name}: a change of password`, () => {
    const prepared = async (store: Store) => {
      await alice(store);
      const { id: tokenId } = (await store.credentials.tokens.add(bot, made)) ?? { id: 0 };
      for (const id of ['mine', 'other']) await store.credentials.sessions.put({ ...login, id });
      await store.credentials.sessions.put({ ...login, id: 'bot', kind: 'token', tokenId });
    };

    test('ends every other session and token in the same step', async (t) => {
      const { store } = await make(t);
      await prepared(store);

      const ended = await store.credentials.changePassword({ id: 1, passwordHash: 'new', keep: 'mine', keepTokens: false });

      assert.deepEqual(ended, { sessions: 2, tokens: 1 });
      assert.deepEqual([await idsOf(store), await store.credentials.tokens.of(1, start)], [['mine'], []]);
      assert.equal((await store.accounts.find('alice'))?.passwordHash, 'new');
    });

    test('leaves tokens and their sessions when it is told to', async (t) => {
      const { store } = await make(t);
      await prepared(store);

      const ended = await store.credentials.changePassword({ id: 1, passwordHash: 'new', keep: 'mine', keepTokens: true });

      assert.deepEqual(ended, { sessions: 1, tokens: 0 });
      assert.deepEqual(await idsOf(store), ['bot', 'mine']);
    });

    test('by an operator, and the end of an account, leave nothing that opens it', async (t) => {
      const { store } = await make(t);
      await prepared(store);
      const set = () =>
        store.accountCare.setPassword({ id: 1, passwordHash: 'n', isOneTime: true }, { ...gone, action: 'account.password' });

      await set();
      assert.deepEqual([await idsOf(store), await store.credentials.tokens.of(1, start)], [[], []]);
      await store.credentials.tokens.add(bot, made);
      await store.accountCare.delete({ id: 1, at: start }, { ...gone, action: 'account.delete' });
      assert.deepEqual(await store.credentials.tokens.of(1, start), []);
    });
  });
}
