import type { PlainCommand } from '../protocol/plain.ts';
import { channelRow, entered, listOf, peopleIn, shownMessages, told } from './plain-answers.ts';
import { credentialReadings } from './plain-credentials.ts';
import { moderationReadings, sanctionNote } from './plain-moderation.ts';
import type { Talk } from './plain-talk.ts';
import { ask, numberOf, type Reading, split } from './plain-words.ts';

const done = (talk: Talk) => () => talk.say('done');

/** The number of a message; `last` is one’s own last one. */
function idOf(text: string, talk: Talk): number | null {
  if (text === 'last') return talk.lastId;
  return numberOf(text);
}

/** A command about one message. */
function about(toRequest: (id: number, rest: string) => Readonly<Record<string, unknown>> | null): Reading {
  return (text, talk) => {
    const [first, rest] = split(text);
    const id = idOf(first, talk);
    const request = id === null ? null : toRequest(id, rest);
    return request === null ? null : ask(request, done(talk));
  };
}

/** A command that changes a setting of the channel one talks in. */
function setting(key: string, read: (text: string) => unknown): Reading {
  return (text, talk) => {
    const value = read(text);
    return value === undefined ? null : ask({ type: 'update', channel: talk.channel, [key]: value }, done(talk));
  };
}

const onOff = (text: string) => ({ on: true, off: false })[text.toLowerCase()];

/** What each command asks of the server. `help`, `lang` and `quit` ask nothing. */
export const readings: Readonly<Record<Exclude<PlainCommand, 'help' | 'lang' | 'quit'>, Reading>> = {
  nick: (name, talk) => {
    if (talk.isNamed) return { rows: talk.say('has_name') };
    return name === '' ? null : ask({ type: 'message', from: name, content: '' }, ([result]) => entered(talk, result));
  },
  register: (text, talk) => {
    const [username, password] = split(text);
    return password === ''
      ? null
      : ask({ type: 'register', username, password }, ([r]) => talk.say('registered', { name: told(r?.['username']) }));
  },
  login: (text, talk) => {
    const [username, password] = split(text);
    return password === '' ? null : ask({ type: 'login', username, password }, ([result]) => entered(talk, result));
  },
  logout: (_rest, talk) =>
    ask({ type: 'logout' }, () => {
      talk.isNamed = false;
      return talk.say('logged_out');
    }),
  whoami: (_rest, talk) =>
    ask({ type: 'whoami' }, ([r]) => (r?.['username'] == null ? talk.say('nobody') : talk.say('you_are', { name: told(r['username']) }))),
  who: (text, talk) => {
    const [channel] = split(text);
    return ask(channel === '' ? { type: 'users' } : { type: 'members', channel }, ([result]) => peopleIn(talk, result));
  },
  channels: (_rest, talk) =>
    ask({ type: 'channels' }, ([result]) => listOf(result?.['channels']).flatMap((channel) => channelRow(talk, channel))),
  join: (text, talk) => {
    const [channel] = split(text);
    return channel === ''
      ? null
      : ask({ type: 'join', channel }, ([result]) => {
          talk.channel = told(result?.['channel']);
          return talk.say('joined', { channel: talk.channel });
        });
  },
  leave: (text, talk) => {
    const channel = split(text)[0] || talk.channel;
    return ask({ type: 'leave', channel }, ([result]) => {
      const left = told(result?.['channel']);
      if (talk.isHere(left)) talk.channel = talk.home;
      return talk.say('left', { channel: left, current: talk.channel });
    });
  },
  msg: (text, talk) => {
    const [to, content] = split(text);
    return content === '' ? null : ask({ type: 'message', subtype: 'private', to, content }, (results) => talk.said(results));
  },
  reply: (text, talk) => {
    const [first, content] = split(text);
    const id = idOf(first, talk);
    if (id === null || content === '') return null;
    return ask({ type: 'message', channel: talk.channel, content, reply_to: id }, (results) => talk.said(results));
  },
  history: (text, talk) => {
    const [first, rest] = split(text);
    const isCount = /^\d+$/.test(first) && rest === '';
    const count = isCount ? first : rest || '20';
    if (!/^\d{1,4}$/.test(count)) return null;
    const place = isCount || first === '' ? { channel: talk.channel } : first.startsWith('#') ? { channel: first } : { with: first };
    return ask({ type: 'history', ...place, limit: Number(count) }, (results) => shownMessages(talk, results));
  },
  search: (query, talk) => (query === '' ? null : ask({ type: 'search', query }, (results) => shownMessages(talk, results))),
  conversations: (_rest, talk) =>
    ask({ type: 'conversations' }, ([result]) =>
      listOf(result?.['conversations']).flatMap((one) =>
        talk.rows(told(one['with']), Number(one['unread']) > 0 ? talk.word('unread', { count: Number(one['unread']) }) : ''),
      ),
    ),
  inbox: (_rest, talk) =>
    ask({ type: 'notifications' }, ([result]) => [
      ...listOf(result?.['notifications']).flatMap((one) =>
        one['kind'] === 'sanction'
          ? sanctionNote(talk, one)
          : talk.say(one['kind'] === 'invitation' ? 'invitation' : 'mention', { name: told(one['by']), channel: told(one['channel']) }),
      ),
      ...listOf(result?.['conversations']).flatMap((one) =>
        talk.rows(told(one['with']), talk.word('unread', { count: Number(one['unread']) })),
      ),
    ]),
  edit: about((id, content) => (content === '' ? null : { type: 'edit', id, content })),
  delete: about((id, reason) => ({ type: 'delete', id, ...(reason === '' ? {} : { reason }) })),
  react: about((id, emoji) => (emoji === '' ? null : { type: 'react', id, emoji })),
  unreact: about((id, emoji) => (emoji === '' ? null : { type: 'react', id, emoji, op: 'remove' })),
  pins: (text, talk) => {
    const channel = split(text)[0] || talk.channel;
    return ask({ type: 'pins', channel }, (results) => shownMessages(talk, results));
  },
  pin: about((id) => ({ type: 'pin', id })),
  unpin: about((id) => ({ type: 'unpin', id })),
  status: (text, talk) => {
    const [state, said] = split(text);
    return state === '' ? null : ask({ type: 'status', state, ...(said === '' ? {} : { text: said }) }, done(talk));
  },
  create: (text, talk) => {
    const [channel, rest] = split(text);
    const [second, topic] = split(rest);
    const isPrivate = second === 'private';
    if (channel === '') return null;
    return ask({ type: 'create', channel, visibility: isPrivate ? 'private' : 'public', topic: isPrivate ? topic : rest }, ([result]) => {
      talk.channel = told(result?.['channel']);
      return talk.say('joined', { channel: talk.channel });
    });
  },
  topic: setting('topic', (text) => text),
  slow: setting('slow_mode_s', (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined)),
  readonly: setting('read_only', onOff),
  archive: setting('archived', onOff),
  invite: (text, talk) => {
    const [username] = split(text);
    return username === '' ? null : ask({ type: 'invite', channel: talk.channel, username }, done(talk));
  },
  grant: (text, talk) => {
    const [username, role] = split(text);
    return role === '' ? null : ask({ type: 'grant', channel: talk.channel, username, role }, done(talk));
  },
  revoke: (text, talk) => {
    const [username] = split(text);
    return username === '' ? null : ask({ type: 'revoke', channel: talk.channel, username }, done(talk));
  },
  ...credentialReadings,
  ...moderationReadings,
  notify: (level, talk) => (level === '' ? null : ask({ type: 'notify', channel: talk.channel, level }, done(talk))),
};
