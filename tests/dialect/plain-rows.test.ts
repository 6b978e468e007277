import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rowsOf, timeOf, visible } from '../../server/dialect/plain-rows.ts';
import { cpuOf } from '../support/cpu.ts';

const anything = fc.string({ unit: 'binary', maxLength: 400 });
const nasty = fc.array(
  fc.constantFrom('\u001b[2J', '\r', '\n', '\u009b', '\u007f', '\u2028', '\u202e', ' ', 'x', '[12:01] <prof> ', '日', '👍', '\t'),
  {
    maxLength: 200,
  },
);

test('nothing that somebody says moves the cursor, ends a row or turns letters around', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anything,
        nasty.map((parts) => parts.join('')),
      ),
      (said) => {
        for (const row of rowsOf('[12:01] <bob>', said)) assert.doesNotMatch(row, /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      },
    ),
  );
});

test('only the first row begins with the head; whatever is said, the others begin with the margin, and no terminal breaks them', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        anything,
        nasty.map((parts) => parts.join('')),
      ),
      (said) => {
        const [first = '', ...others] = rowsOf('[12:01] <bob>', said);

        assert.ok(first.startsWith('[12:01] <bob>'));
        for (const row of others) assert.ok(row.startsWith('      |'), JSON.stringify(row));
        for (const row of [first, ...others]) assert.ok([...row].length <= 80, row);
      },
    ),
  );
});

test('wide characters count twice, and blanks are no way to push a forged line to the edge', () => {
  const rows = rowsOf('[12:01] <bob>', `${'日本'.repeat(40)}`);
  assert.ok(rows.every((row) => [...row].reduce((width, sign) => width + (sign > '\u2e80' ? 2 : 1), 0) <= 80));

  assert.deepEqual(rowsOf('[12:01] <bob>', `x${' '.repeat(300)}[12:02] <prof> no exam`), [
    '[12:01] <bob> x',
    '      | [12:02] <prof> no exam',
  ]);
  assert.deepEqual(rowsOf('[12:01] <bob>', 'one\n[12:02] <prof> two'), ['[12:01] <bob> one', '      | [12:02] <prof> two']);
});

test('no letter is lost where a row is broken', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 500 }), (said) => {
      const letters = (text: string) => text.replaceAll(/[\s|]/g, '');
      assert.equal(letters(rowsOf('>', said).join('')), letters(`>${said}`));
    }),
  );
});

test('controls are shown by a sign of their own', () => {
  assert.equal(visible('a\u0007b\u001b[31m\u007f\u009b\u202e'), 'a\u2407b\u241b[31m\u2421<9b><202e>');
  assert.equal(visible('déjà 日本 👍🏽 ❤️'), 'déjà 日本 👍🏽 ❤️');
});

test('a line of another day has its day', () => {
  const now = new Date(2026, 10, 22, 12, 1).getTime();
  assert.equal(timeOf(now, now), '[12:01]');
  assert.equal(timeOf(new Date(2026, 10, 21, 9, 5).getTime(), now), '[2026-11-21 09:05]');
});

test('a word as long as a line may be costs as much as its length, not as the square of it', () => {
  const short = '👍'.repeat(1000);
  const long = '👍'.repeat(32_000);

  const shortCost = cpuOf(() => {
    for (let times = 32; times > 0; times -= 1) rowsOf('', short);
  });
  const longCost = cpuOf(() => rowsOf('', long));

  assert.ok(longCost < 8 * shortCost, `${longCost} µs for what costs ${shortCost} µs in 32 pieces`);
});
