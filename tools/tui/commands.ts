import type { Bilingual } from './keys.ts';
import { aimed, asking, atMessage, emojiOf, first, hashed, placed, raw, sanction, status } from './model/asking.ts';
import { caughtUp } from './model/catchup.ts';
import { allRead, live, opened } from './model/moving.ts';
import { nameFirst } from './model/naming.ts';
import { saying } from './model/saying.ts';
import { set } from './model/settings.ts';
import { currentOf, keyOf, personKey, type State, withConversation } from './model/state.ts';
import { hinted, notice, type Step, step } from './model/step.ts';
import { say } from './texts.ts';

export interface CommandRow {
  /** What comes after it; `[…]` may be left out. */
  readonly usage: string;
  readonly doc: Bilingual;
  /** What its first word is, for completion. */
  readonly takes?: 'channel' | 'person' | 'command';
  readonly run: (state: State, rest: string) => Step;
}

const row = (usage: string, [en, fr]: readonly [string, string], run: CommandRow['run']): CommandRow => ({ usage, doc: { en, fr }, run });
const channel = (of: CommandRow): CommandRow => ({ ...of, takes: 'channel' });
const command = (of: CommandRow): CommandRow => ({ ...of, takes: 'command' });
const person = (of: CommandRow): CommandRow => ({ ...of, takes: 'person' });

