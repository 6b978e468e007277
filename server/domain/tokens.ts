import type { Clock } from '../base/clock.ts';
import { opaqueToken, tokenHash } from '../base/opaque-token.ts';
import { cleanLine } from '../protocol/clean.ts';
import { scopes as allScopes, type Scope } from '../protocol/credentials.ts';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import type { Account, Store, StoredToken } from '../store/store.ts';
import { lockedError } from './account-care.ts';
import type { Audit } from './audit.ts';
import type { Proof } from './credential.ts';
import { type Actor, accountKey } from './people.ts';
import type { Sessions } from './sessions.ts';

export interface TokenParts {
  readonly store: Pick<Store, 'accounts' | 'credentials'>;
  readonly clock: Clock;
  readonly audit: Audit;
  readonly sessions: Pick<Sessions, 'endHere'>;
}

export interface WantedToken {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly lifetimeS: number;
}

/** By this people, and scanners of published code, know a token of ours. */
export const tokenPrefix = 'cct_';

/** Bearer tokens: a bot logs in with one, and may do what its scopes say and its account may. They are kept as hashes, and shown once. */
export class Tokens {
  readonly #parts: TokenParts;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /** Throws `quota_exceeded`. */
  async make(by: Actor, account: Account, { name, scopes, lifetimeS }: WantedToken): Promise<{ token: string; stored: StoredToken }> {
    const { store, clock, audit } = this.#parts;
    const token = opaqueToken(tokenPrefix);
    const now = clock.now();
    const own = allScopes.filter((scope) => scopes.includes(scope));
    const { subject, ...draft } = audit.draft(by, { action: 'token.create', subject: '', detail: { scopes: own.join(' ') } });
    const stored = await store.credentials.tokens.add(
      {
        accountId: account.id,
        name: cleanLine(name),
        hash: tokenHash(token),
        scopes: own,
        createdBy: by.key,
        createdAt: now,
        expiresAt: now + lifetimeS * 1000,
        most: wire.tokens,
      },
      draft,
    );
    if (stored === null) throw new ChatError('quota_exceeded', { text: 'too_many_tokens', params: { limit: wire.tokens } });
    audit.done(by, 'token.create');
    return { token, stored };
  }

  /** Null: every account's. */
  list(accountId: number | null): Promise<readonly StoredToken[]> {
    return this.#parts.store.credentials.tokens.of(accountId, this.#parts.clock.now());
  }

  /** Throws `not_found`, also for one of another account. */
  async find(id: number, accountId: number | null): Promise<StoredToken> {
    const stored = await this.#parts.store.credentials.tokens.find(id);
    if (stored === null || (accountId !== null && stored.accountId !== accountId)) throw new ChatError('not_found');
    return stored;
  }

  /** It opens nothing any more, and who came with it is sent away. */
  async revoke(by: Actor, { id, accountId }: StoredToken): Promise<void> {
    const { store, audit, sessions } = this.#parts;
    const draft = audit.draft(by, { action: 'token.revoke', subject: accountKey(accountId), detail: { id } });
    if (!(await store.credentials.tokens.remove(id, draft))) throw new ChatError('not_found');
    audit.done(by, 'token.revoke');
    sessions.endHere(({ tokenId }) => tokenId === id, 'session_revoked');
  }

  /** Whose it is, and what it may do. Throws `session_expired` for whatever opens nothing, and `forbidden` for a locked account. */
  async prove(token: string): Promise<{ account: Account; proof: Proof }> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const stored = await store.credentials.tokens.byHash(tokenHash(token), now);
    const account = stored === null ? null : await store.accounts.byId(stored.accountId);
    if (stored === null || account === null) throw new ChatError('session_expired', { text: 'token_void' });
    if (account.isLocked) throw lockedError(account);
    store.credentials.tokens.used(stored.id, now).catch(() => undefined);
    const scopes = new Set(allScopes.filter((scope) => stored.scopes.includes(scope)));
    return { account, proof: { kind: 'token', scopes, tokenId: stored.id, until: stored.expiresAt } };
  }
}
