import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { JsonLines } from '../../server/transport/json-lines.ts';
import { type GuardedLine, LineGuard } from '../../server/transport/line-guard.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Buffers are given back some turns after what held them was collected: until nothing changes any more. */
async function collectAll(): Promise<void> {
  for (let before = -1; before !== process.memoryUsage().arrayBuffers; ) {
    before = process.memoryUsage().arrayBuffers;
    for (let turn = 0; turn < 3; turn += 1) {
      collectGarbage();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

const parser = new JsonLines();
const limit = 65_536;

/** What a line is, in a form that can be compared. */
function shown(line: GuardedLine): unknown {
  return 'error' in line ? line.error : { object: line.object, text: line.text(), isUtf8: line.isUtf8 };
}

/** All lines of these pieces, taken as far as they go after each. */
function linesOf(pieces: readonly Uint8Array[], { most = 16, bytes = limit } = {}): unknown[] {
  const guard = new LineGuard(parser);
  const lines: unknown[] = [];
  for (const piece of pieces) {
    guard.push(Buffer.from(piece));
    for (let taken = guard.take(most, bytes); taken.length > 0; taken = guard.take(most, bytes)) lines.push(...taken.map(shown));
  }
  return lines;
}

/** The bytes, cut at these places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted((one, other) => one - other);
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

const utf8 = (text: string) => new Uint8Array(Buffer.from(text));

/** Bytes that look like what clients send: good lines, bad lines, blanks, odd bytes. */
const stream = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc
          .dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
          .map((value) => utf8(`${JSON.stringify(value)}\n`)),
      },
      fc
        .constantFrom(
          '\n',
          '\r\n',
          ' \t\n',
          '\ufeff{"a":1}\n',
          ' {"a":1} \r\n',
          '[1]\n',
          'oops\n',
          '{"a"\n',
          '{"a":"\u2028"}\n',
          '{"a":1}',
          '\u0000\n',
          '{"__proto__":1}\n',
        )
        .map(utf8),
      fc.constantFrom('[', ']', '{', '}', '"', '\\', '\n').map(utf8),
      fc.uint8Array({ maxLength: 20 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => new Uint8Array(Buffer.concat(parts)));

test('bytes cut anywhere give the same lines as bytes at once', () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(), { maxLength: 10 }), fc.integer({ min: 1, max: 20 }), (bytes, places, most) => {
      assert.deepEqual(linesOf(cut(bytes, places), { most }), linesOf([bytes]));
    }),
    { numRuns: 1000 },
  );
});

test('a byte at a time gives the same lines as bytes at once', () => {
  fc.assert(
    fc.property(stream, (bytes) => {
      assert.deepEqual(linesOf([...bytes].map((byte) => Uint8Array.of(byte))), linesOf([bytes]));
    }),
    { numRuns: 300 },
  );
});

test('two lines cut at every byte are two lines', () => {
  const both = Buffer.concat([utf8('{"a":"é👍"}\r\n'), utf8('\ufeff{"b":[1]}\n')]);

  for (let at = 0; at <= both.length; at += 1) {
    assert.deepEqual(
      linesOf([both.subarray(0, at), both.subarray(at)]).map((line) => (line as { object: unknown }).object),
      [{ a: 'é👍' }, { b: [1] }],
      `cut at ${at}`,
    );
  }
});

test('random bytes never throw, and give lines that are objects or errors', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 8, max: 200 }), (bytes, most) => {
      for (const line of linesOf([bytes], { bytes: most })) {
        if (typeof line === 'string') assert.ok(['bad_json', 'line_too_long'].includes(line));
        else assert.equal(typeof (line as { object: unknown }).object, 'object');
      }
    }),
    { numRuns: 1000 },
  );
});

test('every valid object in one line is read as JSON reads it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 10 }), (value) => {
      const text = `${JSON.stringify(value)}\n`;
      assert.deepEqual(linesOf([utf8(text)]), [{ object: JSON.parse(text), text, isUtf8: true }]);
    }),
    { numRuns: 500 },
  );
});

test('a bad line spoils neither its neighbours nor another guard of the same parser', () => {
  const good = '{"n":1}\n';
  for (const bad of ['{"a":}\n', '{"a":1}}\n', '{\n', '}\n', '{"a":"\n', '{"a":"\\ud800\\"}\n', `{"x":${'['.repeat(50)}\n`, '\ufeff\n']) {
    const other = new LineGuard(parser);
    other.push(Buffer.from(good.slice(0, 4)));
    other.take(1, limit);

    const lines = linesOf([utf8(`${good}${bad}${good}`)]);

    assert.deepEqual(
      [lines[0], lines.at(-1)],
      [
        { object: { n: 1 }, text: good, isUtf8: true },
        { object: { n: 1 }, text: good, isUtf8: true },
      ],
      bad,
    );
    other.push(Buffer.from(good.slice(4)));
    assert.deepEqual(other.take(1, limit).map(shown), [{ object: { n: 1 }, text: good, isUtf8: true }]);
  }
});

