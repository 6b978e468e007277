import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ChatError } from '../../server/protocol/errors.ts';
import { loginTries, times } from '../support/login-tries.ts';

const hourMs = 3600 * 1000;
const { setUp, newAccount } = loginTries();

describe('wrong passwords of one account from one address', () => {
  test('twelve are free, then each further try waits 1, 2, 4 … 900 seconds', async () => {
    const { clock, right, wrong } = await setUp({ limits: { wrong_per_account: 1000, wrong_per_account_hard: 1000 } });
    assert.deepEqual(new Set(await times(12, () => wrong('home'))), new Set(['wrong']));

    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      assert.equal(await right('home'), `refused ${seconds * 1000}`);
      clock.advance(seconds * 1000 - 1);
      assert.equal(await right('home'), 'refused 1');
      clock.advance(1);
      assert.equal(await wrong('home'), 'wrong');
    }
  });

  test('tries that are refused do not count', async () => {
    const { clock, right, wrong } = await setUp();
    await times(12, () => wrong('home'));

    await times(50, () => wrong('home'));
    clock.advance(1000);

    assert.equal(await right('home'), 'in');
  });

  test('a right one gives the twelve free ones back', async () => {
    const { clock, right, wrong } = await setUp();
    await times(12, () => wrong('home'));
    clock.advance(1000);
    await right('home');

    assert.deepEqual(new Set(await times(12, () => wrong('home'))), new Set(['wrong']));

    assert.equal(await wrong('home'), 'refused 1000');
  });

  test('they hold back neither another account nor another address', async () => {
    const { right, wrong } = await setUp();
    await times(13, () => wrong('home'));

    assert.equal(await right('home', { accountFold: 'other', accountId: await newAccount() }), 'in');
    assert.equal(await right('elsewhere'), 'in');
  });

  test('a day without one forgives them', async () => {
    const { clock, wrong } = await setUp();
    await times(12, () => wrong('home'));

    clock.advance(24 * hourMs);

    assert.deepEqual(new Set(await times(12, () => wrong('home'))), new Set(['wrong']));
  });

  test('of fifty tries in flight at once no more than twelve are looked at', async () => {
    const { checked } = await setUp();
    let looks = 0;
    const look = async () => {
      looks += 1;
      await turn();
      return false;
    };

    const outcomes = await Promise.all(Array.from({ length: 50 }, () => checked('home', look)));

    assert.equal(looks, 12);
    assert.equal(outcomes.filter((outcome) => outcome === 'refused 1000').length, 38);
  });

  test('forty right ones in flight at once all get in', async () => {
    const { right } = await setUp();

    assert.deepEqual(new Set(await Promise.all(Array.from({ length: 40 }, () => right('school')))), new Set(['in']));
  });

  test('a try that ends in an error, because its socket is gone or the server is busy, is not counted', async () => {
    const { checked, right } = await setUp();

    const outcomes = await times(50, () => checked('home', () => Promise.reject(new ChatError('server_busy'))));

    assert.deepEqual(new Set(outcomes), new Set(['server_busy']));
    assert.equal(await right('home'), 'in');
  });

  test('moving the wall clock changes nothing', async () => {
    const { clock, wrong } = await setUp();
    await times(12, () => wrong('home'));

    clock.setWall(clock.now() + 48 * hourMs);

    assert.equal(await wrong('home'), 'refused 1000');
  });
});

