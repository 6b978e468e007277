import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Secret, TOTP } from 'otpauth';
import type { Clock } from '../base/clock.ts';
import { seal, unseal } from '../base/sealed.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Account, Store } from '../store/store.ts';
import { slipPassword } from './account-care.ts';
import type { Audit } from './audit.ts';
import { type Actor, accountKey, type Caller } from './people.ts';

export interface TotpParts {
  readonly store: Store['credentials']['totp'];
  readonly clock: Clock;
  readonly audit: Audit;
  /** Seals the secrets: whoever has the database alone has no codes. */
  readonly key: Buffer;
}

/** What an authenticator is set up with; shown once. */
export interface Enrolment {
  /** In base32, to type. */
  readonly secret: string;
  /** `otpauth://…`, to show as a QR code. */
  readonly uri: string;
}

const issuer = 'ClassCord';
const stepMs = 30_000;
/** Codes of the step before and after count, for clocks that differ. */
const window = 1;
const recoveryCodes = 10;
/** Codes that one address may try for one account: five, then one in three minutes. */
const tries = { burst: 5, perSecond: 1 / 180 };
const mostPairs = 10_000;

/** The second thing that an account may ask for at a login: six digits of an authenticator (RFC 6238), each good once, or a recovery code. */
export class Totp {
  readonly #parts: TotpParts;
  readonly #tries = new LRUCache<string, TokenBucket>({ max: mostPairs });

  constructor(parts: TotpParts) {
    this.#parts = parts;
  }

  /** Whether logins of the account need a code, and how many recovery codes are left. */
  async status(accountId: number): Promise<{ isOn: boolean; recoveryLeft: number }> {
    const stored = await this.#parts.store.find(accountId);
    return { isOn: stored !== null && stored.confirmedAt !== null, recoveryLeft: stored?.recoveryLeft ?? 0 };
  }

  /** A new secret; in force once a code of it was given. Throws `conflict` when there is one in force. */
  async enrol({ id, username }: Account): Promise<Enrolment> {
    const { store, clock, key } = this.#parts;
    const secret = new Secret({ size: 20 });
    const sealed = seal(key, secret.bytes, accountKey(id));
    if (!(await store.enrol({ accountId: id, secret: sealed, at: clock.now() }))) throw new ChatError('conflict', { text: 'totp_on' });
    return { secret: secret.base32, uri: codesOf(secret, username).toString() };
  }

  /** The first code puts it in force; returns the recovery codes, which are shown once. Throws `not_found`, `totp_failed`, `rate_limited`. */
  async confirm(caller: Caller, accountId: number, code: string): Promise<readonly string[]> {
    const { store, clock } = this.#parts;
    const stored = await store.find(accountId);
    if (stored === null || stored.confirmedAt !== null) throw new ChatError('not_found');
    const step = this.#tried(caller, accountId, () => this.#stepOf(accountId, stored.secret, code));
    if (step === null) throw new ChatError('totp_failed');
    const codes = Array.from({ length: recoveryCodes }, slipPassword);
    const recoveryHashes = codes.map((each) => this.#hash(accountId, each));
    const isOn = await store.confirm({ accountId, secret: stored.secret, step, at: clock.now(), recoveryHashes });
    if (!isOn) throw new ChatError('conflict');
    return codes;
  }

  /** Whether the code is right; it is used up then. Throws `totp_required` without one, `rate_limited` after too many wrong ones. */
  async check(caller: Pick<Caller, 'address'>, accountId: number, code: string | undefined): Promise<boolean> {
    const { store } = this.#parts;
    const stored = await store.find(accountId);
    if (stored === null || stored.confirmedAt === null) return true;
    if (code === undefined || code.trim() === '') throw new ChatError('totp_required');
    this.#spend(caller, accountId);
    const isRight = await this.#use(accountId, stored.secret, code);
    if (isRight) this.#tries.delete(pairOf(caller, accountId));
    return isRight;
  }

  /** Logins need no code any more. Throws `not_found`, and as `check`. */
  async disable(caller: Caller, accountId: number, code: string | undefined): Promise<void> {
    if (!(await this.status(accountId)).isOn) throw new ChatError('not_found');
    if (!(await this.check(caller, accountId, code))) throw new ChatError('totp_failed');
    await this.#parts.store.remove(accountId);
  }

  /** An operator does the same for somebody who lost the device. Throws `not_found`. */
  async reset(by: Actor, { id }: Account): Promise<void> {
    const { store, audit } = this.#parts;
    const draft = audit.draft(by, { action: 'account.totp_reset', subject: accountKey(id) });
    if (!(await store.remove(id, draft))) throw new ChatError('not_found');
    audit.done(by, 'account.totp_reset');
  }

  async #use(accountId: number, secret: Uint8Array, code: string): Promise<boolean> {
    const { store } = this.#parts;
    const step = this.#stepOf(accountId, secret, code);
    if (step !== null) return store.takeStep({ accountId, step });
    return isDigits(code) ? false : store.takeRecovery({ accountId, hash: this.#hash(accountId, code) });
  }

  /** Of which step the code is, compared in constant time; null: of none about now. */
  #stepOf(accountId: number, sealed: Uint8Array, code: string): number | null {
    const { clock, key } = this.#parts;
    if (!isDigits(code)) return null;
    const bytes = unseal(key, sealed, accountKey(accountId));
    const secret = new Secret({ buffer: new Uint8Array(bytes).buffer });
    const timestamp = clock.now();
    const delta = codesOf(secret, '').validate({ token: bare(code), timestamp, window });
    return delta === null ? null : Math.floor(timestamp / stepMs) + delta;
  }

  #tried<T>(caller: Caller, accountId: number, look: () => T | null): T | null {
    this.#spend(caller, accountId);
    const found = look();
    if (found !== null) this.#tries.delete(pairOf(caller, accountId));
    return found;
  }

  #spend(caller: Pick<Caller, 'address'>, accountId: number): void {
    const pair = pairOf(caller, accountId);
    const now = this.#parts.clock.monotonic();
    const bucket = this.#tries.get(pair) ?? new TokenBucket(tries, now);
    this.#tries.set(pair, bucket);
    const retryAfterMs = bucket.take(1, now);
    if (retryAfterMs > 0) throw new ChatError('rate_limited', { text: 'too_many_codes', retryAfterMs });
  }

  /** Keyed: a recovery code is short enough to be guessed by whoever has the database. */
  #hash(accountId: number, code: string): string {
    return createHmac('sha256', this.#parts.key)
      .update(`recovery u${accountId} ${bare(code)}`)
      .digest('hex');
  }
}

function codesOf(secret: Secret, label: string): TOTP {
  return new TOTP({ issuer, label, algorithm: 'SHA1', digits: 6, period: stepMs / 1000, secret });
}

/** As people type codes: with blanks or dashes, in capitals. */
function bare(code: string): string {
  return code.replace(/[\s-]/g, '').toLowerCase();
}

function isDigits(code: string): boolean {
  return /^\d{6}$/.test(bare(code));
}

function pairOf({ address }: Pick<Caller, 'address'>, accountId: number): string {
  return `${accountId}@${address}`;
}
