import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cleanTags, cleanText, cleanWord } from '../../server/protocol/clean.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
);

test('text keeps tab, line feed and everything that is no control; the rest of the controls becomes U+FFFD', () => {
  const kept = 'a\tb\nc é 👍 \u2028 \u202e \u200b \u00a0 \ue000 \ufeff "\\';
  assert.equal(cleanText(kept), kept);
  const controls = [...Array(0x20).keys(), ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index)].filter(
    (code) => code !== 0x09 && code !== 0x0a,
  );
  for (const code of controls) assert.equal(cleanText(`a${String.fromCharCode(code)}b`), 'a\ufffdb', code.toString(16));
});

test('a Windows line end is a line feed, a lone carriage return is none', () => {
  assert.equal(cleanText('a\r\nb\r\r\nc\rd'), 'a\nb\ufffd\nc\ufffdd');
});

test('halves of characters become U+FFFD, whole ones stay', () => {
  assert.equal(cleanText('\ud83d\ude00 \ud83d \ude00 \ude00\ud83d'), '😀 \ufffd \ufffd \ufffd\ufffd');
});

test('clean text is well-formed, has no control but tab and line feed, and stays as it is', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const cleaned = cleanText(text);
      assert.ok(cleaned.isWellFormed());
      assert.doesNotMatch(cleaned, /[^\P{Cc}\t\n]/u);
      assert.equal(cleanText(cleaned), cleaned);
      if (/^[\P{C}\t\n]*$/u.test(text)) assert.equal(cleaned, text);
    }),
    { numRuns: 2000 },
  );
});

test('a word loses all that cannot be seen, and nothing else', () => {
  assert.equal(cleanWord('do not disturb'), 'do not disturb');
  assert.equal(cleanWord(' à table 👍 \u00a0'), ' à table 👍 \u00a0');
  assert.equal(cleanWord('\u0000\u001f\t\n\u007f\u009f\u00ad\u200b\u202e\u2028\u2029\ud800\ue000\ufeff\u{e0041}'), '');
  fc.assert(
    fc.property(anyText, (text) => {
      const cleaned = cleanWord(text);
      assert.ok(cleaned.isWellFormed());
      assert.doesNotMatch(cleaned, /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u);
      assert.equal(cleanWord(cleaned), cleaned);
    }),
    { numRuns: 2000 },
  );
});

test('tags are cleaned in keys and texts, and are no other object’s nature', () => {
  assert.equal(cleanTags(undefined), undefined);
  assert.deepEqual(cleanTags({ 'a\u0007': '\u001b', n: 1, yes: true }), { 'a\ufffd': '\ufffd', n: 1, yes: true });
  assert.deepEqual(Object.keys(cleanTags(JSON.parse('{"__proto__":"x"}')) ?? {}), ['__proto__']);
});
