import type { Permission } from '../domain/permissions.ts';
import type { RequestOf, RequestType, Result } from '../protocol/index.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';

/** What a handler gives back. */
export type Answer = Result | ResultLines;

/** Who may ask at all: anybody, or whoever has a name. */
export type Access = 'anyone' | 'named';

/** What the server does with one request type. */
export interface Row<T extends RequestType> {
  readonly run: (session: Session, request: RequestOf<T>) => Answer | Promise<Answer>;
  /**
   * What must be done before it can run; while it is under way nothing else of the session starts. Null: nothing.
   * Resolves to a result when that was all there is to do.
   */
  readonly prepare?: (session: Session, request: RequestOf<T>) => Promise<Result | null> | null;
  /** Its `run` is not waited for before the next request starts (at most `limits.in_flight`). */
  readonly isPipelined?: boolean;
  /** Others hear of it, so it waits until the messages before it are told. */
  readonly isHeard?: boolean;
  readonly access: Access;
  /** A connection without a name may ask it from a banned network, too: what leads to a login. */
  readonly isDoor?: boolean;
  readonly permission?: Permission;
  /** Tokens of the session's and the address's bucket. */
  readonly cost: number;
}

/** One row per request type; a missing or stray one does not compile. The keys are the wire's own words. */
export type RequestTable = { readonly [T in RequestType]: Row<T> };
