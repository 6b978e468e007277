import { asking, first, hashed, placed } from '../model/asking.ts';
import { closed, opened, seen } from '../model/moving.ts';
import { nameFirst } from '../model/naming.ts';
import { currentOf, keyOf, withConversation } from '../model/state.ts';
import { hinted, notice, step } from '../model/step.ts';
import { say } from '../texts.ts';
import { type CommandRow, channel, person, row } from './row.ts';

/** A switch of the channel that is looked at. */
const setting =
  (key: string): CommandRow['run'] =>
  (state, rest) => {
    const is = { on: true, off: false }[rest.trim().toLowerCase()];
    const usage = `/${key === 'archived' ? 'archive' : 'readonly'} on|off`;
    if (is === undefined) return step(hinted(state, say(state.settings.lang, 'usage', { usage })));
    return asking(state, { type: 'update', channel: placed(state, '')[0], [key]: is });
  };

/** Commands about channels. */
export const channelCommands = {
  join: channel(
    row(
      '#channel',
      ['enter a channel; a public one is made if there is none', 'entrer dans un canal ; un canal public est créé au besoin'],
      (state, rest) => {
        const name = hashed(first(rest)[0]);
        if (state.link.generation === 1)
          return opened(
            withConversation(state, name, (was) => was),
            keyOf(name),
          );
        return asking(state, { type: 'join', channel: name });
      },
    ),
  ),
  part: channel(
    row(
      '[#channel]',
      ['leave a channel, or close a private conversation', 'quitter un canal, ou fermer une conversation privée'],
      (state, rest) => {
        const [place] = placed(state, rest);
        if (place.startsWith('#')) return asking(state, { type: 'leave', channel: place });
        return seen(closed(state, keyOf(place)));
      },
    ),
  ),
  channels: row('', ['list the channels', 'lister les canaux'], (state) => asking(state, { type: 'channels' })),
  create: row('#channel [private] [topic]', ['make a channel', 'créer un canal'], (state, rest) => {
    const [name, others] = first(rest);
    const isPrivate = /^private\b/i.test(others);
    const topic = others.replace(/^private\s*/i, '');
    return asking(state, { type: 'create', channel: hashed(name), visibility: isPrivate ? 'private' : 'public', topic });
  }),
  topic: channel(
    row('[#channel] [text]', ['show or set the topic', 'afficher ou changer le sujet'], (state, rest) => {
      const [place, text] = placed(state, rest);
      if (text !== '') return asking(state, { type: 'update', channel: place, topic: text });
      return step(notice(state, state.conversations.get(keyOf(place))?.topic || '–'));
    }),
  ),
  invite: person(
    row('name [#channel]', ['let somebody into a private channel', 'inviter quelqu’un dans un canal privé'], (state, rest) => {
      const [username, others] = nameFirst(state, rest);
      return asking(state, { type: 'invite', channel: placed(state, others)[0], username });
    }),
  ),
  grant: person(
    row('name owner|moderator', ['give a role in this channel', 'donner un rôle dans ce canal'], (state, rest) => {
      const [username, role] = nameFirst(state, rest);
      return asking(state, { type: 'grant', channel: placed(state, '')[0], username, role: role.trim() });
    }),
  ),
  revoke: person(
    row('name', ['take a role in this channel away', 'retirer un rôle dans ce canal'], (state, rest) =>
      asking(state, { type: 'revoke', channel: placed(state, '')[0], username: nameFirst(state, rest)[0] }),
    ),
  ),
  slow: row('seconds', ['slow mode of this channel; 0 ends it', 'mode lent de ce canal ; 0 l’arrête'], (state, rest) =>
    asking(state, { type: 'update', channel: placed(state, '')[0], slow_mode_s: Number(first(rest)[0]) }),
  ),
  readonly: row('on|off', ['only who keeps this channel talks in it', 'seuls ceux qui tiennent ce canal y parlent'], setting('read_only')),
  archive: row('on|off', ['close this channel, or open it again', 'fermer ce canal, ou le rouvrir'], setting('archived')),
  pins: row('', ['the pinned messages', 'les messages épinglés'], (state) =>
    asking(state, { type: 'pins', channel: placed(state, '')[0] }),
  ),
  notify: row('all|mentions|none [#channel]', ['what of a channel is told as a notification', 'ce qu’un canal notifie'], (state, rest) => {
    const [level, others] = first(rest);
    return asking(state, { type: 'notify', channel: placed(state, others)[0], level });
  }),
  history: row('', ['fetch older messages', 'demander les messages plus anciens'], (state) => {
    const place = currentOf(state);
    const order = place?.items.find((item) => item.kind === 'message' && item.id !== undefined)?.order;
    const where = place?.isPrivate === true ? { with: place.name } : { channel: place?.name ?? '#general' };
    return asking(state, { type: 'history', ...where, ...(order === undefined ? {} : { before: order }), limit: 100 });
  }),
} as const satisfies Record<string, CommandRow>;
