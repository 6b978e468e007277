import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PlainLines } from '../../server/transport/plain-lines.ts';

/** Every line that these bytes hold, given in these pieces. */
function linesOf(...pieces: (Buffer | string)[]): string[] {
  const lines = new PlainLines();
  const found: string[] = [];
  for (const piece of pieces) {
    lines.push(Buffer.from(piece as string));
    for (let line = lines.take(1, 1000); line !== undefined; line = lines.take(1, 1000))
      found.push('error' in line ? `!${line.error}` : line.text());
  }
  return found;
}

const bytes = (...values: number[]) => Buffer.from(values);
const byByte = (whole: Buffer) => Array.from(whole, (byte) => bytes(byte));

test('lines end with LF, CR LF or CR NUL; the CR stays, it tells how the client ends its lines', () => {
  assert.deepEqual(linesOf('one\ntwo\r\nthree\r\u0000four'), ['one', 'two\r', 'three\r']);
});

test('telnet’s negotiation is swallowed, wherever its bytes are cut', () => {
  const whole = Buffer.concat([
    bytes(0xff, 0xfb, 0x1f, 0xff, 0xfd, 0x03),
    Buffer.from('/he'),
    bytes(0xff, 0xfa, 0x1f, 0, 80, 0, 0x0a, 0xff, 0xff, 24, 0xff, 0xf0),
    Buffer.from('l'),
    bytes(0xff, 0xf1),
    Buffer.from('p\r\n'),
  ]);

  assert.deepEqual(linesOf(whole), ['/help\r']);
  assert.deepEqual(linesOf(...byByte(whole)), ['/help\r']);
});

test('what is not UTF-8 is windows-1252, and a doubled IAC is the letter ÿ', () => {
  assert.deepEqual(linesOf(Buffer.concat([bytes(0xe9, 0x74, 0xe9, 0x20, 0x80), bytes(0x0a)])), ['été €']);
  assert.deepEqual(linesOf(bytes(0x4c, 0xff, 0xff, 0x0a)), ['Lÿ']);
  assert.deepEqual(linesOf('été €\n'), ['été €']);
});

test('a backspace takes back one character, of however many bytes, and other controls are dropped', () => {
  assert.deepEqual(linesOf('helo\u0008lo\n\u007fé\u007fe\u007f\u007f日\u0008x\n'), ['hello', 'x']);
  assert.deepEqual(linesOf('a\u001bb\u0007c\td\n'), ['abc\td']);
});

test('a line that is too long ends the input', () => {
  assert.deepEqual(linesOf('x'.repeat(1001), '\nmore\n'), ['!line_too_long']);
  assert.deepEqual(linesOf(`${'x'.repeat(999)}\nmore\n`), ['x'.repeat(999), 'more']);
});

test('however the bytes are cut, the lines are the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (array) => {
      const whole = Buffer.concat([Buffer.from(array), Buffer.from('\n')]);
      assert.deepEqual(linesOf(...byByte(whole)), linesOf(whole));
    }),
  );
});
