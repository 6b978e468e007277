import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { members, tokens } from '../../server/dialect/json-source.ts';

/** JSON text of a value with blanks wherever they may be, and some characters escaped. */
function spelled(value: unknown, blank: () => string): string {
  const around = (text: string) => `${blank()}${text}${blank()}`;
  if (Array.isArray(value)) return around(`[${value.map((element) => spelled(element, blank)).join(',') || blank()}]`);
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).map(([key, inner]) => `${around(JSON.stringify(key))}:${spelled(inner, blank)}`);
    return around(`{${parts.join(',') || blank()}}`);
  }
  return around(JSON.stringify(value));
}

const blanks = fc.array(fc.constantFrom('', '', ' ', '\t', '\r', '  '), { minLength: 1, maxLength: 20 });
const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 8 });

/** Blanks from a list, over and over. */
function blanksOf(list: readonly string[]): () => string {
  let next = 0;
  return () => list[next++ % list.length] ?? '';
}

test('the members of an object are its keys, in order, with values that mean the same', () => {
  fc.assert(
    fc.property(object, blanks, (value, list) => {
      const source = spelled(value, blanksOf(list));
      const found = [...members(source)];
      const keys = found.map(([key]) => key);

      assert.deepEqual(new Set(keys), new Set(Object.keys(value)));
      assert.equal(keys.length, Object.keys(value).length);
      for (const [key, inner] of found) {
        assert.deepEqual(JSON.parse(inner), JSON.parse(JSON.stringify((value as Record<string, unknown>)[key])));
        assert.equal(inner, inner.trim());
        assert.ok(source.includes(inner));
      }
    }),
    { numRuns: 1000 },
  );
});

test('a doubled key is there twice, an escaped one is unescaped, numbers keep their text', () => {
  assert.deepEqual(
    [...members('{"a":1.0,"\\u0061":-0e+5 , "b" : "\\u00E9\\"}" ,"":{}}\n')],
    [
      ['a', '1.0'],
      ['a', '-0e+5'],
      ['b', '"\\u00E9\\"}"'],
      ['', '{}'],
    ],
  );
});

test('an object without members has none', () => {
  assert.deepEqual([...members('{}\n')], []);
  assert.deepEqual([...members(' { \t } \r\n')], []);
});

test('the tokens of a value, joined, mean the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), blanks, (value, list) => {
      const source = spelled(value, blanksOf(list));
      const parts = tokens(source);
      assert.deepEqual(JSON.parse(parts.join(' ')), JSON.parse(source));
      for (const part of parts) if (!part.startsWith('"')) assert.doesNotMatch(part, /\s/);
    }),
    { numRuns: 1000 },
  );
});

test('long values are read in a time that grows with their length', () => {
  const source = `{"a":"${'\\\\\\"'.repeat(12_000)}","b":[${'[],{},"x",1,'.repeat(1500)}0]}\n`;
  const start = performance.now();

  for (let round = 0; round < 10; round += 1) for (const [, value] of members(source)) tokens(value);

  assert.ok(performance.now() - start < 2000);
});