/** Every slash command: the one table of which help, completion and documentation are made. */
export const commandTable = {
  help: command(
    row('[command]', ['keys and commands', 'touches et commandes'], (state) => step({ ...state, mode: { kind: 'help', scroll: 0 } })),
  ),
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
        const conversations = new Map(state.conversations);
        conversations.delete(keyOf(place));
        return opened({ ...state, conversations }, '#general');
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
  who: channel(
    row('[#channel]', ['who is here, or in a channel', 'qui est là, ou dans un canal'], (state, rest) =>
      asking(state, rest === '' || state.link.generation === 1 ? { type: 'users' } : { type: 'members', channel: hashed(rest) }),
    ),
  ),
  whoami: row('', ['who one is', 'qui on est'], (state) => asking(state, { type: 'whoami' })),
  msg: person(
    row(
      'name [text]',
      ['a private message; without text only opens the conversation', 'message privé ; sans texte, ouvre la conversation'],
      (state, rest) => {
        const [name, text] = nameFirst(state, rest);
        const [next, effects] = opened(
          withConversation(state, name, (was) => was),
          personKey(name),
        );
        if (text === '') return [next, effects];
        const [after, more] = saying(next, name, { content: text });
        return [after, [...effects, ...more]];
      },
    ),
  ),
  reply: row(
    '[id] text',
    ['answer the last message of others, or the one of that id', 'répondre au dernier message des autres, ou à celui de cet id'],
    (state, rest) => {
      const [word, others] = first(rest);
      const target = aimed(state, word, false);
      const text = /^\d+$/.test(word) ? others : rest;
      if (target?.id === undefined || text === '') return step(hinted(state, say(state.settings.lang, 'nothing-selected')));
      return saying(state, currentOf(state)?.name ?? '#general', { content: text, replyTo: target.id });
    },
  ),
  me: row('text', ['say what one does', 'dire ce qu’on fait'], (state, rest) =>
    saying(state, currentOf(state)?.name ?? '#general', { content: rest, isAction: true }),
  ),
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
  search: row('[words]', ['search; in:#channel and from:name narrow it', 'chercher ; in:#canal et from:nom précisent'], (state, rest) => {
    const input = { text: rest, cursor: rest.length };
    return step({ ...state, mode: { kind: 'search', input, asked: '', found: null, at: 0 } });
  }),
  history: row('', ['fetch older messages', 'demander les messages plus anciens'], (state) => {
    const place = currentOf(state);
    const order = place?.items.find((item) => item.kind === 'message' && item.id !== undefined)?.order;
    const where = place?.isPrivate === true ? { with: place.name } : { channel: place?.name ?? '#general' };
    return asking(state, { type: 'history', ...where, ...(order === undefined ? {} : { before: order }), limit: 100 });
  }),
  catchup: row(
    '',
    [
      'what was missed: mentions, open questions, announcements, counts',
      'ce qu’on a manqué : mentions, questions ouvertes, annonces, nombres',
    ],
    (state) => step(caughtUp(state)),
  ),
  read: row('', ['mark everything as read', 'tout marquer comme lu'], allRead),
  react: row('emoji [id]', ['react to the last message of others', 'réagir au dernier message des autres'], (state, rest) => {
    const [word, id] = first(rest);
    const picture = emojiOf(word);
    return atMessage(false, (at) => ({ type: 'react', id: at, emoji: picture, op: 'add' }))(state, id);
  }),
  edit: row(
    '[id] text',
    ['say one’s last message in other words', 'reformuler son dernier message'],
    atMessage(true, (id, content) => (content === '' ? null : { type: 'edit', id, content })),
  ),
  delete: row(
    '[id] [reason]',
    ['take one’s last message back', 'retirer son dernier message'],
    atMessage(true, (id, reason) => ({ type: 'delete', id, ...(reason === '' ? {} : { reason }) })),
  ),
  pin: row(
    '[id]',
    ['pin a message of this channel', 'épingler un message de ce canal'],
    atMessage(false, (id) => ({ type: 'pin', id })),
  ),
  unpin: row(
    '[id]',
    ['take a pin away', 'retirer une épingle'],
    atMessage(false, (id) => ({ type: 'unpin', id })),
  ),
  pins: row('', ['the pinned messages', 'les messages épinglés'], (state) =>
    asking(state, { type: 'pins', channel: placed(state, '')[0] }),
  ),
  report: row(
    '[id] reason',
    ['report a message to those who moderate', 'signaler un message aux modérateurs'],
    atMessage(false, (id, reason) => (reason === '' ? null : { type: 'report', id, reason })),
  ),
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
  notify: row('all|mentions|none [#channel]', ['what of a channel is told as a notification', 'ce qu’un canal notifie'], (state, rest) => {
    const [level, others] = first(rest);
    return asking(state, { type: 'notify', channel: placed(state, others)[0], level });
  }),
  notifications: row('', ['mentions and invitations not seen yet', 'mentions et invitations pas encore vues'], (state) =>
    asking(state, { type: 'notifications' }),
  ),
  sanctions: person(
    row('[name]', ['the ledger of sanctions', 'le registre des sanctions'], (state, rest) =>
      asking(state, { type: 'sanctions', username: rest === '' ? (state.me?.name ?? '') : nameFirst(state, rest)[0] }),
    ),
  ),
  reports: row('', ['reports (staff)', 'signalements (équipe)'], (state) => asking(state, { type: 'reports' })),
  warn: person(row('name reason', ['warn somebody (staff)', 'avertir quelqu’un (équipe)'], sanction('warn'))),
  mute: person(row('name [seconds] [reason]', ['silence somebody (staff)', 'réduire quelqu’un au silence (équipe)'], sanction('mute'))),
  kick: person(row('name [reason]', ['cut somebody off (staff)', 'déconnecter quelqu’un (équipe)'], sanction('kick'))),
  ban: person(row('name [seconds] [reason]', ['keep somebody out (staff)', 'bannir quelqu’un (équipe)'], sanction('ban'))),
  lift: person(
    row('name mute|ban', ['end a sanction (staff)', 'lever une sanction (équipe)'], (state, rest) => {
      const [username, kind] = nameFirst(state, rest);
      return asking(state, { type: 'lift', username, kind: kind.trim() });
    }),
  ),
  theme: row('dark|light|any', ['colours for a dark or a light background', 'couleurs pour fond sombre ou clair'], (state, rest) =>
    set(state, `theme ${rest}`),
  ),
  lang: row('en|fr', ['language of the client', 'langue du client'], (state, rest) => set(state, `lang ${rest}`)),
  set: row('[name value]', ['settings: theme, lang, bell, times', 'réglages : theme, lang, bell, times'], set),
  raw: row('{"type":…}', ['send a line of the protocol', 'envoyer une ligne du protocole'], raw),
  trace: row('', ['wire pane on or off', 'volet du fil affiché ou non'], (state) =>
    step({ ...state, panes: { ...state.panes, wire: !state.panes.wire } }),
  ),
  connect: row('', ['try to connect at once', 'tenter la connexion tout de suite'], (state) => step(state, { do: 'retry' })),
  profile: row(
    'name',
    ['keep address and name as a profile; never the password', 'garder adresse et nom comme profil ; jamais le mot de passe'],
    (state, rest) => step(state, { do: 'profile', name: first(rest)[0] }),
  ),
  end: row('', ['back to the newest', 'retour au plus récent'], live),
  quit: row('', ['leave', 'quitter'], (state) => step(state, { do: 'quit' })),
} as const satisfies Record<string, CommandRow>;
export type CommandName = keyof typeof commandTable;

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commandTable, name);
}
