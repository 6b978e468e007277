import { aimed, asking, atMessage, emojiOf, first } from '../model/asking.ts';
import { caughtUp, isQuestion, solvedEmoji } from '../model/catchup.ts';
import type { MessageItem } from '../model/item.ts';
import { allRead, opened } from '../model/moving.ts';
import { nameFirst } from '../model/naming.ts';
import { saying } from '../model/saying.ts';
import { currentOf, personKey, withConversation } from '../model/state.ts';
import { hinted, step } from '../model/step.ts';
import { say } from '../texts.ts';
import { type CommandRow, person, row } from './row.ts';

/** Commands about messages. */
export const talkCommands = {
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
  say: row(
    'text',
    ['say something here; for scripts and aliases', 'dire quelque chose ici ; pour les scripts et les alias'],
    (state, rest) => saying(state, currentOf(state)?.name ?? '#general', { content: rest }),
  ),
  me: row('text', ['say what one does', 'dire ce qu’on fait'], (state, rest) =>
    saying(state, currentOf(state)?.name ?? '#general', { content: rest, meaning: 'action' }),
  ),
  ask: row(
    'text',
    ['ask a question; /catchup lists those without an answer', 'poser une question ; /catchup liste celles sans réponse'],
    (state, rest) => saying(state, currentOf(state)?.name ?? '#general', { content: rest, meaning: 'question' }),
  ),
  solved: row('[id]', ['mark the last question as answered (✅)', 'marquer la dernière question comme résolue (✅)'], (state, rest) => {
    const items = currentOf(state)?.items ?? [];
    const id =
      (/^\d+$/.test(rest) ? Number(rest) : undefined) ??
      items.findLast((item): item is MessageItem => item.kind === 'message' && isQuestion(item))?.id;
    if (id === undefined) return step(hinted(state, say(state.settings.lang, 'nothing-selected')));
    return asking(state, { type: 'react', id, emoji: solvedEmoji, op: 'add' });
  }),
  search: row('[words]', ['search; in:#channel and from:name narrow it', 'chercher ; in:#canal et from:nom précisent'], (state, rest) => {
    const input = { text: rest, cursor: rest.length };
    return step({ ...state, mode: { kind: 'search', input, asked: '', found: null, at: 0 } });
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
  report: row(
    '[id] reason',
    ['report a message to those who moderate', 'signaler un message aux modérateurs'],
    atMessage(false, (id, reason) => (reason === '' ? null : { type: 'report', id, reason })),
  ),
} as const satisfies Record<string, CommandRow>;
