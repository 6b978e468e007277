import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenBuilds, checkBroken } from '../support/broken-builds.ts';
import { faults } from '../support/fault-table.ts';

test('every broken build can be made of the server as it is now, and each fault program has one that it must find', () => {
  checkBroken();
  for (const [name, { foundBy }] of Object.entries(brokenBuilds)) {
    const finders = Object.keys(foundBy);
    assert.ok(finders.length > 0 && finders.every((fault) => fault in faults), name);
  }
  const tried = new Set(Object.values(brokenBuilds).flatMap(({ foundBy }) => Object.keys(foundBy)));
  assert.deepEqual(
    Object.keys(faults).filter((fault) => !tried.has(fault)),
    [],
    'a program that no broken build has shown to be able to fail',
  );
});
