import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '../../server/protocol/errors.ts';
import { parseRequest, requests } from '../../server/protocol/index.ts';

const all = Object.entries(requests);

test('every request has an example that its own schema accepts', () => {
  assert.ok(all.length >= 12, `only ${all.length} requests were looked at`);
  for (const [type, { example }] of all) {
    assert.equal(example['type'], type);
    assert.deepEqual(parseRequest(type, example), example);
  }
});

test('every request explains itself in one sentence, and names each error once', () => {
  for (const [type, { doc, errors }] of all) {
    assert.match(doc, /^[A-Z].*\.$/s, type);
    assert.equal(new Set(errors).size, errors.length, type);
    assert.deepEqual(
      errors.filter((code) => !Object.hasOwn(errorCodes, code)),
      [],
    );
  }
});
