import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';

/** What a line of the server may be, by the dialect of whoever gets it. Each throws AssertionError at a line that may not. */

type Json = Readonly<Record<string, unknown>>;

/** Controls but tab and line feed, and halves of characters: in no text that reaches a client. */
const poison = /[^\P{Cc}\t\n]|\p{Cs}/u;
/** What a terminal or an editor may act on though JSON lets it stand. */
const unsafe = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const times = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/;
/** Words of the server, which no client can have put into a relayed line. */
const reserved = new Set(['role', 'roles', 'admin', 'sender', 'status', 'error', 'code', 'token', '__proto__', 'constructor', 'prototype']);

/** A line for a v1 session: ASCII, the separators of the course server, and of a type that v1 has. Answers are looked at less closely than what others hear. */
export function v1Line(bytes: Buffer, isAnswer: boolean): Json {
  const line = bytes.toString('latin1');
  assert.match(line, /^\{[\x20-\x7e]*\}$/, `v1: not ASCII, or no object: ${line}`);
  const object = parsed(line);
  assert.doesNotMatch(line.replace(/"(?:[^"\\]|\\.)*"/g, '""'), /[,:](?! )/, `v1: other separators: ${line}`);
  const { type } = object;
  if (isAnswer && type !== 'message' && type !== 'status') return object;
  assert.ok(type === 'message' || type === 'status' || type === 'users', `v1: no line of a listener: ${line}`);
  if (type === 'message') {
    for (const key of ['from', 'content', 'timestamp']) assert.equal(typeof object[key], 'string', `v1: ${key} of ${line}`);
    assert.match(String(object['timestamp']), times, line);
    assert.deepEqual(
      Object.keys(object).filter((key) => reserved.has(key)),
      [],
      line,
    );
  }
  if (type === 'status') assert.deepEqual(Object.keys(object), ['type', 'user', 'state'], line);
  return object;
}

/** A line for a v2 session: compact JSON in UTF-8, nothing that a terminal acts on. */
export function v2Line(bytes: Buffer): Json {
  assert.ok(isUtf8(bytes), `v2: not UTF-8: ${bytes.toString('latin1')}`);
  const line = bytes.toString();
  assert.doesNotMatch(line, unsafe, `v2: unsafe character: ${JSON.stringify(line)}`);
  const object = parsed(line);
  const { type } = object;
  assert.equal(typeof type, 'string', `v2: no type: ${line}`);
  if (type === 'message') {
    for (const key of ['from', 'content', 'timestamp', 'subtype']) assert.equal(typeof object[key], 'string', `v2: ${key} of ${line}`);
    assert.ok(Number.isSafeInteger(object['id']) && Number.isSafeInteger(object['seq']), `v2: place of ${line}`);
  }
  return object;
}

/** Rows for somebody on netcat: UTF-8 without anything that moves a cursor. */
export function plainLine(bytes: Buffer): string {
  assert.ok(isUtf8(bytes), `plain: not UTF-8: ${bytes.toString('latin1')}`);
  const line = bytes.toString().replace(/\r$/, '');
  assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u, `plain: ${JSON.stringify(line)}`);
  return line;
}

function parsed(line: string): Json {
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    assert.fail(`no JSON: ${line}`);
  }
  assert.ok(typeof object === 'object' && object !== null && !Array.isArray(object), `no object: ${line}`);
  // A `ref` comes back to whoever sent it, and to nobody else, as it was.
  const { ref: _own, ...others } = object as Json;
  assertClean(others, line);
  return object as Json;
}

/** Every text anywhere in it, keys included. */
function assertClean(value: unknown, line: string): void {
  if (typeof value === 'string') assert.ok(!poison.test(value), `control character in ${line}`);
  else if (typeof value === 'number') assert.ok(Number.isFinite(value), line);
  else if (typeof value === 'object' && value !== null)
    for (const key of Object.keys(value)) {
      if (!Array.isArray(value)) assert.ok(!poison.test(key), `control character in ${line}`);
      assertClean((value as Json)[key], line);
    }
}
