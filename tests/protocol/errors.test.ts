import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatError, type ErrorCode, errorCodes } from '../../server/protocol/errors.ts';
import { parseRequest, requests } from '../../server/protocol/index.ts';
import { langOf, langs, text } from '../../server/protocol/texts.ts';

const codes = Object.keys(errorCodes) as ErrorCode[];

test('every code has a text in every language, without an open parameter', () => {
  for (const code of codes) {
    for (const lang of langs) {
      const told = new ChatError(code, { field: 'content', retryAfterMs: 1500, params: { limit: 5, type: 'x', name: 'x' } }).textIn(lang);
      assert.notEqual(told, '');
      assert.doesNotMatch(told, /\{\w+\}/, `${code} in ${lang}`);
    }
  }
});

test('what is not a ChatError is told as internal, and nothing else of it', () => {
  const secret = new Error('the password is x');

  const error = ChatError.from(secret);

  assert.equal(error.code, 'internal');
  assert.equal(error.cause, secret);
  for (const lang of langs) assert.doesNotMatch(error.textIn(lang), /password/);
  assert.equal(ChatError.from(error), error);
});

test('a time to wait is told in whole seconds, rounded up, at least one', () => {
  const told = (retryAfterMs: number) => new ChatError('rate_limited', { retryAfterMs }).message;

  assert.match(told(1), /in 1 s/);
  assert.match(told(1000), /in 1 s/);
  assert.match(told(1001), /in 2 s/);
});

test('a parameter is put in as it is, though it looks like a parameter or a pattern', () => {
  assert.equal(text('en', 'unknown_type', { type: '$& {type}' }), 'Unknown type “$& {type}”. Ask {"type":"help"} for the list.');
});

test('the language is the first two letters of what is asked for, or the fallback', () => {
  for (const [asked, lang] of [
    ['fr', 'fr'],
    ['fr-CA', 'fr'],
    ['FR_fr.UTF-8', 'fr'],
    ['en', 'en'],
    ['de', 'en'],
    ['', 'en'],
    [undefined, 'en'],
    ['C', 'en'],
  ] as const) {
    assert.equal(langOf(asked, 'en'), lang, asked);
  }
});

test('what the schema of a request does not name is dropped', () => {
  for (const [type, { example, schema }] of Object.entries(requests)) {
    const parsed = parseRequest(type, { ...example, legacy: 'x', word: 'x', secret: 1, __proto__: { from: 'x' } });
    for (const key of Object.keys(parsed)) assert.ok(key in schema.shape, `${type}: ${key}`);
  }
});

test('a type that is none is unknown_type, whatever objects have by nature', () => {
  for (const type of ['', 'dance', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'MESSAGE']) {
    assert.throws(
      () => parseRequest(type, { type }),
      (error) => error instanceof ChatError && error.code === 'unknown_type',
      type,
    );
  }
});
