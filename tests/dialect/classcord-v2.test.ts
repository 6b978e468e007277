import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { classcordV2 } from '../../server/dialect/classcord-v2.ts';
import { ChatError, type ErrorCode, errorCodes } from '../../server/protocol/errors.ts';
import type { MessageEvent } from '../../server/protocol/messages.ts';

function messageLine(content: string): string {
  const event: MessageEvent = {
    type: 'message',
    subtype: 'global',
    channel: '#general',
    isChannelNamed: false,
    id: 7,
    seq: 3,
    at: Date.UTC(2026, 10, 22, 9, 0, 1, 42),
    from: 'alice',
    content,
    legacy: '{"type": "message", "role": "admin"}',
  };
  return classcordV2.event(event) ?? '';
}

test('any text comes back from its line, which has no byte that ends a line or moves a terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (content) => {
      const line = messageLine(content);
      assert.equal((JSON.parse(line) as { content: string }).content, content);
      assert.doesNotMatch(line.slice(0, -1), /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      assert.ok(line.endsWith('}\n'));
    }),
    { numRuns: 2000 },
  );
});

test('a line is compact, raw UTF-8, in UTC with milliseconds, and brings nothing of v1 along', () => {
  assert.equal(
    messageLine('é 👍 \u0085\u2028\u202e'),
    '{"type":"message","subtype":"global","channel":"#general","from":"alice","content":"é 👍 \\u0085\\u2028\\u202e","id":7,"seq":3,"timestamp":"2026-11-22T09:00:01.042Z"}\n',
  );
});

test('every error says its code, its text and whether it ends the connection; only those worth a retry say when', () => {
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const line = classcordV2.error(new ChatError(code, { retryAfterMs: 1500 }), { type: 'x', ref: 'r' }, 'fr');
    const { type, ref, fatal, ...others } = JSON.parse(line ?? '') as Record<string, unknown>;
    assert.deepEqual([type, ref, fatal], ['error', 'r', errorCodes[code].fatal]);
    assert.equal(others['code'], code);
    assert.equal(others['retry_after_ms'], errorCodes[code].retryable ? 1500 : undefined, code);
    assert.ok(!('status' in others));
  }
});

test('a ref comes back only when it is one', () => {
  const refOf = (ref: unknown) => (JSON.parse(classcordV2.error(new ChatError('bad_json'), { ref }, 'en') ?? '') as { ref?: unknown }).ref;

  for (const ref of ['a', 'é'.repeat(32), 'x'.repeat(64), '\u0000']) assert.equal(refOf(ref), ref);
  for (const ref of [undefined, null, 5, '', 'x'.repeat(65), 'é'.repeat(33), '\ud800', ['a'], {}]) assert.equal(refOf(ref), undefined);
});

test('a type is read in any case, and userlist is users', () => {
  const decode = (object: Record<string, unknown>) => classcordV2.decode({ object, text: () => JSON.stringify(object) });

  assert.deepEqual(decode({ type: 'PING', ref: '1', x: 1 }), { type: 'ping', ref: '1' });
  assert.deepEqual(decode({ type: 'userList' }), { type: 'users' });
});
