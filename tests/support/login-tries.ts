import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type LoginLimits, LoginThrottle } from '../../server/domain/login-throttle.ts';
import { ChatError } from '../../server/protocol/errors.ts';
import { openSqlite } from '../../server/store/sqlite/index.ts';
import type { Store } from '../../server/store/store.ts';
import { FakeClock } from './fake-clock.ts';

const defaults: LoginLimits = {
  wrong_per_account_address: 12,
  wrong_per_account: 20,
  wrong_per_account_hard: 100,
  wrong_per_address: { burst: 60, per_second: 0.1 },
};

interface How {
  readonly limits?: Partial<LoginLimits>;
  readonly capacity?: number;
  /** Parts of the store that behave otherwise. */
  readonly logins?: (real: Store['logins']) => Partial<Store['logins']>;
}

interface Who {
  readonly accountFold?: string;
  readonly accountId?: number | null | undefined;
  readonly multiple?: number;
}

/** Throttles over one real store that lives as long as the test file. */
export function loginTries() {
  const folder = mkdtempSync(join(tmpdir(), 'classcord-throttle-'));
  let store: Store;
  let made = 0;

  before(async () => {
    const queue = { writes: 10_000, bytes: 1 << 24 };
    const ignore = () => undefined;
    const events = { onBatch: ignore, onStorageError: ignore, onChoreError: ignore, onWriteError: ignore, onLost: ignore };
    store = await openSqlite({ file: join(folder, 'classcord.db'), synchronous: 'OFF', busyTimeoutMs: 1000, queue }, events);
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const newAccount = async (): Promise<number> => {
    made += 1;
    const account = await store.accounts.create({ username: `user${made}`, fold: `user${made}`, passwordHash: 'x', at: 0 });
    assert.ok(account !== null);
    return account.id;
  };

  /** A throttle, and an account of its own for whom tries are made unless `who` says otherwise. */
  const setUp = async ({ limits = {}, capacity = 1000, logins = () => ({}) }: How = {}) => {
    const clock = new FakeClock();
    const alice = { accountFold: 'alice', accountId: await newAccount() };
    const options = { limits: { ...defaults, ...limits }, logins: { ...store.logins, ...logins(store.logins) }, clock, capacity };
    const make = () => new LoginThrottle({ ...options, cloakKey: Buffer.alloc(32, 7) });
    let throttle = make();
    const verify = async (address: string, who: Who, check: () => Promise<boolean>) => {
      const { accountId = alice.accountId, ...others } = who;
      const outcome = throttle.attempt({ ...alice, ...others, accountId, address }, check);
      return outcome.then((isIn) => (isIn ? 'in' : 'wrong'), told);
    };
    const answer = (isRight: boolean) => async () => {
      await turn();
      return isRight;
    };
    return {
      clock,
      right: (address: string, who: Who = {}) => verify(address, who, answer(true)),
      wrong: (address: string, who: Who = {}) => verify(address, who, answer(false)),
      /** A try whose password `check` looks at. */
      checked: (address: string, check: () => Promise<boolean>) => verify(address, {}, check),
      know: (address: string) => throttle.know(alice.accountId, address),
      async restart() {
        await throttle.close();
        throttle = make();
      },
    };
  };
  return { setUp, newAccount };
}

function told(error: unknown): string {
  assert.ok(error instanceof ChatError, String(error));
  return error.details.text === 'too_many_wrong' ? `refused ${error.details.retryAfterMs}` : error.code;
}

/** Runs one after the other. */
export async function times<T>(count: number, run: (index: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let i = 0; i < count; i++) results.push(await run(i));
  return results;
}
