import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brokenBuilds, checkBroken } from '../support/broken-builds.ts';
import { faults } from '../support/fault-table.ts';

test('every broken build can be made of the server as it is now, and names faults that there are', () => {
  checkBroken();
  for (const [name, { foundBy }] of Object.entries(brokenBuilds)) {
    assert.ok(foundBy.length > 0 && foundBy.every((fault) => fault in faults), name);
  }
});
