import { randomBytes, verify } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { type Identity, publicKeyOf } from '../base/identity.ts';
import { ChatError } from '../protocol/errors.ts';
import { type KeyLoginFacts, keyLoginText, readSshKey } from '../protocol/key-login.ts';
import { fold } from '../protocol/names.ts';
import type { Account, Store } from '../store/store.ts';
import type { Proof } from './credential.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { Caller } from './people.ts';

export interface KeyLoginParts {
  readonly store: Pick<Store, 'accounts' | 'credentials'>;
  readonly clock: Clock;
  readonly logins: LoginThrottle;
  readonly identity: Identity;
}

/** A challenge that is out; it belongs to the connection that asked, and is good for one answer. */
export interface KeyChallenge {
  readonly facts: KeyLoginFacts;
  /** On the monotonic clock. */
  readonly until: number;
}

export const challengeMs = 30_000;
export const keyProof: Proof = { kind: 'key', scopes: null, tokenId: null, until: null };

/** Logins with an Ed25519 key in two steps: the server signs a challenge with its identity, then the client does with its key. */
export class KeyLogins {
  readonly #parts: KeyLoginParts;

  constructor(parts: KeyLoginParts) {
    this.#parts = parts;
  }

  /** The same for every name and every key, so that it tells nothing of accounts. Throws `invalid_field`. */
  challenge(
    { username, key, nonce }: { username: string; key: string; nonce: string },
    binding: Buffer | null,
  ): { readonly challenge: KeyChallenge; readonly signature: Buffer } {
    const { clock, identity } = this.#parts;
    const read = readSshKey(key);
    if (read === null) throw new ChatError('invalid_field', { field: 'key' });
    const facts: KeyLoginFacts = {
      server: identity.raw,
      key: read.raw,
      username,
      clientNonce: nonce,
      serverNonce: randomBytes(32).toString('base64'),
      binding: binding?.toString('base64') ?? '',
    };
    const signature = identity.sign(keyLoginText('server', facts));
    return { challenge: { facts, until: clock.monotonic() + challengeMs }, signature };
  }

  /**
   * Who signed the challenge. Throws `session_expired` when there is none or its time is over, else `login_failed` for an unknown
   * user, a key that is not the user's and a wrong signature alike; each counts as a wrong password does.
   */
  async prove(
    caller: Caller,
    { username, signature }: { username: string; signature: string },
    challenge: KeyChallenge | null,
  ): Promise<Account> {
    const { store, clock, logins } = this.#parts;
    if (challenge === null || clock.monotonic() >= challenge.until) throw new ChatError('session_expired', { text: 'challenge_over' });
    const { facts } = challenge;
    const accountFold = fold(username);
    const account = await store.accounts.find(accountFold);
    const tried = { accountFold, accountId: account?.id ?? null, address: caller.address, multiple: caller.multiple };
    const isRight = await logins.attempt(tried, async () => {
      const isKnown = await store.credentials.keys.has(account?.id ?? 0, facts.key);
      return isSigned(facts, signature) && isKnown && username === facts.username;
    });
    if (!isRight || account === null) throw new ChatError('login_failed');
    if (account.isLocked) throw new ChatError('forbidden', { text: 'account_locked' });
    // An operator gave it a password for a slip: whoever had a key before is not let past it.
    if (account.isOneTime) throw new ChatError('forbidden', { text: 'choose_password' });
    await store.credentials.keys.used({ accountId: account.id, key: facts.key, at: clock.now() });
    return account;
  }
}

function isSigned(facts: KeyLoginFacts, signature: string): boolean {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.length === 64 && verify(null, Buffer.from(keyLoginText('client', facts)), publicKeyOf(facts.key), bytes);
}
