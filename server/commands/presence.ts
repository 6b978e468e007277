import type { Presence, Present } from '../domain/presence.ts';
import { cleanWord } from '../protocol/clean.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';

/** The requests of presence. `changes` tells whether the list of names is still the one made last. */
export function presenceCommands(presence: Presence, changes: () => number) {
  let listed: { readonly at: number; readonly users: readonly string[] } = { at: -1, users: [] };
  const users = (): readonly string[] => {
    const at = changes();
    if (listed.at !== at) listed = { at, users: Array.from(presence.visible(), ({ person }) => person.name) };
    return listed.users;
  };

  return {
    status(session: Session, request: RequestOf<'status'>): Result {
      const state = request.state === 'busy' ? 'dnd' : request.state;
      const word = request.word ?? (state === 'invisible' ? 'offline' : state);
      presence.setState(session.sessionId, { state, text: cleanWord(request.text ?? '') || undefined, word });
      return { state };
    },

    users(session: Session): Result {
      if (!session.dialect.isAnswering) return { users: users() };
      return { users: users(), details: Array.from(presence.visible(), detailsOf) };
    },
  };
}

/** The newest session that shows speaks for the person. */
function detailsOf({ person, sessions, since }: Present) {
  const shown = [...sessions.values()].filter(({ state }) => state !== 'invisible' && state !== 'offline').at(-1);
  return {
    username: person.name,
    state: shown?.state ?? 'online',
    text: shown?.text,
    role: person.role,
    guest: person.accountId === null,
    since: new Date(since).toISOString(),
  };
}
