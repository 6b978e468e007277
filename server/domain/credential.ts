import type { Scope } from '../protocol/credentials.ts';
import type { SessionKind } from '../store/store.ts';

/** By what a connection came to be an account: a login that stands in `sessions`. */
export interface Credential {
  /** Of the stored session. */
  readonly sid: string;
  readonly accountId: number;
  readonly kind: SessionKind;
  /** What it may do; null: all that the account may. */
  readonly scopes: ReadonlySet<Scope> | null;
  /** The bearer token that it came with. */
  readonly tokenId: number | null;
  /** When it ends by itself, ms since 1970; null: it does not. */
  readonly until: number | null;
  readonly createdAt: number;
  /** Of the account when it proved itself. */
  readonly epoch: number;
}

/** How somebody proved to be an account, before there is a session of it. */
export type Proof = Pick<Credential, 'kind' | 'scopes' | 'tokenId' | 'until'>;

export const passwordProof: Proof = { kind: 'password', scopes: null, tokenId: null, until: null };
