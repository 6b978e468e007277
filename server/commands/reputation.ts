import { lineInWords, type Reputation, reputationOf } from '../domain/reputation.ts';
import type { Sanctions } from '../domain/sanctions.ts';
import type { RequestOf } from '../protocol/index.ts';
import type { ResultLines } from '../protocol/result.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';
import { pagesOf } from './pages.ts';

/** The request `reputation`: what the ledger makes of somebody, line by line. */
export function reputationCommand(sanctions: Sanctions, { mostBytes, now }: { mostBytes: number; now: () => number }) {
  return async (session: Session, { username }: RequestOf<'reputation'>): Promise<ResultLines> => {
    const caller = named(session);
    const ledger = await sanctions.ledger(caller.person, username === undefined ? { caller } : { username });
    const { score, lines }: Reputation = reputationOf(ledger, now());
    const told = lines.map((line) => ({
      id: line.id,
      kind: line.kind,
      timestamp: new Date(line.at).toISOString(),
      reason: line.reason,
      cost: line.cost,
      now: line.now,
      text: lineInWords(line, session.lang),
    }));
    return pagesOf('lines', told, { place: { username: username ?? caller.person.name, score }, mostBytes });
  };
}