test('lines that are no UTF-8 are read as windows-1252, and say so; their neighbours are not', () => {
  const bytes = Buffer.concat([utf8('{"a":"é"}\n'), Buffer.from('{"a":"\xe9 \x80\x93"}\n', 'latin1'), utf8('{"a":"€"}\n')]);

  assert.deepEqual(linesOf([bytes]), [
    { object: { a: 'é' }, text: '{"a":"é"}\n', isUtf8: true },
    { object: { a: 'é €“' }, text: '{"a":"é €“"}\n', isUtf8: false },
    { object: { a: '€' }, text: '{"a":"€"}\n', isUtf8: true },
  ]);
});

test('all bytes of windows-1252 are read as the standard says', () => {
  const signs = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
  const upper = Array.from({ length: 96 }, (_, index) => String.fromCharCode(0xa0 + index)).join('');
  const bytes = Buffer.from(Array.from({ length: 128 }, (_, index) => 0x80 + index));

  const [line] = linesOf([Buffer.concat([utf8('{"a":"'), bytes, utf8('"}\n')])]);

  assert.deepEqual((line as { object: unknown }).object, { a: signs + upper });
});

test('a line is bounded, newline included, however its bytes come', () => {
  const line = (bytes: number) => utf8(`{"a":"${'x'.repeat(bytes - 9)}"}\n`);

  for (const places of [[], [1], [50], [99], [100], [1, 50, 99], Array.from({ length: 101 }, (_, index) => index)]) {
    assert.equal(linesOf(cut(line(100), places), { bytes: 100 }).length, 1);
    assert.notEqual(linesOf(cut(line(100), places), { bytes: 100 })[0], 'line_too_long');
    assert.deepEqual(linesOf(cut(line(101), places), { bytes: 100 }), ['line_too_long'], `${places}`);
    assert.deepEqual(linesOf(cut(Buffer.concat([line(50), line(101), line(50)]), places), { bytes: 100 }).slice(1), ['line_too_long']);
  }
});

test('after a line that is too long nothing more is taken, and nothing more is kept', () => {
  const guard = new LineGuard(parser);
  guard.push(Buffer.from('x'.repeat(200)));
  assert.deepEqual(guard.take(16, 100).map(shown), ['line_too_long']);

  for (let count = 0; count < 100; count += 1) guard.push(Buffer.alloc(100_000));
  guard.push(Buffer.from('{"a":1}\n'));

  assert.deepEqual(guard.take(16, 100), []);
  assert.equal(guard.hasUnread, false);
  assert.equal(guard.hasPartial, false);
});

test('no more lines are taken than asked for, and the rest waits in order', () => {
  const guard = new LineGuard(parser);
  guard.push(Buffer.from(Array.from({ length: 10 }, (_, index) => `{"n":${index}}\n`).join('')));

  for (let number = 0; number < 10; number += 1) {
    assert.equal(guard.hasUnread, true);
    assert.deepEqual(
      guard.take(1, limit).map((line) => 'object' in line && line.object['n']),
      [number],
    );
  }
  assert.equal(guard.hasUnread, false);
});

test('the limit may change from line to line', () => {
  const guard = new LineGuard(parser);
  const long = `{"a":"${'x'.repeat(150)}"}\n`;
  guard.push(Buffer.from(`{"n":1}\n${long}${long}`));

  assert.equal(guard.take(1, 100).length, 1);
  assert.equal(guard.take(1, 200).filter((line) => 'object' in line).length, 1);
  assert.deepEqual(guard.take(1, 100).map(shown), ['line_too_long']);
});

test('an unfinished line is told as such until it ends', () => {
  const guard = new LineGuard(parser);
  assert.equal(guard.hasPartial, false);
  guard.push(Buffer.from('{"a"'));
  guard.take(1, limit);
  assert.equal(guard.hasPartial, true);
  guard.push(Buffer.from(':1}\n'));
  guard.take(1, limit);

  assert.equal(guard.hasPartial, false);
});

test('an unfinished line keeps no more memory than it needs: a byte at a time, or the tail of a large chunk', async () => {
  const guards = Array.from({ length: 200 }, () => new LineGuard(parser));
  await collectAll();
  const before = process.memoryUsage().arrayBuffers;

  for (const guard of guards) {
    guard.push(Buffer.concat([Buffer.alloc(60_000, '{"a":1}\n'), Buffer.from('{"b"')]));
    while (guard.take(10_000, limit).length > 0);
    for (let count = 0; count < 500; count += 1) {
      guard.push(Buffer.from(' '));
      guard.take(1, limit);
    }
  }
  await collectAll();

  assert.ok(guards.every((guard) => guard.hasPartial));
  const perGuard = (process.memoryUsage().arrayBuffers - before) / guards.length;
  assert.ok(perGuard > 0 && perGuard < 2048, `${perGuard} bytes each`);
});
