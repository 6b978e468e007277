import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limitKey, networkSet, plainAddress } from '../../server/transport/address.ts';

test('an IPv4 address that came over IPv6 is shown as IPv4, a zone is not shown', () => {
  assert.equal(plainAddress('::ffff:192.0.2.7'), '192.0.2.7');
  assert.equal(plainAddress('192.0.2.7'), '192.0.2.7');
  assert.equal(plainAddress('fe80::1%eth0'), 'fe80::1');
  assert.equal(plainAddress('::1'), '::1');
  assert.equal(plainAddress('::ffff:0:1'), '::ffff:0:1');
  assert.equal(plainAddress(undefined), '');
});

test('an IPv4 address is limited by itself, an IPv6 one by its /64', () => {
  assert.equal(limitKey('192.0.2.7'), '192.0.2.7');
  for (const address of ['2001:db8:1:2::', '2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0db8:0001:0002:0:0:0:1']) {
    assert.equal(limitKey(address), '2001:db8:1:2::/64', address);
  }
  assert.equal(limitKey('::1'), '0:0:0:0::/64');
  assert.equal(limitKey('::'), '0:0:0:0::/64');
  assert.equal(limitKey('fe80::1:2:3:4'), 'fe80:0:0:0::/64');
  assert.equal(limitKey('1::2:3:4:5:6:7'), '1:0:2:3::/64');
  assert.equal(limitKey('1:2:3:4:5:6:7::'), '1:2:3:4::/64');
});

test('two IPv6 addresses share their limits exactly if their first 64 bits are the same, however they are written', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  const short = (parts: readonly number[]) =>
    new URL(`http://[${parts.map((part) => part.toString(16)).join(':')}]/`).hostname.slice(1, -1);

  fc.assert(
    fc.property(groups, groups, (one, other) => {
      const mixed = [...one.slice(0, 4), ...other.slice(4)];
      assert.equal(limitKey(short(mixed)), limitKey(short(one)));
      assert.equal(limitKey(short(one)), limitKey(one.map((part) => part.toString(16).padStart(4, '0')).join(':')));
      const isSame = one.slice(0, 4).every((part, index) => part === other[index]);
      assert.equal(limitKey(short(one)) === limitKey(short(other)), isSame);
    }),
  );
});

test('a set of networks has the addresses inside and no others', () => {
  const has = networkSet(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1/128', '172.16.0.0/12']);

  for (const inside of ['10.0.0.0', '10.255.255.255', '192.0.2.7', '2001:db8:ffff::1', '::1', '172.31.255.255'])
    assert.equal(has(inside), true, inside);
  for (const outside of ['11.0.0.0', '9.255.255.255', '192.0.2.8', '2001:db9::1', '::2', '172.32.0.0', '127.0.0.1', ''])
    assert.equal(has(outside), false, outside);
});

test('a network of no bits has everything of its family, no networks have nothing', () => {
  assert.equal(networkSet(['0.0.0.0/0'])('203.0.113.9'), true);
  assert.equal(networkSet(['::/0'])('2001:db8::1'), true);
  assert.equal(networkSet([])('127.0.0.1'), false);
});

test('what is no network is refused with its own text, and never taken for a wider one', () => {
  for (const wrong of [
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8.5',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0/0x8',
    '10.0.0.0/1e1',
    '::1/129',
    '10.0.0.0/eight',
    '300.0.0.1',
  ]) {
    assert.throws(
      () => networkSet(['192.0.2.0/24', wrong]),
      (error) => error instanceof RangeError && error.message.includes(`“${wrong}”`),
      wrong,
    );
  }
});
