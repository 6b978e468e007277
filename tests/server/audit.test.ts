import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { auditedAs } from '../../server/domain/audit.ts';
import type { Client } from '../support/client.ts';
import { ask, people, say } from '../support/people.ts';
import { startServer } from '../support/server.ts';
import { auditOf, promote } from '../support/staff.ts';

type Request = Readonly<Record<string, unknown>>;

/** Each way in which a privilege is used, in an order in which each can be done, and the rows that it leaves. Null: the operator gives a role. */
const acts = (pinned: number, deleted: number): readonly (readonly [request: Request | null, ...rows: string[]])[] => [
  [null, 'account.role'],
  [{ type: 'pin', id: pinned }, 'message.pin'],
  [{ type: 'unpin', id: pinned }, 'message.unpin'],
  [{ type: 'revisions', id: pinned }, 'message.revisions'],
  [{ type: 'delete', id: deleted, reason: 'x' }, 'message.delete'],
  [{ type: 'message', channel: '#general', content: '@all look' }, 'message.mention_all'],
  [{ type: 'update', channel: '#team', slow_mode_s: 5 }, 'channel.update'],
  [{ type: 'update', channel: '#team', read_only: true }, 'channel.update'],
  [{ type: 'message', channel: '#team', content: 'to be read only' }, 'message.post_read_only'],
  [{ type: 'invite', channel: '#cellar', username: 'carol' }, 'channel.invite'],
  [{ type: 'grant', channel: '#team', username: 'carol', role: 'moderator' }, 'channel.grant'],
  [{ type: 'revoke', channel: '#team', username: 'carol' }, 'channel.revoke'],
  [{ type: 'warn', username: 'bob', reason: 'x' }, 'sanction.warn'],
  [{ type: 'warn', username: 'bob', reason: 'x', channel: '#team' }, 'sanction.warn'],
  [{ type: 'mute', username: 'bob', reason: 'x', channel: '#team' }, 'sanction.mute'],
  [{ type: 'lift', username: 'bob', kind: 'mute', channel: '#team' }, 'sanction.lift'],
  [{ type: 'mute', username: 'bob', reason: 'x' }, 'sanction.mute'],
  [{ type: 'lift', username: 'bob', kind: 'mute' }, 'sanction.lift'],
  [{ type: 'kick', username: 'bob', reason: 'x', channel: '#team' }, 'sanction.kick'],
  [{ type: 'ban', username: 'bob', reason: 'x', channel: '#team' }, 'sanction.ban'],
  [{ type: 'kick', username: 'bob', reason: 'x' }, 'sanction.kick'],
  [{ type: 'ban', username: 'bob', reason: 'x' }, 'sanction.ban'],
  [{ type: 'sanctions', username: 'bob' }, 'sanction.read'],
  [{ type: 'sanctions', active: true }, 'sanction.read'],
  [{ type: 'reputation', username: 'bob' }, 'sanction.read'],
  [{ type: 'reports' }, 'report.read', 'report.read_private'],
  [{ type: 'reports', resolve: 1 }, 'report.resolve'],
  [{ type: 'level', level: 4 }, 'server.level'],
];

