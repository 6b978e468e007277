import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Credential } from '../domain/credential.ts';

/** After a cut a session may be taken up again for so long (protocol.md §6). */
const lifetimeMs = 10 * 60 * 1000;
/** Sessions remembered; past it the ones cut longest ago have to log in again. */
const most = 65_536;

/** Where a session stood. `channels`: the last line that it was sent of each, by id; null: none was sent since the server started. */
export interface Standpoint {
  readonly sessionId: string;
  /** The account's name, folded. */
  readonly fold: string;
  /** The login by which it was here. */
  readonly credential: Credential | null;
  readonly channels: ReadonlyMap<number, number | null>;
  /** The last private message that it was given, or that anybody was given before it came, by its id. */
  readonly lastPrivate: number;
}

interface Entry {
  /** Asked when the session is cut, or taken up while it still seems alive. */
  readonly look: () => Standpoint;
  cut: { readonly at: number; readonly standpoint: Standpoint } | null;
}

/** Single-use tokens with which a v2 session takes itself up again after a cut. */
export class ResumeBook {
  readonly #clock: Clock;
  readonly #entries = new LRUCache<string, Entry>({ max: most });
  readonly #tokens = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new token for a session; an older one of the same session is void. */
  issue(sessionId: string, look: () => Standpoint): string {
    this.end(sessionId);
    const token = randomBytes(24).toString('base64url');
    this.#entries.set(token, { look, cut: null });
    this.#tokens.set(sessionId, token);
    return token;
  }

  /** The connection is gone: from now on the ten minutes run. */
  cut(sessionId: string): void {
    const token = this.#tokens.get(sessionId);
    this.#tokens.delete(sessionId);
    const entry = token === undefined ? undefined : this.#entries.get(token);
    if (entry !== undefined) entry.cut = { at: this.#clock.monotonic(), standpoint: entry.look() };
  }

  /** Whether the session could be taken up again. */
  has(sessionId: string): boolean {
    return this.#tokens.has(sessionId);
  }

  /** Logged out: the token is void. */
  end(sessionId: string): void {
    const token = this.#tokens.get(sessionId);
    this.#tokens.delete(sessionId);
    if (token !== undefined) this.#entries.delete(token);
  }

  /** The sessions of an account cannot be taken up any more. */
  forget(fold: string): void {
    this.forgetWhich((standpoint) => standpoint.fold === fold);
  }

  forgetWhich(isMeant: (standpoint: Standpoint) => boolean): void {
    for (const [token, { look, cut }] of this.#entries) {
      const standpoint = cut?.standpoint ?? look();
      if (!isMeant(standpoint)) continue;
      this.#entries.delete(token);
      if (this.#tokens.get(standpoint.sessionId) === token) this.#tokens.delete(standpoint.sessionId);
    }
  }

  /** Where the session of the token stood; null when it is unknown, used, or too old. */
  redeem(token: string): Standpoint | null {
    const entry = this.#entries.get(token);
    this.#entries.delete(token);
    if (entry === undefined) return null;
    if (entry.cut === null) return entry.look();
    return this.#clock.monotonic() - entry.cut.at <= lifetimeMs ? entry.cut.standpoint : null;
  }
}
