import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RegistrationThrottle } from '../../server/domain/registration-throttle.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import { FakeClock } from '../support/fake-clock.ts';

const defaults = {
  registrations_per_address: { burst: 64, per_second: 5 / 60 },
  registrations_per_address_day: 200,
  refused_registrations_per_address: { burst: 60, per_second: 0.5 },
  registrations_total: { burst: 2000, per_second: 2000 / 600 },
};

function setUp(changes: Partial<typeof defaults> = {}, capacity = 100) {
  const clock = new FakeClock();
  const throttle = new RegistrationThrottle({ limits: { ...defaults, ...changes }, clock, capacity });
  /** Registers `count` times, one after the other, and tells what became of each. */
  const register = async (count: number, how: { address?: string; multiple?: number; refusal?: ChatError } = {}) => {
    const { address = 'school', multiple = 1, refusal } = how;
    const outcomes: string[] = [];
    for (let i = 0; i < count; i++) {
      const outcome = throttle.attempt({ address, multiple }, async () => {
        if (refusal !== undefined) throw refusal;
        return 'ok';
      });
      outcomes.push(await outcome.catch((error: unknown) => (error instanceof ChatError ? error.code : 'another error')));
    }
    return outcomes;
  };
  const accepted = async (count: number, how = {}) => (await register(count, how)).filter((outcome) => outcome === 'ok').length;
  return { clock, throttle, register, accepted };
}

describe('registrations', () => {
  test('a class of 40 gets its accounts at once, and a flood of 120 does not get through', async () => {
    const { accepted, clock } = setUp();

    assert.equal(await accepted(40), 40);
    assert.equal(await accepted(80), 24);
    clock.advance(60_000);
    assert.equal(await accepted(10), 5);
  });

  test('120 that are under way at once are no more than the limit either', async () => {
    const { throttle } = setUp();

    const outcomes = await Promise.allSettled(
      Array.from({ length: 120 }, () => throttle.attempt({ address: 'school' }, () => new Promise((resolve) => setImmediate(resolve)))),
    );

    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 64);
  });

  test('another address is not concerned, until the total is used up', async () => {
    const { accepted } = setUp({ registrations_total: { burst: 70, per_second: 1 } });

    assert.equal(await accepted(100), 64);
    assert.equal(await accepted(10, { address: 'home' }), 6);
  });

  test('one address has a daily cap', async () => {
    const { accepted, clock } = setUp({ registrations_per_address: { burst: 300, per_second: 1 } });

    assert.equal(await accepted(250), 200);
    clock.advance(23 * 3600 * 1000);
    assert.equal(await accepted(1), 0);
    clock.advance(3600 * 1000);
    assert.equal(await accepted(250), 200);
  });

  test('a daily cap of 0 is none', async () => {
    const { accepted } = setUp({ registrations_per_address: { burst: 300, per_second: 1 }, registrations_per_address_day: 0 });

    assert.equal(await accepted(300), 300);
  });

  test('names that are taken or invalid use up a bucket of their own, and then nothing is told any more', async () => {
    const { register, accepted, clock } = setUp();

    assert.deepEqual(new Set(await register(30, { refusal: new ChatError('already_exists') })), new Set(['already_exists']));
    assert.deepEqual(new Set(await register(30, { refusal: new ChatError('invalid_name') })), new Set(['invalid_name']));
    assert.deepEqual(await register(1, { refusal: new ChatError('already_exists') }), ['rate_limited']);
    assert.deepEqual(await register(1), ['rate_limited']);
    clock.advance(2000);
    assert.equal(await accepted(64), 64);
  });

  test('other failures cost nothing', async () => {
    const { register, accepted } = setUp();

    await register(200, { refusal: new ChatError('weak_password') });
    await register(200, { refusal: new ChatError('server_busy') });

    assert.equal(await accepted(64), 64);
  });

  test('the refusal says when to come back', async () => {
    const { accepted, throttle } = setUp();
    await accepted(64);

    await assert.rejects(
      throttle.attempt({ address: 'school' }, async () => 'ok'),
      (error: unknown) => error instanceof ChatError && error.code === 'rate_limited' && error.details.retryAfterMs === 12_000,
    );
  });

  test('a shared address has a multiple of the limits', async () => {
    const { accepted } = setUp({ registrations_per_address_day: 100 });

    assert.equal(await accepted(300, { multiple: 4 }), 256);
    assert.equal(await accepted(300, { address: 'small', multiple: 1.5 }), 96);
  });

  test('past its capacity the throttle forgets the addresses that were quiet for longest', async () => {
    const { accepted } = setUp({ registrations_per_address: { burst: 1, per_second: 0.001 } }, 10);
    await accepted(1, { address: 'old' });

    for (let i = 0; i < 9; i++) await accepted(1, { address: `new ${i}` });
    assert.equal(await accepted(1, { address: 'old' }), 0);
    for (let i = 0; i < 10; i++) await accepted(1, { address: `newer ${i}` });

    assert.equal(await accepted(1, { address: 'old' }), 1);
  });
});
