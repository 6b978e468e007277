import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { cleanLine } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { TextKey } from '../protocol/texts.ts';
import type { Account, SessionDraft, Store, StoredSession } from '../store/store.ts';
import type { Credential, Proof } from './credential.ts';
import { cloak } from './login-throttle.ts';
import type { Caller } from './people.ts';

export interface SessionParts {
  readonly store: Store['credentials'];
  readonly clock: Clock;
  readonly bus: Bus;
  readonly node: string;
  /** Under which addresses are kept. */
  readonly cloakKey: Buffer;
  /** Voids what a cut connection could be taken up with. */
  readonly forgetResumes: (which: (credential: Credential) => boolean) => void;
}

/** A connection that is here by a login. */
interface Live {
  readonly credential: Credential;
  readonly caller: Caller;
}

/** A session as its account sees it. */
export interface ListedSession extends StoredSession {
  readonly isHere: boolean;
  readonly isThis: boolean;
}

/** A cut connection may be taken up again for so long (`session/resume-book.ts`). */
const resumableMs = 10 * 60 * 1000;
/** How often what is over is ended and swept out. */
const sweepMs = 30_000;
const clientCharacters = 64;

/**
 * Where accounts are logged in. Each login is a stored row, and what ends a row ends its connection: by its owner, with the password,
 * with the bearer token, or by itself. The row of a connection that the store refuses costs nobody the login.
 */
export class Sessions {
  readonly #parts: SessionParts;
  /** By `sid`; a web login may have several connections. */
  readonly #live = new Map<string, Set<Live>>();
  readonly #stopSweeps: () => void;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#sweep({ now: parts.clock.now(), node: parts.node });
    this.#stopSweeps = parts.clock.every(sweepMs, () => this.#endDue());
  }

  close(): void {
    this.#stopSweeps();
  }

  /** A login: its row is on the disk when it resolves. Throws `session_expired` when what proved it was taken back meanwhile. */
  async begin(caller: Caller, account: Account, proof: Proof): Promise<Credential> {
    const { id: accountId, epoch } = account;
    const credential = { ...proof, sid: sessionName(), accountId, epoch, createdAt: this.#parts.clock.now() };
    await this.#put(caller, credential);
    return credential;
  }

  /** The connection is here by that login from now on. */
  enter(caller: Caller, credential: Credential): void {
    this.#leave(caller.sessionId, credential);
    const here = this.#live.get(credential.sid) ?? new Set();
    this.#live.set(credential.sid, here.add({ credential, caller }));
  }

  /** A connection that was cut is here again, by the same login. Throws as `begin`. */
  async takeUp(caller: Caller, credential: Credential): Promise<void> {
    if (credential.kind !== 'jwt') await this.#put(caller, credential);
  }

  /** The connection is gone. `isResumable`: it may be taken up again. */
  cut({ sessionId, credential }: Caller, { isResumable }: { readonly isResumable: boolean }): void {
    if (credential === null || !this.#leave(sessionId, credential) || this.#live.has(credential.sid)) return;
    const { store, clock } = this.#parts;
    const now = clock.now();
    if (credential.kind === 'jwt') return;
    const until = isResumable ? Math.min(now + resumableMs, credential.until ?? Number.POSITIVE_INFINITY) : null;
    const gone =
      until === null ? store.sessions.remove(credential.sid) : store.sessions.touch({ id: credential.sid, seenAt: now, expiresAt: until });
    gone.catch(unstored);
  }

  /** Logged out, or never come in. */
  async end({ sessionId }: Pick<Caller, 'sessionId'>, credential: Credential): Promise<void> {
    this.#leave(sessionId, credential);
    await this.#parts.store.sessions.remove(credential.sid).catch(unstored);
  }

  async list({ credential }: Caller, accountId: number): Promise<readonly ListedSession[]> {
    const { store, clock } = this.#parts;
    const rows = await store.sessions.of(accountId, clock.now());
    return rows.map((row) => {
      const [live] = this.#live.get(row.id) ?? [];
      const client = live === undefined ? row.client : clientOf(live.caller);
      return { ...row, client, isHere: live !== undefined, isThis: row.id === credential?.sid };
    });
  }

  /** Ends another session of that account. Throws `not_found`, and `conflict` for the one that asks. */
  async revoke({ credential }: Caller, { accountId, sid }: { accountId: number; sid: string }): Promise<void> {
    const { store, clock } = this.#parts;
    if (sid === credential?.sid) throw new ChatError('conflict', { text: 'own_session' });
    const isOwn = (await store.sessions.find(sid, clock.now()))?.accountId === accountId;
    if (!isOwn || !(await store.sessions.remove(sid))) throw new ChatError('not_found');
    this.endHere((credential) => credential.sid === sid, 'session_revoked');
  }

  /** Their rows are gone: ends the connections of these logins, and what they could be taken up with. */
  endHere(which: (credential: Credential) => boolean, text?: TextKey): void {
    this.#parts.forgetResumes(which);
    for (const here of [...this.#live.values()]) {
      for (const { credential, caller } of [...here]) {
        if (!which(credential)) continue;
        const event = { type: 'end', reason: 'ended', code: 'session_expired', ...(text === undefined ? {} : { text }) } as const;
        this.#parts.bus.publish({ to: { session: caller.sessionId }, event });
      }
    }
  }

  /** It counts as here before its row is written, so that whatever ends it from now on finds it. */
  async #put(caller: Caller, credential: Credential): Promise<void> {
    this.enter(caller, credential);
    const isStored = await this.#parts.store.sessions.put(this.#row(caller, credential)).catch(() => true);
    if (isStored) return;
    this.#leave(caller.sessionId, credential);
    throw new ChatError('session_expired');
  }

  #leave(sessionId: string, { sid }: Credential): boolean {
    const here = this.#live.get(sid);
    const found = [...(here ?? [])].find(({ caller }) => caller.sessionId === sessionId);
    if (here === undefined || found === undefined) return false;
    here.delete(found);
    if (here.size === 0) this.#live.delete(sid);
    return true;
  }

  #row(caller: Caller, { sid, accountId, kind, tokenId, until, createdAt, epoch }: Credential): SessionDraft {
    const { node, clock, cloakKey } = this.#parts;
    return {
      id: sid,
      accountId,
      kind,
      tokenId,
      node,
      client: clientOf(caller),
      address: cloak(cloakKey, caller.address),
      createdAt,
      seenAt: clock.now(),
      expiresAt: until,
      refreshHash: null,
      epoch,
    };
  }

  #endDue(): void {
    const now = this.#parts.clock.now();
    this.endHere(({ until }) => until !== null && until <= now);
    this.#sweep({ now });
  }

  #sweep(sweep: { now: number; node?: string }): void {
    this.#parts.store.sessions.sweep(sweep).catch(unstored);
  }
}

/** A refused write is reported by the store; nobody is kept out for it, or held. */
function unstored(): void {}

export function sessionName(): string {
  return randomBytes(12).toString('base64url');
}

function clientOf({ client }: Caller): string {
  return cleanLine(client).slice(0, clientCharacters).toWellFormed();
}
