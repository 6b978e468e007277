import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ChatError } from '../../server/protocol/errors.ts';
import { loginTries, times } from '../support/login-tries.ts';

const { setUp, newAccount } = loginTries();

describe('the memory of wrong passwords', () => {
  test('a restart is no amnesty', async () => {
    const { clock, right, wrong, restart } = await setUp();
    await times(12, () => wrong('bot'));
    clock.advance(1000);
    await wrong('bot');
    await times(7, (i) => wrong(`bot ${i}`));

    await restart();
    clock.advance(1000);

    assert.equal(await right('bot'), 'refused 29000');
    assert.equal(await right('stranger'), 'refused 29000');
    clock.advance(29_000);
    assert.equal(await right('bot'), 'in');
  });

  test('a restart does not give the free tries of one address back', async () => {
    const { clock, right, wrong, restart } = await setUp();
    await times(12, () => wrong('home'));
    clock.advance(1000);
    await wrong('home');

    await restart();
    clock.advance(500);

    assert.equal(await right('home'), 'refused 1500');
  });

  test('a restart with the wall clock set back is none either', async () => {
    const { clock, wrong, restart } = await setUp();
    await times(12, () => wrong('home'));

    await restart();
    clock.setWall(0);

    assert.equal(await wrong('home'), 'refused 1000');
  });

  test('an address that was known stays known', async () => {
    const { right, wrong, restart } = await setUp();
    await right('home');
    await times(20, (i) => wrong(`bot ${i}`));

    await restart();

    assert.equal(await right('home'), 'in');
    assert.equal(await right('stranger'), 'refused 30000');
  });

  test('nobody waits for the store, and what it refused is written when it works again', async () => {
    let isBroken = true;
    let writes = 0;
    const { clock, wrong, restart } = await setUp({
      logins: (real) => ({
        setFailures: (rows) => {
          writes += 1;
          return isBroken ? Promise.reject(new ChatError('storage_unavailable')) : real.setFailures(rows);
        },
      }),
    });

    await times(12, () => wrong('home'));
    assert.ok(writes < 12, `${writes} writes in one second`);
    isBroken = false;
    clock.advance(5000);
    await restart();

    assert.equal(await wrong('home'), 'wrong');
    assert.equal(await wrong('home'), 'refused 2000');
  });

  test('past its capacity it forgets what was quiet for longest; an account’s counters come back from the store', async () => {
    const { wrong, restart } = await setUp({ capacity: 50, limits: { wrong_per_address: { burst: 1000, per_second: 1 } } });
    const nobody = { accountFold: 'nobody', accountId: null };
    await times(12, () => wrong('home'));
    await times(12, () => wrong('office', nobody));
    await restart();

    const others = await times(60, () => newAccount());
    await times(60, (i) => wrong(`place ${i}`, { accountFold: `other ${i}`, accountId: others[i] }));
    await times(60, (i) => wrong(`place ${i}`, { accountFold: `name ${i}`, accountId: null }));

    assert.equal(await wrong('home'), 'refused 1000');
    assert.equal(await wrong('office', nobody), 'wrong');
  });

  test('no address is stored in clear', async () => {
    const kept: unknown[] = [];
    const { wrong, right, restart } = await setUp({
      logins: () => ({
        setFailures: async (rows) => void kept.push(...rows),
        addKnownAddress: async (_account, address) => void kept.push(address),
      }),
    });

    await wrong('192.0.2.55');
    await right('192.0.2.55');
    await restart();

    assert.ok(kept.length >= 3);
    assert.doesNotMatch(JSON.stringify(kept), /192\.0\.2/);
    assert.match(JSON.stringify(kept), /"[0-9a-f]{16}"/);
  });
});