test('each privileged act leaves its row, and where no row can be written is refused, changes nothing and shows nothing; chat goes on', async (t) => {
  const server = await startServer(t);
  const { alice, carol, bob } = await people(t, server, { alice: [], carol: [], bob: [] });
  const [pinned, deleted] = [(await say(bob, 'a word')).id, (await say(bob, 'another')).id];
  await ask(bob, { type: 'edit', id: pinned, content: 'another word' });
  bob.send({ type: 'message', to: 'carol', content: 'rude' });
  const { id: rude } = await bob.expect({ type: 'ack' });
  await told(carol);
  for (const id of [deleted, rude]) await ask(carol, { type: 'report', id, reason: 'x' });
  await ask(bob, { type: 'create', channel: '#team' });
  await ask(await drained(alice), { type: 'create', channel: '#cellar', visibility: 'private' });
  await ask(alice, { type: 'join', channel: '#team' });
  await ask(carol, { type: 'join', channel: '#team' });
  const database = witness(join(server.folder, 'classcord.db'));
  t.after(() => database.close());
  const table = acts(pinned, deleted);

  for (const [request, ...rows] of table) {
    const [was, noted] = [database.content(), (await auditOf(server)).length];
    await told(carol);
    database.refuseRows();
    const answer =
      request === null
        ? await promote(server, 'alice', 'admin').catch((error) => ({ type: 'error', code: error.code }))
        : await asked(alice, request);
    assert.deepEqual([answer?.['type'], answer?.['code']], ['error', 'internal'], `${JSON.stringify(request)} without a row`);
    assert.deepEqual(database.content(), was, `${JSON.stringify(request)} without a row`);
    assert.deepEqual(await told(carol), [], `${JSON.stringify(request)} without a row`);
    database.takeRows();

    if (request === null) await promote(server, 'alice', 'admin');
    else assert.notEqual((await asked(alice, request))['type'], 'error', JSON.stringify(request));

    const left = (await auditOf(server)).slice(noted);
    const by = request === null ? 'operator:test' : 'alice';
    assert.deepEqual(
      left.map(({ action, actorName }) => [action, actorName]),
      rows.map((row) => [row, by]),
      JSON.stringify(request),
    );
  }

  assert.deepEqual(
    new Set(table.flatMap(([, ...rows]) => rows)),
    new Set(Object.values(auditedAs).flat()),
    'privileges that nothing here uses',
  );
  assert.equal((await server.app.moderation.audit.verify()).isWhole, true);
  database.refuseRows();
  await drained(carol);
  await say(carol, 'hello');
});

test('what is one’s own to read, and what changes nothing, leaves no row', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  await promote(server, 'alice', 'moderator');
  const { id } = await say(alice, 'mine');
  await ask(alice, { type: 'create', channel: '#cellar', visibility: 'private' });
  await ask(alice, { type: 'unpin', id });
  for (const request of [
    { type: 'sanctions' },
    { type: 'sanctions', username: 'ALICE' },
    { type: 'reputation' },
    { type: 'revisions', id },
    { type: 'reports' },
  ])
    await ask(alice, request);
  await ask(alice, { type: 'pin', id });
  await ask(alice, { type: 'pin', id });

  assert.deepEqual(
    (await auditOf(server)).map(({ action }) => action),
    ['account.role', 'message.pin'],
  );
});

test('a message that is sent again with its nonce was said, and noted, once; the row names it', async (t) => {
  const server = await startServer(t);
  const { alice } = await people(t, server, { alice: [] });
  await promote(server, 'alice', 'admin');
  await ask(alice, { type: 'update', channel: '#general', read_only: true });

  const first = await say(alice, 'once', { nonce: 'n' });
  assert.deepEqual((await say(alice, 'once', { nonce: 'n' })).id, first.id);
  await say(alice, 'for @all', { nonce: 'm' });

  const rows = (await auditOf(server)).slice(2).map(({ action, subjectName, detail }) => `${action} ${subjectName} ${detail}`);
  assert.deepEqual(rows, [
    `message.post_read_only message:${first.id} {"channel":"#general"}`,
    `message.post_read_only message:${first.id + 1} {"channel":"#general","all":true}`,
  ]);
});

/** What the client is told from here on up to the answer to this. */
async function asked(client: Client, request: Request): Promise<Record<string, unknown>> {
  client.send({ ...request, ref: 'act' });
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'act') return line;
  }
}

/** What it was told so far and nobody has taken. */
async function told(client: Client): Promise<Request[]> {
  client.send({ type: 'ping', ref: 'told' });
  const lines: Request[] = [];
  for (;;) {
    const line = await client.next();
    if (line['ref'] === 'told') return lines;
    lines.push(line);
  }
}

async function drained(client: Client): Promise<Client> {
  await told(client);
  return client;
}

/** Looks at the database of a running server from outside, and makes it refuse rows of the audit. */
function witness(file: string) {
  const db = new Sqlite(file, { timeout: 10_000 });
  const own = `name NOT IN ('audit', 'counters', 'sessions', 'metrics_snapshots', 'probes') AND name NOT GLOB 'search*' AND name NOT GLOB 'sqlite_*'`;
  const tables = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND ${own}`).pluck().all();
  return {
    content: () => Object.fromEntries(tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()])),
    refuseRows: () => db.exec("CREATE TRIGGER no_rows BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END"),
    takeRows: () => db.exec('DROP TRIGGER no_rows'),
    close: () => db.close(),
  };
}
