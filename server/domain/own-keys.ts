import type { Clock } from '../base/clock.ts';
import { fingerprintOf } from '../base/identity.ts';
import { cleanWord } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import { readSshKey, sshBlob } from '../protocol/key-login.ts';
import { wire } from '../protocol/limits.ts';
import type { Store, StoredKey } from '../store/store.ts';
import type { OwnPassword } from './own-password.ts';
import type { Caller } from './people.ts';

export interface OwnKeysParts {
  readonly store: Pick<Store, 'credentials'>;
  readonly clock: Clock;
  readonly ownPassword: Pick<OwnPassword, 'prove'>;
}

/** One’s public keys. A session alone is not enough to change them: the password is asked for once more. */
export class OwnKeys {
  readonly #parts: OwnKeysParts;

  constructor(parts: OwnKeysParts) {
    this.#parts = parts;
  }

  list(accountId: number): Promise<readonly StoredKey[]> {
    return this.#parts.store.credentials.keys.of(accountId);
  }

  /** Throws `invalid_field` for what is no key, `conflict` for one that is there, `quota_exceeded`, and as `OwnPassword.prove`. */
  async add(caller: Caller, { line, password }: { line: string; password: string }, signal: AbortSignal): Promise<StoredKey> {
    const read = readSshKey(line);
    if (read === null) throw new ChatError('invalid_field', { field: 'key' });
    const { store, clock, ownPassword } = this.#parts;
    const { id: accountId } = await ownPassword.prove(caller, password, signal);
    const key = {
      accountId,
      key: read.raw,
      comment: cleanWord(read.comment).slice(0, wire.keyComment),
      addedAt: clock.now(),
      usedAt: null,
    };
    const outcome = await store.credentials.keys.add(key, wire.keysPerAccount);
    if (outcome === 'there') throw new ChatError('conflict');
    if (outcome === 'full') throw new ChatError('quota_exceeded', { text: 'too_many_keys', params: { limit: wire.keysPerAccount } });
    return key;
  }

  /** `which`: its fingerprint, or the key itself. Throws `not_found`, and as `OwnPassword.prove`. */
  async remove(caller: Caller, { which, password }: { which: string; password: string }, signal: AbortSignal): Promise<StoredKey> {
    const { store, ownPassword } = this.#parts;
    const { id } = await ownPassword.prove(caller, password, signal);
    const raw = readSshKey(which)?.raw;
    const key = (await store.credentials.keys.of(id)).find((one) => one.key === raw || keyFingerprint(one) === which);
    if (key === undefined || !(await store.credentials.keys.remove({ accountId: id, key: key.key }))) throw new ChatError('not_found');
    return key;
  }
}

export function keyFingerprint({ key }: Pick<StoredKey, 'key'>): string {
  return fingerprintOf(sshBlob(key));
}
