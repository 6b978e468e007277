import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { CommandError } from '../base/exit-codes.ts';
import { type Lang, text } from '../protocol/texts.ts';
import { FairQueue } from './fair-queue.ts';
import type { Passwords } from './passwords.ts';

/** Loaded when it is first needed: a native module that does not load is told by `checkArgon2`, not by an import that fails. */
const load = createRequire(import.meta.url);
const argon2 = (): typeof import('argon2') => load('argon2');

/** The `auth` settings that count here. */
export interface HashSettings {
  /** 0: one less than there are cores, at least one. The libuv pool must be larger, or hashes keep files and DNS waiting. */
  readonly hash_workers: number;
  readonly hash_queue: number;
  readonly hash_queue_per_address: number;
  readonly hash_wait_s: number;
}

/** Passwords whose queue can be looked at. */
export interface QueuedPasswords extends Passwords {
  readonly waiting: number;
  readonly running: number;
}

/** RFC 9106 §3.2: the type y of Argon2id. */
const argon2id = 2;

/** OWASP's minimum; one hash takes about 30 ms of CPU and 19 MiB. */
const cost = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1, hashLength: 32 } as const;
const saltBytes = 16;

/** Argon2id behind the fair queue. */
export function argon2Passwords(settings: HashSettings, clock: Clock): QueuedPasswords {
  const queue = new FairQueue(
    {
      workers: settings.hash_workers || Math.max(1, availableParallelism() - 1),
      waiting: settings.hash_queue,
      waitingPerAddress: settings.hash_queue_per_address,
      waitMs: settings.hash_wait_s * 1000,
    },
    clock,
  );
  const decoy = makeDecoy();
  return {
    hash: (password, asker) => queue.run(asker, () => argon2().hash(composed(password), { ...cost, salt: randomBytes(saltBytes) })),
    verify: (password, stored, asker) =>
      queue.run(asker, async () => {
        const isEqual = await argon2().verify(stored ?? decoy, composed(password));
        return isEqual && stored !== null;
      }),
    isWeak: (stored) => !stored.startsWith('$argon2id$') || argon2().needsRehash(stored, cost),
    close: () => queue.close(),
    get waiting() {
      return queue.waiting;
    },
    get running() {
      return queue.running;
    },
  };
}

/** The same password typed on another keyboard is the same bytes. */
function composed(password: string): string {
  return password.normalize('NFC');
}

/** A hash that nobody's password has and that costs as much to compare with: salt and tag are chance. */
function makeDecoy(): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  return `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${part(saltBytes)}$${part(cost.hashLength)}`;
}

/** Hashes and verifies once: a broken native module is told at start, readably (exit 70), and not at the first login. */
export async function checkArgon2(lang: Lang = 'en'): Promise<void> {
  try {
    const { hash, verify } = argon2();
    if (await verify(await hash('self-test', { ...cost, memoryCost: 1024 }), 'self-test')) return;
    throw new Error('a right password was refused');
  } catch (cause) {
    throw new CommandError('software', text(lang, 'argon2_broken'), { cause });
  }
}