describe('wrong passwords of one account from everywhere', () => {
  test('after twenty in 15 minutes strangers share one try in 30 seconds', async () => {
    const { clock, right, wrong } = await setUp();
    await times(20, (i) => wrong(`bot ${i}`));

    assert.equal(await right('stranger'), 'refused 30000');
    clock.advance(30_000);
    assert.equal(await wrong('bot 50'), 'wrong');
    assert.equal(await right('stranger'), 'refused 30000');
    clock.advance(30_000);
    assert.equal(await right('stranger'), 'in');
    assert.equal(await right('another stranger'), 'in', 'right ones cost nothing');
  });

  test('an address that logged in before is not concerned, and can mistype as ever', async () => {
    const { right, wrong } = await setUp();
    await right('home');
    await times(20, (i) => wrong(`bot ${i}`));

    assert.deepEqual(new Set(await times(12, () => wrong('home'))), new Set(['wrong']));
    assert.equal(await right('home'), 'refused 1000');
    assert.equal(await right('stranger'), 'refused 30000');
  });

  test('the owner’s own slips do not use up the one try of strangers', async () => {
    const { clock, right, wrong } = await setUp();
    await right('home');
    await times(20, (i) => wrong(`bot ${i}`));
    clock.advance(29_999);
    await wrong('home');

    clock.advance(1);

    assert.equal(await right('stranger'), 'in');
  });

  test('the address from which the account was made is not concerned either', async () => {
    const { know, right, wrong } = await setUp();
    know('home');
    await times(20, (i) => wrong(`bot ${i}`));

    assert.equal(await right('home'), 'in');
  });

  test('fifteen minutes after them strangers may try again', async () => {
    const { clock, right, wrong } = await setUp();
    await times(20, (i) => wrong(`bot ${i}`));

    clock.advance(15 * 60 * 1000);

    assert.deepEqual(new Set(await times(19, (i) => wrong(`late bot ${i}`))), new Set(['wrong']));
    assert.equal(await right('stranger'), 'in');
  });

  test('of a hundred strangers at once no more than twenty are looked at', async () => {
    const { wrong } = await setUp();

    const outcomes = await Promise.all(Array.from({ length: 100 }, (_, i) => wrong(`bot ${i}`)));

    assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, 20);
  });

  test('after a hundred in a row strangers are refused for a long time; the owner gets in from home', async () => {
    const { clock, right, wrong } = await setUp();
    await right('home');
    await times(20, (i) => wrong(`bot ${i}`));
    await times(80, (i) => {
      clock.advance(30_000);
      return wrong(`slow bot ${i}`);
    });

    clock.advance(hourMs);

    assert.equal(await right('stranger'), `refused ${23 * hourMs}`);
    assert.equal(await wrong('home'), 'wrong');
    assert.equal(await right('home'), 'in');
    assert.equal(await right('another stranger'), `refused ${24 * hourMs}`, 'the owner’s login clears nothing but his own');
  });

  test('the owner’s own slips, each followed by a right one, never add up', async () => {
    const { clock, right, wrong } = await setUp();

    for (let i = 0; i < 60; i++) {
      await times(3, () => wrong('home'));
      assert.equal(await right('home'), 'in');
      clock.advance(hourMs);
    }

    assert.equal(await right('holidays'), 'in');
  });

  test('a name without an account is treated just like one with', async () => {
    const { wrong } = await setUp();
    const nobody = { accountFold: 'nobody', accountId: null };

    const of = async (who: object) => [
      ...(await times(14, () => wrong(`home of ${JSON.stringify(who)}`, who))),
      ...(await times(9, (i) => wrong(`bot ${i}`, who))),
    ];

    assert.deepEqual(await of(nobody), await of({}));
  });
});

describe('wrong passwords of one address', () => {
  test('after sixty only accounts that logged in from there may try, and it refills six a minute', async () => {
    const { clock, right, wrong } = await setUp();
    const known = { accountFold: 'known', accountId: await newAccount() };
    await right('school', known);
    await times(60, (i) => wrong('school', { accountFold: `guess ${i}`, accountId: null }));

    assert.equal(await right('school'), 'refused 10000');
    assert.equal(await right('school', { accountFold: 'guess 99', accountId: null }), 'refused 10000');
    assert.equal(await right('school', known), 'in');
    assert.equal(await right('home'), 'in');
    clock.advance(10_000);
    assert.equal(await right('school'), 'in');
  });

  test('forty pupils of one address may each mistype once and then get in', async () => {
    const { right, wrong } = await setUp();
    const pupils = await times(40, async (i) => ({ accountFold: `pupil ${i}`, accountId: await newAccount() }));

    const first = await Promise.all(pupils.map((pupil) => wrong('school', pupil)));
    const second = await Promise.all(pupils.map((pupil) => right('school', pupil)));

    assert.deepEqual([new Set(first), new Set(second)], [new Set(['wrong']), new Set(['in'])]);
  });

  test('right ones never consume: three hundred accounts log in from one address at once', async () => {
    const { right } = await setUp();
    const pupils = await times(300, async (i) => ({ accountFold: `pupil ${i}`, accountId: await newAccount() }));

    const outcomes = await Promise.all(pupils.map((pupil) => right('school', pupil)));

    assert.deepEqual(new Set(outcomes), new Set(['in']));
  });

  test('tries side by side do not slip past the sixty', async () => {
    const { wrong } = await setUp();

    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, i) => wrong('school', { accountFold: `guess ${i}`, accountId: null })),
    );

    assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, 60);
  });

  test('a shared address has a multiple of them', async () => {
    const { wrong } = await setUp();

    const outcomes = await times(200, (i) => wrong('school', { accountFold: `guess ${i}`, accountId: null, multiple: 3 }));

    assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, 180);
  });
});
