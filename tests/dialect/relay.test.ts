import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { relayOf } from '../../server/dialect/relay.ts';
import { slots } from '../../server/protocol/messages.ts';

/** The relayed object of a line, with what the server fills in. */
function relayed(text: string): Record<string, unknown> {
  const relay = relayOf({ object: JSON.parse(text), text: () => text });
  const filled = relay.replaceAll(slots.from, '"FROM"').replaceAll(slots.timestamp, '"TIME"').replaceAll(slots.content, '"CONTENT"');
  assert.match(filled, /^[ -~]*$/, 'pure ASCII');
  return JSON.parse(filled) as Record<string, unknown>;
}

/** What of a text may reach others. */
const clean = (text: string) =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '\ufffd');

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return clean(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [clean(key), cleaned(inner)]));
}

const innerKey = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((key) => !['__proto__', 'constructor', 'prototype'].includes(key));
const scalar = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(innerKey, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const extraKey = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((key) => `x${key}`);

test('unknown keys parse to what they were, but for what may not leave', () => {
  fc.assert(
    fc.property(fc.dictionary(extraKey, value, { maxKeys: 6, noNullPrototype: true }), (extras) => {
      const text = `${JSON.stringify({ type: 'message', ...extras, content: 'hi' })}\n`;
      fc.pre(JSON.stringify(extras).length < 300);

      assert.deepEqual(relayed(text), {
        type: 'message',
        ...(cleaned(JSON.parse(JSON.stringify(extras))) as object),
        content: 'CONTENT',
        from: 'FROM',
        timestamp: 'TIME',
      });
    }),
    { numRuns: 1000 },
  );
});

test('keys keep their order, whichever are there; from and timestamp come last when they were not', () => {
  const own = ['type', 'subtype', 'to', 'channel', 'content', 'from', 'timestamp', 'x1', 'x2', 'mood'];
  fc.assert(
    fc.property(fc.shuffledSubarray(own, { minLength: 1 }), (keys) => {
      const text = `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, 'v'])))}\n`;
      const missing = ['from', 'timestamp'].filter((key) => !keys.includes(key));

      assert.deepEqual(Object.keys(relayed(text)), [...keys, ...missing]);
    }),
    { numRuns: 500 },
  );
});

test('no spelling of a key or value brings out more than sixteen keys, 2 KiB or four levels', () => {
  fc.assert(
    fc.property(fc.dictionary(extraKey, fc.jsonValue({ maxDepth: 6 }), { maxKeys: 40 }), (extras) => {
      const { type, content, from, timestamp, ...others } = relayed(`${JSON.stringify({ ...extras, type: 'message', content: 'hi' })}\n`);
      assert.deepEqual([type, content, from, timestamp], ['message', 'CONTENT', 'FROM', 'TIME']);
      assert.ok(Object.keys(others).length <= 16);
      for (const other of Object.values(others)) assert.ok(depthOf(other) <= 4);
    }),
    { numRuns: 500 },
  );
});

function depthOf(inner: unknown): number {
  if (typeof inner !== 'object' || inner === null) return 0;
  return 1 + Math.max(0, ...Object.values(inner).map(depthOf));
}

test('what a client writes never passes for what the server fills in', () => {
  const [from, timestamp, content] = [slots.from, slots.timestamp, slots.content].map((slot) => JSON.stringify(slot).slice(1, -1));
  const text = `{"type":"message","to":"${from}","channel":"${content}","x":"${timestamp}${from}","${from}y":["${content}"],"content":"${from}"}\n`;

  assert.deepEqual(relayed(text), {
    type: 'message',
    to: '\ufffd',
    channel: '\ufffd',
    x: '\ufffd\ufffd',
    '\ufffdy': ['\ufffd'],
    content: 'CONTENT',
    from: 'FROM',
    timestamp: 'TIME',
  });
});
