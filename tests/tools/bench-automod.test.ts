import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureAutomod } from '../../tools/bench/automod.ts';

test('the bench of automatic moderation measures all of its figures', () => {
  const { wordsUs, rulesUs, worstMs, worst } = measureAutomod(2000);

  for (const figure of [wordsUs, rulesUs, worstMs]) assert.ok(figure > 0);
  assert.notEqual(worst, '');
});
