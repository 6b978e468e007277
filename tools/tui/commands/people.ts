import { asking, hashed, status } from '../model/asking.ts';
import { nameFirst } from '../model/naming.ts';
import { type CommandRow, channel, person, row } from './row.ts';

/** Commands about people, and how one is oneself. */
export const peopleCommands = {
  who: channel(
    row('[#channel]', ['who is here, or in a channel', 'qui est là, ou dans un canal'], (state, rest) =>
      asking(state, rest === '' || state.link.generation === 1 ? { type: 'users' } : { type: 'members', channel: hashed(rest) }),
    ),
  ),
  whoami: row('', ['who one is', 'qui on est'], (state) => asking(state, { type: 'whoami' })),
  block: person(
    row('name', ['see nothing of somebody any more', 'ne plus rien voir de quelqu’un'], (state, rest) =>
      asking(state, { type: 'block', username: nameFirst(state, rest)[0] }),
    ),
  ),
  unblock: person(
    row('name', ['see somebody again', 'revoir quelqu’un'], (state, rest) =>
      asking(state, { type: 'unblock', username: nameFirst(state, rest)[0] }),
    ),
  ),
  status: row('[text]', ['a word about how one is', 'un mot sur comment on va'], status('online')),
  away: row('[text]', ['away', 'absent'], status('away')),
  busy: row('[text]', ['not to be disturbed', 'ne pas déranger'], status('dnd')),
  invisible: row('', ['look offline', 'paraître absent'], status('invisible')),
  back: row('', ['here again', 'de retour'], status('online')),
  notifications: row('', ['mentions and invitations not seen yet', 'mentions et invitations pas encore vues'], (state) =>
    asking(state, { type: 'notifications' }),
  ),
} as const satisfies Record<string, CommandRow>;
