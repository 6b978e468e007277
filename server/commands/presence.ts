import type { Admittance } from '../domain/admittance.ts';
import type { Merged } from '../domain/merged-presence.ts';
import type { Presence, Present } from '../domain/presence.ts';
import { cleanWord } from '../protocol/clean.ts';
import { ChatError } from '../protocol/errors.ts';
import type { RequestOf, Result } from '../protocol/index.ts';
import type { Session } from '../session/session.ts';
import { named } from './named.ts';

interface PresenceParts {
  readonly presence: Presence;
  /** Tells whether the list of names is still the one made last. */
  readonly rosterChanges: () => number;
  readonly now: () => number;
  readonly moderation: { readonly admittance: Admittance };
}

/** The requests of presence. */
export function presenceCommands({ presence, rosterChanges: changes, now, moderation: { admittance } }: PresenceParts) {
  let listed: { readonly at: number; readonly users: readonly string[] } = { at: -1, users: [] };
  const users = (): readonly string[] => {
    const at = changes();
    if (listed.at !== at) listed = { at, users: Array.from(presence.visible(), ({ person }) => person.name) };
    return listed.users;
  };

  return {
    status(session: Session, { state: said, text: typed, until, word }: RequestOf<'status'>): Result {
      // Words of one's own are speech, wherever they show.
      if (typed !== undefined) admittance.speak(named(session), null);
      const state = said === 'busy' ? 'dnd' : said;
      if (word !== undefined) {
        presence.setWord(session.sessionId, { state, text: typed, word });
        return {};
      }
      const untilAt = until === undefined ? undefined : Date.parse(until);
      if (untilAt !== undefined && untilAt <= now()) throw new ChatError('invalid_field', { field: 'until' });
      const text = cleanWord(typed ?? '').trim() || undefined;
      presence.say(session.sessionId, { state, text, until: untilAt });
      return { state, text, until: untilAt === undefined ? undefined : new Date(untilAt).toISOString() };
    },

    users(session: Session): Result {
      if (!session.dialect.isAnswering) return { users: users() };
      const details = Array.from(presence.seenBy(session.person), detailsOf);
      return { users: details.map(({ username }) => username), details };
    },
  };
}

function detailsOf({ present: { person, since }, state: { state, text } }: { present: Present; state: Merged }) {
  return {
    username: person.name,
    state,
    text,
    role: person.role,
    guest: person.accountId === null,
    since: new Date(since).toISOString(),
  };
}
