import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { requests } from '../../server/protocol/index.ts';
import { account, upgrade } from '../support/client.ts';
import { startServer } from '../support/server.ts';

type Json = Readonly<Record<string, unknown>>;

/** No field of any request is of one of these. */
const wrongValues: readonly unknown[] = [{ wrong: [] }, null];

/** Read leniently in both generations: whoever has no name that may be used is called `invité` (protocol.md §2). */
const lenient = new Set(['message.from']);

interface Case {
  readonly field: string;
  readonly request: Json;
}

/** For every field of every request: its example with that field of a wrong type, and without it when it is required. */
function cases(): Case[] {
  return Object.entries(requests).flatMap(([type, { schema, example }]) =>
    Object.entries(schema.shape).flatMap(([field, rule]) => {
      if (field === 'type' || lenient.has(`${type}.${field}`)) return [];
      const { [field]: _left, ...without } = example;
      const missing = rule.isOptional() ? [] : [{ field, request: without }];
      return [...wrongValues.map((value) => ({ field, request: { ...example, [field]: value } })), ...missing];
    }),
  );
}

test('a wrong or missing field of any request is invalid_field with that field named, nothing is stored, and the connection lives', async (t) => {
  const server = await startServer(t);
  const client = await upgrade(await account(t, server, 'alice'));
  const before = rows(server.folder);
  const all = cases();
  assert.ok(all.length > 150, `only ${all.length} cases were looked at`);

  for (const { field, request } of all) {
    client.send(field === 'ref' ? request : { ...request, ref: 'r' });
    const answer = await client.next();
    assert.deepEqual(
      { type: answer['type'], code: answer['code'], field: answer['field'], fatal: answer['fatal'], ref: answer['ref'] },
      { type: 'error', code: 'invalid_field', field, fatal: false, ref: field === 'ref' ? undefined : 'r' },
      `${JSON.stringify(request)} was answered ${JSON.stringify(answer)}`,
    );
  }

  assert.deepEqual(rows(server.folder), before);
  client.send({ type: 'whoami', ref: 'w' });
  await client.expect({ type: 'whoami', ref: 'w', username: 'alice' });
});

/** How many rows each table of the database has. */
function rows(folder: string): Readonly<Record<string, number>> {
  const db = new Sqlite(join(folder, 'classcord.db'), { readonly: true });
  const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  assert.ok(tables.includes('messages') && tables.includes('accounts'));
  const counts = tables.map((table) => [table, db.prepare(`SELECT count(*) FROM "${table}"`).pluck().get() as number]);
  db.close();
  return Object.fromEntries(counts) as Record<string, number>;
}
