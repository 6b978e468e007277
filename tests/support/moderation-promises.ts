import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chainHash, chainStart, verifyChain } from '../../server/base/audit-chain.ts';
import type { SanctionDraft, Store } from '../../server/store/store.ts';
import { general, type MakeStore, privately, start } from './made-store.ts';

async function people(store: Store): Promise<void> {
  for (const username of ['alice', 'bob', 'carol']) await store.accounts.create({ username, fold: username, passwordHash: 'h', at: start });
}

const muteOfBob: SanctionDraft = {
  kind: 'mute',
  accountId: 2,
  guest: null,
  guestName: null,
  network: null,
  channelId: null,
  isExpelled: false,
  reason: 'flood',
  by: 'u1',
  byName: 'alice',
  at: start,
  until: start + 1000,
};
const actions = async (store: Store) =>
  (await store.audit.page(0, 100)).map(({ action, actor, subject }) => `${action} ${actor} ${subject}`);
const noted = (action: string) => ({ action, actor: 'u1', subject: 'u2', detail: {}, at: start });

/** What a store promises about sanctions, reports, blocks, the audit and what the whole server remembers. */
export function moderationPromises(name: string, make: MakeStore): void {
  describe(`${name}: the ledger of sanctions`, () => {
    test('holds every row for ever; in force is what is neither over nor lifted, and lasts', async (t) => {
      const { store, reopen } = await make(t);
      await people(store);
      const { sanction } = await store.sanctions.impose(muteOfBob);
      await store.sanctions.impose({ ...muteOfBob, kind: 'warn', until: null });
      await store.sanctions.impose({ ...muteOfBob, kind: 'kick', until: null });
      await store.sanctions.impose({ ...muteOfBob, kind: 'kick', until: start + 2000 });
      const { sanction: ban } = await store.sanctions.impose({ ...muteOfBob, kind: 'ban', until: null });

      const again = await reopen();

      assert.deepEqual([sanction.username, sanction.by, sanction.until], ['bob', 'alice', start + 1000]);
      const openAt = async (at: number) => (await again.sanctions.open(at)).map(({ kind }) => kind);
      assert.deepEqual(await openAt(start), ['mute', 'kick', 'ban']);
      assert.deepEqual(await openAt(start + 1000), ['kick', 'ban']);
      const lifted = await again.sanctions.lift({ id: ban.id, by: 'u1', at: start + 2000 });
      assert.deepEqual([lifted?.liftedBy, lifted?.liftedAt], ['alice', start + 2000]);
      assert.deepEqual(await openAt(start + 2000), []);
      assert.equal(await again.sanctions.lift({ id: ban.id, by: 'u1', at: start + 2000 }), null);
      assert.equal(await again.sanctions.lift({ id: sanction.id, by: 'u1', at: start + 1000 }), null, 'it was over');
      const all = await again.sanctions.of({ accountId: 2 }, 100);
      assert.deepEqual(
        all.map(({ kind }) => kind),
        ['mute', 'warn', 'kick', 'kick', 'ban'],
      );
      assert.deepEqual(
        (await again.sanctions.of({ accountId: 2 }, 2)).map(({ id }) => id),
        [4, 5],
      );
    });

    test('knows guests by their mark and networks by themselves', async (t) => {
      const { store } = await make(t);
      await people(store);
      const nobody = { ...muteOfBob, accountId: null };

      const guest = await store.sanctions.impose({ ...nobody, guest: 'mark', guestName: 'troll' });
      const network = await store.sanctions.impose({ ...nobody, kind: 'ban', network: '192.0.2.0/24', by: 'operator:root' });

      assert.deepEqual([guest.sanction.username, guest.notification], ['troll', null]);
      assert.deepEqual([network.sanction.username, network.sanction.network, network.sanction.by], [null, '192.0.2.0/24', 'operator:root']);
      assert.deepEqual(
        (await store.sanctions.of({ guest: 'mark' }, 10)).map(({ id }) => id),
        [guest.sanction.id],
      );
      assert.deepEqual(await actions(store), ['sanction.mute u1 guest:mark', `sanction.ban operator:root sanction:${network.sanction.id}`]);
      assert.doesNotMatch(JSON.stringify(await store.audit.page(0, 100)), /192\.0\.2|flood|troll/);
    });

    test('notifies the account, ends the membership of who is expelled, and keeps the notification when the channel is left', async (t) => {
      const { store } = await make(t);
      await people(store);
      const channel = await store.channels.create({ name: '#dev', fold: 'dev', visibility: 'public', topic: '', owner: 1, at: start });
      const channelId = channel?.id ?? 0;
      await store.memberships.set({ channelId, accountId: 2, role: 'member', at: start });

      const { notification, sanction } = await store.sanctions.impose({ ...muteOfBob, kind: 'ban', channelId, isExpelled: true });

      assert.equal(await store.memberships.find(channelId, 2), null);
      await store.memberships.remove(channelId, 2);
      const [missed, ...others] = await store.notifications.unseen(2, 10);
      assert.deepEqual([missed?.id, missed?.kind, missed?.channel, others.length], [notification, 'sanction', '#dev', 0]);
      assert.deepEqual(missed?.sanction, { id: sanction.id, kind: 'ban', reason: 'flood', until: start + 1000 });
      assert.equal((await store.notifications.takeSanctions(2)).length, 1);
      assert.deepEqual(await store.notifications.takeSanctions(2), []);
      const { sanction: other } = await store.sanctions.impose(muteOfBob);
      await store.sanctions.lift({ id: other.id, by: 'u1', at: start });
      assert.deepEqual(await store.notifications.unseen(2, 10), [], 'what is lifted is no news');
    });
  });

  describe(`${name}: notifications`, () => {
    test('have ids that are never given again: who says late that one was seen means no other', async (t) => {
      const { store, reopen } = await make(t);
      await people(store);
      const { notification: first } = await store.sanctions.impose(muteOfBob);
      await store.notifications.seen(2, first ?? 0);
      const again = await reopen();

      const { notification: second } = await again.sanctions.impose(muteOfBob);
      await again.notifications.seen(2, first ?? 0);

      assert.deepEqual(
        (await again.notifications.unseen(2, 10)).map(({ id }) => id),
        [second],
      );
    });
  });

  describe(`${name}: reports, blocks, roles and state`, () => {
    test('a report is one of a person and message, has a bound, and shows what is said in channels and in private', async (t) => {
      const { store } = await make(t);
      await people(store);
      const say = await general(store);
      const { id } = await say('rude');
      const { id: secret } = await privately(store, 'ruder');
      const report = { by: 'u2', byName: 'bob', reason: 'insult', at: start, most: 2 };

      const first = await store.reports.add({ ...report, messageId: id });
      await store.reports.add({ ...report, messageId: secret });

      assert.equal(await store.reports.add({ ...report, messageId: id }), 'again');
      assert.equal(await store.reports.add({ ...report, messageId: (await say('x')).id }), 'full');
      const open = await store.reports.open(10);
      assert.deepEqual(
        open.map(({ kind, place, from, content, reportedBy }) => [kind, place, from, content, reportedBy]),
        [
          ['channel', '#general', 'alice', 'rude', 'bob'],
          ['private', 'bob', 'alice', 'ruder', 'bob'],
        ],
      );
      const resolution = { id: typeof first === 'object' ? first.id : 0, by: 'u1', at: start };
      assert.deepEqual([await store.reports.resolve(resolution), await store.reports.resolve(resolution)], [true, false]);
      assert.equal(await store.reports.countOpen(), 1);
      assert.deepEqual(await actions(store), [`report.resolve u1 message:${id}`]);
    });

    test('a block list survives, has a bound, and keeps its author’s mentions away', async (t) => {
      const { store, reopen } = await make(t);
      await people(store);
      const block = { accountId: 2, blocked: 'u1', name: 'alice', at: start, most: 1 };

      assert.deepEqual([await store.blocks.add(block), await store.blocks.add(block)], [true, true]);
      assert.equal(await store.blocks.add({ ...block, blocked: 'u3', name: 'carol' }), false);

      const again = await reopen();
      assert.deepEqual(await again.blocks.all(), [{ accountId: 2, blocked: 'u1', username: 'alice' }]);
      const say = await general(again);
      const mentions = { names: [[{ fold: 'bob' }]], isAll: false, isPrivate: false };
      assert.deepEqual((await say('@bob', { extras: { mentions } })).notified ?? [], []);
      await again.blocks.remove(block);
      assert.equal((await say('@bob', { extras: { mentions } })).notified?.length, 1);
    });

    test('the last administrator stays one, and what did not happen is not in the audit', async (t) => {
      const { store, reopen } = await make(t);
      await people(store);

      assert.equal(await store.accounts.setRole(1, 'admin', noted('one')), true);
      assert.equal(await store.accounts.setRole(1, 'user', noted('two')), false);
      assert.equal(await store.accounts.setRole(2, 'admin', noted('three')), true);
      assert.equal(await store.accounts.setRole(1, 'moderator', noted('four')), true);
      await store.state.set({ name: 'level', value: '3', audit: noted('five') });

      const again = await reopen();
      assert.deepEqual([(await again.accounts.byId(1))?.role, (await again.accounts.find('bob'))?.role], ['moderator', 'admin']);
      assert.deepEqual([await again.state.get('level'), await again.state.get('other')], ['3', null]);
      assert.deepEqual(await actions(again), ['one u1 u2', 'three u1 u2', 'four u1 u2', 'five u1 u2']);
    });
  });

  describe(`${name}: the audit`, () => {
    test('is one chain over all writes, across batches and restarts', async (t) => {
      const { store, reopen } = await make(t);
      await people(store);
      await Promise.all(Array.from({ length: 20 }, (_, index) => store.audit.append(noted(`act ${index}`))));
      await store.sanctions.impose(muteOfBob);
      const again = await reopen();
      await again.audit.append(noted('later'));

      const rows = await again.audit.page(0, 100);
      const verdict = await verifyChain((after, limit) => again.audit.page(after, Math.min(limit, 7)));

      assert.equal(rows.length, 22);
      assert.deepEqual(verdict, { isWhole: true, rows: 22, head: rows.at(-1)?.hash, lastId: 22 });
      let hash = chainStart;
      for (const row of rows) {
        hash = chainHash(hash, row);
        assert.equal(row.hash, hash);
      }
    });

    test('has the row of what was done, and none of what changed nothing', async (t) => {
      const { store } = await make(t);
      await people(store);
      const channel = await store.channels.find('general');
      const channelId = channel?.id ?? 0;
      const say = await general(store);
      const { id } = await say('x');
      const said = { channelId, channel: '#general', username: 'alice', author: 'u1', content: 'x', at: start, nonce: 'n' };
      const made = { name: '#dev', fold: 'dev', visibility: 'public', createdBy: 'server', at: start } as const;
      const twice = async (act: () => Promise<unknown>) => [await act(), await act()];

      await twice(() => store.pins.add({ channelId, id, by: 'alice', at: start, most: 9 }, noted('pin')));
      await twice(() => store.pins.remove({ channelId, id }, noted('unpin')));
      await twice(() => store.memberships.invite({ channelId, accountId: 2, by: 'u1', name: 'alice', at: start }, noted('invite')));
      await twice(() => store.channels.ensure(made, noted('make')));
      const { subject, ...row } = noted('say');
      await twice(() => store.messages.appendToChannel(said, row));

      const rows = ['pin u1 u2', 'unpin u1 u2', 'invite u1 u2', 'make u1 u2', `say u1 message:${id + 1}`];
      assert.deepEqual(await actions(store), rows);
    });

    test('is listed newest first, with names, by actor, action, subject and time', async (t) => {
      const { store } = await make(t);
      await people(store);
      for (const [index, action] of ['a', 'b', 'a'].entries()) await store.audit.append({ ...noted(action), at: start + index });
      await store.audit.append({ ...noted('c'), actor: 'operator:root', subject: '#dev' });
      const ids = async (query: object) => (await store.audit.list({ limit: 10, ...query })).map(({ id }) => id);

      assert.deepEqual(await ids({}), [4, 3, 2, 1]);
      assert.deepEqual(await ids({ limit: 2, before: 4 }), [3, 2]);
      assert.deepEqual(await ids({ action: 'a' }), [3, 1]);
      assert.deepEqual(
        [await ids({ actor: 'alice' }), await ids({ actor: 'u1' })],
        [
          [3, 2, 1],
          [3, 2, 1],
        ],
      );
      assert.deepEqual([await ids({ subject: 'bob' }), await ids({ subject: '#dev' })], [[3, 2, 1], [4]]);
      assert.deepEqual(await ids({ since: new Date(start + 1).toISOString() }), [3, 2]);
      const [newest, next] = await store.audit.list({ limit: 2 });
      assert.deepEqual([newest?.actorName, next?.actorName, next?.subjectName], ['operator:root', 'alice', 'bob']);
    });
  });
}
