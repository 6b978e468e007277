import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Forwarded } from '../../server/transport/forwarded.ts';
import { originPolicy } from '../../server/transport/origins.ts';

test('a program names no origin and is let in, unless pages alone may come', () => {
  assert.ok(originPolicy({ allowed: [], needsOrigin: false })(undefined, '127.0.0.1:9001'));
  assert.ok(!originPolicy({ allowed: ['https://a.example'], needsOrigin: true })(undefined, '127.0.0.1:9001'));
});

test('a page is let in when its origin is listed, whole and whatever its case', () => {
  const isAllowed = originPolicy({ allowed: ['https://Chat.example/'], needsOrigin: false });

  assert.ok(isAllowed('https://chat.example', 'ws.example'));
  for (const other of [
    'http://chat.example',
    'https://chat.example:444',
    'https://chat.example.evil',
    'https://evil/chat.example',
    'null',
    '',
  ]) {
    assert.ok(!isAllowed(other, 'ws.example'), other);
  }
});

test('a page of the gateway’s own address is let in; one of its own name is not, since any page can make a name point here', () => {
  const isAllowed = originPolicy({ allowed: [], needsOrigin: false });

  for (const host of ['127.0.0.1:9001', 'localhost:9001', '[::1]:9001']) assert.ok(isAllowed(`http://${host}`, host), host);
  assert.ok(!isAllowed('http://localhost:9002', 'localhost:9001'));
  assert.ok(!isAllowed('file://localhost', 'localhost'));
  assert.ok(!isAllowed('http://rebound.example:9001', 'rebound.example:9001'));
});

test('everybody is let in by a star', () => {
  assert.ok(originPolicy({ allowed: ['*'], needsOrigin: false })('https://anything.example', 'x'));
});

test('X-Forwarded-For is believed from a trusted proxy alone, and up to the first hop that is none', () => {
  const forwarded = new Forwarded(['127.0.0.1/32', '10.0.0.0/8']);

  assert.equal(forwarded.clientOf('203.0.113.9', '198.51.100.1'), '203.0.113.9');
  assert.equal(forwarded.clientOf('127.0.0.1', '198.51.100.1'), '198.51.100.1');
  assert.equal(forwarded.clientOf('127.0.0.1', '1.2.3.4, 198.51.100.1, 10.1.1.1'), '198.51.100.1');
  assert.equal(forwarded.clientOf('127.0.0.1', '[2001:db8::7]:4711'), '2001:db8::7');
  assert.equal(forwarded.clientOf('127.0.0.1', 'nonsense, 10.0.0.1'), '127.0.0.1');
  assert.equal(forwarded.clientOf('127.0.0.1', undefined), '127.0.0.1');
  assert.equal(new Forwarded([]).clientOf('127.0.0.1', '198.51.100.1'), '127.0.0.1');
});
