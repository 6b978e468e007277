import type { Caller, Person } from '../domain/people.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Session } from '../session/session.ts';

/** The session as a caller that has a name. Throws `not_authenticated` when it has none. */
export function named(session: Session): Caller & { person: Person } {
  if (session.person === null) throw new ChatError('not_authenticated');
  return session as Session & { person: Person };
}
