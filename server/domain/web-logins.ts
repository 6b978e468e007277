import type { Clock } from '../base/clock.ts';
import type { Jwt } from '../base/jwt.ts';
import { opaqueToken, tokenHash } from '../base/opaque-token.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Account, Store, StoredSession } from '../store/store.ts';
import { lockedError } from './account-care.ts';
import type { Credential } from './credential.ts';
import { cloak } from './login-throttle.ts';
import type { Caller } from './people.ts';
import { type Sessions, sessionName } from './sessions.ts';

export interface WebLoginParts {
  readonly store: Pick<Store, 'accounts' | 'credentials'>;
  readonly clock: Clock;
  readonly jwt: Jwt;
  readonly cloakKey: Buffer;
  readonly sessions: Pick<Sessions, 'endHere'>;
}

/** What a web client gets when it logs in or refreshes. */
export interface WebLogin {
  /** A JWT, good for `expiresInS`. */
  readonly token: string;
  readonly expiresInS: number;
  /** Good for one refresh; null: the one that the client has stays good. */
  readonly refreshToken: string | null;
  readonly account: Account;
}

/** A short life for what is shown with every request, a long one for the session behind it. */
export const accessS = 15 * 60;
const sessionMs = 14 * 24 * 3600 * 1000;
const graceMs = 30_000;

/** Logins of the gateway: a JWT speaks for a stored session, which refreshes it, and whose end ends it. */
export class WebLogins {
  readonly #parts: WebLoginParts;

  constructor(parts: WebLoginParts) {
    this.#parts = parts;
  }

  /** For an account that has proven itself. Throws `storage_unavailable`: a JWT without its row would be good for nothing. */
  async issue({ address, client }: Pick<Caller, 'address' | 'client'>, account: Account): Promise<WebLogin> {
    const { store, clock, cloakKey } = this.#parts;
    const now = clock.now();
    const id = sessionName();
    const refreshToken = refreshOf(id);
    const isStored = await store.credentials.sessions.put({
      id,
      accountId: account.id,
      kind: 'jwt',
      tokenId: null,
      node: '',
      client: client.slice(0, 64),
      address: cloak(cloakKey, address),
      createdAt: now,
      seenAt: now,
      expiresAt: now + sessionMs,
      refreshHash: tokenHash(refreshToken),
      epoch: account.epoch,
    });
    if (!isStored) throw expired();
    return this.#login(account, { id, refreshToken });
  }

  /** Who shows it, and by which session. Throws `session_expired` for whatever is not in force, `forbidden` for a locked account. */
  async verify(token: string): Promise<{ account: Account; credential: Credential }> {
    const claims = await this.#parts.jwt.verify(token);
    const session = claims === null ? null : await this.#session(claims.sid);
    if (claims === null || session === null || claims.subject !== String(session.accountId)) throw expired();
    const account = await this.#account(session);
    const { id: sid, accountId, expiresAt: until, createdAt } = session;
    return { account, credential: { sid, accountId, kind: 'jwt', scopes: null, tokenId: null, until, createdAt, epoch: account.epoch } };
  }

  /** Another JWT, for a refresh token (which is used up) or for a JWT that is still in force. Throws as `verify`. */
  async refresh(shown: string): Promise<WebLogin> {
    const [, id] = refreshForm.exec(shown) ?? [];
    if (id === undefined) {
      const { account, credential } = await this.verify(shown);
      return this.#login(account, { id: credential.sid, refreshToken: null });
    }
    const { store, clock } = this.#parts;
    const session = await this.#session(id);
    if (session === null) throw expired();
    const account = await this.#account(session);
    const refreshToken = refreshOf(id);
    const at = clock.now();
    const rotation = { id, from: tokenHash(shown), to: tokenHash(refreshToken), at, expiresAt: at + sessionMs, graceMs };
    const outcome = await store.credentials.sessions.rotate(rotation);
    // Used twice: the owner or somebody else has a stolen one, and nobody knows who.
    if (outcome === 'reused') this.#parts.sessions.endHere(({ sid }) => sid === id);
    if (outcome !== 'rotated') throw expired();
    return this.#login(account, { id, refreshToken });
  }

  /** Logs out: the session of that JWT is over, and its connections. Throws as `verify`. */
  async revoke(token: string): Promise<void> {
    const { credential } = await this.verify(token);
    await this.#parts.store.credentials.sessions.remove(credential.sid);
    this.#parts.sessions.endHere(({ sid }) => sid === credential.sid);
  }

  async #login(account: Account, { id, refreshToken }: { id: string; refreshToken: string | null }): Promise<WebLogin> {
    const token = await this.#parts.jwt.sign({ subject: String(account.id), sid: id }, accessS);
    return { token, expiresInS: accessS, refreshToken, account };
  }

  async #session(id: string): Promise<StoredSession | null> {
    const session = await this.#parts.store.credentials.sessions.find(id, this.#parts.clock.now());
    return session?.kind === 'jwt' ? session : null;
  }

  async #account({ accountId }: StoredSession): Promise<Account> {
    const account = await this.#parts.store.accounts.byId(accountId);
    if (account === null) throw expired();
    if (account.isLocked) throw lockedError(account);
    return account;
  }
}

/** A refresh token names its session. */
const refreshForm = /^ccr_([\w-]{16})\.[\w-]{43}$/;

function refreshOf(sid: string): string {
  return opaqueToken(`ccr_${sid}.`);
}

function expired(): ChatError {
  return new ChatError('session_expired', { text: 'token_void' });
}
