import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hash as argon2Hash, argon2id } from 'argon2';
import { systemClock } from '../../server/base/clock.ts';
import { argon2Passwords } from '../../server/passwords/argon2.ts';

const settings = { hash_workers: 0, hash_queue: 256, hash_queue_per_address: 64, hash_wait_s: 10 };
const passwords = argon2Passwords(settings, systemClock);
const asker = { address: '192.0.2.1', signal: new AbortController().signal };

function askerAt(address: string) {
  return { address, signal: new AbortController().signal };
}

async function durationOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('passwords', () => {
  test('a hash is argon2id with 19 MiB, two passes, a 16-byte salt and a 32-byte tag', async () => {
    const stored = await passwords.hash('correct horse', asker);

    const [, id, version, parameters, salt, tag] = stored.split('$');
    assert.deepEqual([id, version], ['argon2id', 'v=19']);
    assert.equal(parameters, 'm=19456,t=2,p=1');
    assert.equal(Buffer.from(salt ?? '', 'base64').length, 16);
    assert.equal(Buffer.from(tag ?? '', 'base64').length, 32);
  });

  test('the right password is told from a wrong one, and two hashes of it differ', async () => {
    const [one, other] = await Promise.all([passwords.hash('correct horse', asker), passwords.hash('correct horse', asker)]);

    assert.notEqual(one, other);
    assert.equal(await passwords.verify('correct horse', one, asker), true);
    assert.equal(await passwords.verify('correct horse', other, asker), true);
    assert.equal(await passwords.verify('correct horsf', one, asker), false);
  });

  test('the same accents are the same password, composed or not', async () => {
    const stored = await passwords.hash('été à Nîmes'.normalize('NFD'), asker);

    assert.equal(await passwords.verify('été à Nîmes'.normalize('NFC'), stored, asker), true);
    assert.equal(await passwords.verify('ete a Nimes', stored, asker), false);
  });

  test('a long password counts to its last byte', async () => {
    const stored = await passwords.hash(`${'x'.repeat(1023)}a`, asker);

    assert.equal(await passwords.verify(`${'x'.repeat(1023)}b`, stored, asker), false);
  });

  test('a user that does not exist costs as much time as one that does, and is refused', async () => {
    const stored = await passwords.hash('correct horse', asker);
    const known: number[] = [];
    const unknown: number[] = [];
    await passwords.verify('warm up', null, asker);

    for (let i = 0; i < 11; i++) {
      known.push(await durationOf(() => passwords.verify('wrong', stored, asker)));
      unknown.push(await durationOf(async () => assert.equal(await passwords.verify('wrong', null, asker), false)));
    }

    const ratio = median(unknown) / median(known);
    assert.ok(ratio > 0.5 && ratio < 2, `ratio of medians ${ratio}`);
  });

  test('a hash made more cheaply, or of another kind, is weak; ours is not', async () => {
    const cheap = await argon2Hash('x', { type: argon2id, memoryCost: 4096, timeCost: 2, parallelism: 1 });
    const otherKind = await argon2Hash('x', { type: 1, memoryCost: 19_456, timeCost: 2, parallelism: 1 });

    assert.equal(passwords.isWeak(cheap), true);
    assert.equal(passwords.isWeak(otherKind), true);
    assert.equal(passwords.isWeak(await passwords.hash('x', asker)), false);
  });

  test('forty pupils who log in behind one address at once all get in', async () => {
    const stored = await Promise.all(Array.from({ length: 40 }, (_, i) => passwords.hash(`pupil ${i}`, askerAt(`192.0.2.${i}`))));

    const answers = await Promise.all(stored.map((hash, i) => passwords.verify(`pupil ${i}`, hash, askerAt('198.51.100.7'))));

    assert.deepEqual(answers, new Array(40).fill(true));
  });

  test('an address that floods the queue delays a login from another one by two hashes at most', async () => {
    const oneWorker = argon2Passwords({ ...settings, hash_workers: 1 }, systemClock);
    const stored = await oneWorker.hash('correct horse', asker);
    const sockets = Array.from({ length: 60 }, () => new AbortController());
    const flood = Promise.allSettled(sockets.map(({ signal }) => oneWorker.verify('guess', null, { address: '203.0.113.9', signal })));
    const waiting = oneWorker.waiting;

    assert.equal(await oneWorker.verify('correct horse', stored, asker), true);

    assert.equal(waiting, 59);
    assert.ok(waiting - oneWorker.waiting <= 2, `${waiting - oneWorker.waiting} of the flood went before`);
    for (const socket of sockets) socket.abort();
    assert.equal(oneWorker.waiting, 0);
    await flood;
  });

  test('work that was queued for a socket is dropped with it', async () => {
    const oneWorker = argon2Passwords({ ...settings, hash_workers: 1 }, systemClock);
    const running = oneWorker.hash('x', asker);
    const socket = new AbortController();
    const dropped = assert.rejects(oneWorker.hash('y', { address: '203.0.113.9', signal: socket.signal }), { name: 'AbortError' });

    socket.abort();

    await dropped;
    assert.deepEqual([oneWorker.running, oneWorker.waiting], [1, 0]);
    await running;
    assert.deepEqual([oneWorker.running, oneWorker.waiting], [0, 0]);
  });

  test('after closing nothing is hashed any more', async () => {
    const closing = argon2Passwords(settings, systemClock);
    const underWay = closing.hash('x', asker);

    await closing.close();

    assert.match(await underWay, /^\$argon2id\$/);
    assert.equal(closing.running, 0);
    await assert.rejects(closing.hash('x', asker), { code: 'draining' });
  });
});
