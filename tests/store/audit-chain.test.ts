import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Sqlite from 'better-sqlite3';
import { type AuditVerdict, verifyChain } from '../../server/base/audit-chain.ts';
import { migrate } from '../../server/store/migrate.ts';
import { auditAppender, auditReads } from '../../server/store/sqlite/audit.ts';

/** An audit of `rows` rows, the first `old` of them from before the chain, and somebody who can write anything into it. */
function auditWith(t: TestContext, { rows, old = 0 }: { rows: number; old?: number }) {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-audit-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const db = new Sqlite(join(folder, 'classcord.db'));
  t.after(() => db.close());
  migrate(db);
  const append = auditAppender(db);
  const insert = db.prepare(
    "INSERT INTO audit (at, action, actor, subject, detail) VALUES ('2026-09-01', 'export.private', 'operator:x', 'bob', '{}')",
  );
  for (let number = 0; number < rows; number += 1) {
    if (number < old) insert.run();
    else append({ action: 'sanction.ban', actor: 'u1', subject: `u${number}`, detail: { sanction: number }, at: number });
  }
  const forge = (sql: string) =>
    db.exec(`DROP TRIGGER IF EXISTS audit_is_never_changed; DROP TRIGGER IF EXISTS audit_is_never_deleted; ${sql}`);
  const verify = (noted?: string): Promise<AuditVerdict> => verifyChain(async (after, limit) => auditReads(db).page(after, limit), noted);
  return { db, append, forge, verify };
}

test('an empty audit is whole, and one of many pages', async (t) => {
  assert.deepEqual(await auditWith(t, { rows: 0 }).verify(), { isWhole: true, rows: 0, head: '0'.repeat(64), lastId: 0 });
  const { isWhole, rows } = await auditWith(t, { rows: 1201 }).verify();
  assert.deepEqual([isWhole, rows], [true, 1201]);
});

for (const [what, sql, brokenAt] of [
  ['whose actor was changed', "UPDATE audit SET actor = 'u9' WHERE id = 5", 5],
  ['whose time was changed', "UPDATE audit SET at = '2020' WHERE id = 1", 1],
  ['whose detail was changed', `UPDATE audit SET detail = '{"sanction":0}' WHERE id = 7`, 7],
  ['whose hash was taken away', 'UPDATE audit SET hash = NULL WHERE id = 6', 6],
  ['that was taken out', 'DELETE FROM audit WHERE id = 4', 5],
  ['that was taken out, the others moved up', 'DELETE FROM audit WHERE id = 4; UPDATE audit SET id = id - 1 WHERE id > 4', 4],
  [
    'that changed places with another',
    'UPDATE audit SET id = -1 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = -1',
    3,
  ],
  ['that was put in', "INSERT INTO audit (at, action, actor, subject, detail) VALUES ('', '', '', '', '')", 11],
] as const) {
  test(`a row ${what} breaks the chain, and is named`, async (t) => {
    const { forge, verify } = auditWith(t, { rows: 10 });
    assert.equal((await verify()).isWhole, true);

    forge(sql);

    const verdict = await verify();
    assert.deepEqual([verdict.isWhole, !verdict.isWhole && verdict.brokenAt], [false, brokenAt]);
  });
}

test('rows from before the chain are covered by its first row', async (t) => {
  const { db, append, forge, verify } = auditWith(t, { rows: 3, old: 3 });
  const before = await verify();
  append({ action: 'sanction.ban', actor: 'u1', subject: 'u2', detail: {}, at: 0 });

  assert.deepEqual([before.isWhole, (await verify()).isWhole], [true, true]);
  assert.equal(db.prepare('SELECT count(*) FROM audit WHERE hash IS NULL').pluck().get(), 3);
  forge("UPDATE audit SET subject = 'carol' WHERE id = 2");
  const verdict = await verify();
  assert.deepEqual([verdict.isWhole, !verdict.isWhole && verdict.brokenAt], [false, 1]);
});

test('rows cut off at the end are missed by who has noted the head, whatever was written since', async (t) => {
  const { append, forge, verify } = auditWith(t, { rows: 10 });
  const noted = await verify();
  const head = noted.isWhole ? noted.head : '';
  append({ action: 'sanction.ban', actor: 'u1', subject: 'u11', detail: {}, at: 11 });
  const grown = await verify(head);

  forge('DELETE FROM audit WHERE id > 8');

  assert.deepEqual([(await verify()).isWhole, grown.isWhole], [true, true]);
  assert.deepEqual(await verify(head), { isWhole: false, rows: 8, brokenAt: 9 });
  forge("UPDATE sqlite_sequence SET seq = 8 WHERE name = 'audit'");
  append({ action: 'sanction.ban', actor: 'u1', subject: 'u9', detail: {}, at: 12 });
  append({ action: 'sanction.ban', actor: 'u1', subject: 'u10', detail: {}, at: 13 });
  assert.deepEqual(await verify(head), { isWhole: false, rows: 10, brokenAt: 11 });
});
