import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Door, doorOf } from '../../server/transport/door.ts';

/** The door that these bytes open at last, when they come one at a time. */
function doorByByte(bytes: Uint8Array): Door | null {
  for (let end = 0; end <= bytes.length; end += 1) {
    const door = doorOf(Buffer.from(bytes.subarray(0, end)));
    if (door !== null) return door;
  }
  return null;
}

const doors: readonly [string, Door][] = [
  ['{', 'lines'],
  ['\ufeff{', 'lines'],
  [' {', 'lines'],
  ['\n', 'lines'],
  ['\r\n', 'lines'],
  ['\t', 'lines'],
  ['x', 'lines'],
  ['LOGIN:alice:guest', 'lines'],
  ['\u0000', 'lines'],
  ['GETTING', 'lines'],
  ['GET\n', 'lines'],
  ['GET_METRIC\n', 'lines'],
  ['get_metrics', 'lines'],
  ['POSTAL', 'lines'],
  ['PRIVMSG', 'lines'],
  ['/', 'plain'],
  ['/help\n', 'plain'],
  ['GET_METRICS', 'metrics'],
  ['GET_METRICS\r\n', 'metrics'],
  ['GET_METRICS and more', 'metrics'],
  ['\u0016', 'tls'],
  ['\u0016\u0003\u0001', 'tls'],
  ['GET / HTTP/1.1\r\n', 'http'],
  ['POST /', 'http'],
  ['HEAD /', 'http'],
  ['PUT /', 'http'],
  ['DELETE /', 'http'],
  ['OPTIONS *', 'http'],
  ['PATCH /', 'http'],
  ['TRACE /', 'http'],
  ['CONNECT x:1', 'http'],
  ['PRI * HTTP/2.0\r\n', 'http'],
];

test('the first bytes choose the door', () => {
  for (const [text, door] of doors) assert.equal(doorOf(Buffer.from(text)), door, JSON.stringify(text));
});

test('the door is the same when its bytes come one at a time', () => {
  for (const [text, door] of doors) assert.equal(doorByByte(Buffer.from(text)), door, JSON.stringify(text));
});

test('a telnet client that negotiates before anybody types gets plain text; a byte order mark of UTF-16 does not', () => {
  for (const [bytes, door] of [
    [[0xff], null],
    [[0xff, 0xfb, 0x1f], 'plain'],
    [[0xff, 0xfc], 'plain'],
    [[0xff, 0xfd, 0x03], 'plain'],
    [[0xff, 0xfa, 0x1f], 'plain'],
    [[0xff, 0xfe, 0x2f, 0x00], 'lines'],
    [[0xff, 0x7b], 'lines'],
  ] as const) {
    assert.equal(doorOf(Buffer.from(bytes)), door, String(bytes));
  }
});

test('no bytes, or the beginning of a word, open no door yet', () => {
  for (const text of ['', 'G', 'GE', 'GET', 'GET_', 'GET_METRIC', 'P', 'PO', 'POST', 'PA', 'PR', 'H', 'D', 'O', 'T', 'C', 'CONNECT']) {
    assert.equal(doorOf(Buffer.from(text)), null, text);
  }
});

test('a door is known after twelve bytes at most, and more bytes do not change it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 12, maxLength: 40 }),
        fc.string({ minLength: 12 }).map((text) => new Uint8Array(Buffer.from(text))),
      ),
      (bytes) => {
        assert.notEqual(doorOf(Buffer.from(bytes.subarray(0, 12))), null);
        assert.equal(doorByByte(bytes), doorOf(Buffer.from(bytes)));
      },
    ),
  );
});
