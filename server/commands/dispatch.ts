import { demand } from '../domain/permissions.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Request, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import type { Answer, RequestTable, Row } from './row.ts';
import { demandScope, needOf } from './scopes.ts';

/** One request on its way: what must come first, then what it does. */
export interface Step {
  /** Null: nothing to wait for. Resolves to a result when that was all. */
  readonly prepared: Promise<Result | null> | null;
  readonly isPipelined: boolean;
  /** What was asked of the role; null: nothing. */
  readonly permission: string | null;
  readonly run: () => Answer | Promise<Answer>;
}

/** The guards every request passes, in this order: row, state, scope, permission. (Its rate was asked before: a v1 session waits for it.) */
export function dispatch(table: RequestTable, session: Session, request: Request): Step {
  const row = table[request.type] as Row<typeof request.type>;
  const { person } = session;
  const isNameNeeded = row.access === 'named' || (session.loginBy !== null && row.isDoor !== true);
  if (isNameNeeded && person === null) throw new ChatError('not_authenticated');
  if (session.credential !== null) demandScope(needOf(request), session.credential.scopes);
  if (row.permission !== undefined) demand(row.permission, { role: person?.role ?? 'guest' });
  const step = request as never;
  return {
    prepared: row.prepare?.(session, step) ?? null,
    isPipelined: row.isPipelined === true,
    permission: row.permission ?? null,
    run: () => row.run(session, step),
  };
}
