import type { AuditDraft } from './moderation.ts';

export const sessionKinds = ['password', 'token', 'jwt', 'key'] as const;
export type SessionKind = (typeof sessionKinds)[number];

/** A login that is in force. Times in ms since 1970. */
export interface StoredSession {
  readonly id: string;
  readonly accountId: number;
  readonly kind: SessionKind;
  /** The bearer token that it came with. */
  readonly tokenId: number | null;
  /** The server process that holds its connection; empty: none does (a web login). */
  readonly node: string;
  /** What the client calls itself. */
  readonly client: string;
  /** A keyed hash. */
  readonly address: string;
  readonly createdAt: number;
  readonly seenAt: number;
  /** Null: for as long as its connection lives. */
  readonly expiresAt: number | null;
  /** SHA-256 of what it is refreshed with. */
  readonly refreshHash: string | null;
}

export interface SessionDraft extends StoredSession {
  /** Of the account when it proved itself. */
  readonly epoch: number;
}

/** One turn of what a session is refreshed with: whoever shows `from` gets `to`. */
export interface Rotation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly at: number;
  readonly expiresAt: number;
  /** The one before is taken for so long, because its answer may have been lost. */
  readonly graceMs: number;
}

export interface SessionStore {
  /** Adds it, or puts it in place of the one with its id. False: the account changed since, or the token is gone. */
  put(session: SessionDraft): Promise<boolean>;
  /** Null: there is none, or it is over at `now`. */
  find(id: string, now: number): Promise<StoredSession | null>;
  /** Those of an account that are not over, the oldest first. */
  of(accountId: number, now: number): Promise<readonly StoredSession[]>;
  /** Notes when it was last seen, and until when it lasts from now on. */
  touch(touch: { readonly id: string; readonly seenAt: number; readonly expiresAt: number | null }): Promise<void>;
  /** `reused`: what was shown had been turned in before, by somebody else: the session is over. */
  rotate(rotation: Rotation): Promise<'rotated' | 'reused' | 'unknown'>;
  /** False: there was none. */
  remove(id: string): Promise<boolean>;
  /** Removes what is over, and with `node` what that process held when it ended. */
  sweep(sweep: { readonly now: number; readonly node?: string }): Promise<void>;
}

/** A bearer token; itself it is nowhere. */
export interface StoredToken {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Who made it: `u12`, `operator:root`. */
  readonly createdBy: string;
  readonly createdAt: number;
  readonly usedAt: number | null;
  readonly expiresAt: number;
}

export interface TokenDraft extends Omit<StoredToken, 'id' | 'usedAt'> {
  /** SHA-256 of the token. */
  readonly hash: string;
  /** So many may an account have. */
  readonly most: number;
}

export interface TokenStore {
  /** Null: the account has as many as it may, none of them over. */
  add(token: TokenDraft, audit: Omit<AuditDraft, 'subject'>): Promise<StoredToken | null>;
  /** Null: unknown, or over at `now`. */
  byHash(hash: string, now: number): Promise<StoredToken | null>;
  /** Null: every account's. The oldest first, those that are over left out. */
  of(accountId: number | null, now: number): Promise<readonly StoredToken[]>;
  find(id: number): Promise<StoredToken | null>;
  used(id: number, at: number): Promise<void>;
  /** With its sessions. False: there was none. */
  remove(id: number, audit: AuditDraft): Promise<boolean>;
}

/** The one-time codes of an account. */
export interface StoredTotp {
  /** Sealed. */
  readonly secret: Uint8Array;
  /** Null: not in force yet. */
  readonly confirmedAt: number | null;
  readonly recoveryLeft: number;
}

export interface TotpConfirmation {
  readonly accountId: number;
  /** Which one was confirmed: another may have come in its place. */
  readonly secret: Uint8Array;
  /** Of the code that confirmed it; it is used up. */
  readonly step: number;
  readonly at: number;
  readonly recoveryHashes: readonly string[];
}

export interface TotpStore {
  find(accountId: number): Promise<StoredTotp | null>;
  /** In place of one that is not in force. False: one is. */
  enrol(enrolment: { readonly accountId: number; readonly secret: Uint8Array; readonly at: number }): Promise<boolean>;
  /** Puts it in force. False: there is no such one that waits for it. */
  confirm(confirmation: TotpConfirmation): Promise<boolean>;
  /** False: a code of that step or a later one was used before. */
  takeStep(use: { readonly accountId: number; readonly step: number }): Promise<boolean>;
  /** False: there is no such code, or it was used. */
  takeRecovery(use: { readonly accountId: number; readonly hash: string }): Promise<boolean>;
  /** With its recovery codes. False: there was none. */
  remove(accountId: number, audit?: AuditDraft): Promise<boolean>;
}

/** A public key with which an account logs in. */
export interface StoredKey {
  readonly accountId: number;
  /** Its 32 bytes, base64. */
  readonly key: string;
  readonly comment: string;
  readonly addedAt: number;
  readonly usedAt: number | null;
}

export interface KeyStore {
  /** `full`: the account has `most` already. */
  add(key: StoredKey, most: number): Promise<'added' | 'there' | 'full'>;
  /** The oldest first. */
  of(accountId: number): Promise<readonly StoredKey[]>;
  has(accountId: number, key: string): Promise<boolean>;
  used(use: { readonly accountId: number; readonly key: string; readonly at: number }): Promise<void>;
  /** False: there was none. */
  remove(which: { readonly accountId: number; readonly key: string }): Promise<boolean>;
}

/** A change of password and what ends with it. */
export interface PasswordChange {
  readonly id: number;
  readonly passwordHash: string;
  /** The session that stays; null: none. */
  readonly keep: string | null;
  readonly keepTokens: boolean;
}

/** What proves who somebody is. Each method is one atomic step. */
export interface CredentialStore {
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly totp: TotpStore;
  readonly keys: KeyStore;
  /** The password, and the end of the other sessions (and of tokens and keys) in one step; returns how many there were. */
  changePassword(change: PasswordChange): Promise<{ readonly sessions: number; readonly tokens: number }>;
}
