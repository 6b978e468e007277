import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { asking } from './asking.ts';
import { isSolved, solvedEmoji } from './catchup.ts';
import type { MessageItem } from './item.ts';
import { saying } from './saying.ts';
import { currentOf, isMe, type State } from './state.ts';
import { hinted, notice, type Step, step, then } from './step.ts';

/** `/hand`: the queue of this channel is made of messages that everybody sees, and that a ✅ ends; so every client has the same one. */
export function hand(state: State, words: string): Step {
  const { lang } = state.settings;
  const queue = raised(state);
  const own = queue.findIndex(({ from }) => isMe(state, from));
  const none = step(hinted(state, say(lang, 'hand-none')));
  switch (words.trim().toLowerCase()) {
    case '': {
      if (own >= 0) return step(hinted(state, say(lang, 'hand-number', { count: own + 1 })));
      const told = hinted(state, say(lang, 'hand-number', { count: queue.length + 1 }), 'good');
      return saying(told, placeOf(state), { content: '✋', meaning: 'hand' });
    }
    case 'down': {
      const id = queue[own]?.id;
      return id === undefined ? none : asking(state, { type: 'delete', id });
    }
    case 'next': {
      const [next] = queue;
      if (next?.id === undefined) return none;
      const { id, from } = next;
      const called = asking(state, { type: 'react', id, emoji: solvedEmoji, op: 'add' });
      return then(called, (now) =>
        saying(now, placeOf(state), { content: say(lang, 'hand-called', { name: drawableLine(from) }), replyTo: id }),
      );
    }
    case 'list': {
      const names = queue.map(({ from }, at) => `${at + 1} ${drawableLine(from)}`);
      return names.length === 0 ? none : step(notice(state, say(lang, 'hand-list', { names: names.join(' · ') }), { tone: 'accent' }));
    }
    default:
      return step(hinted(state, say(lang, 'usage', { usage: '/hand [down|next|list]' })));
  }
}

function placeOf(state: State): string {
  return currentOf(state)?.name ?? '#general';
}

/** Hands that are up, the one that was first first; somebody has one. */
function raised(state: State): MessageItem[] {
  const up = (currentOf(state)?.items ?? []).filter(
    (item): item is MessageItem =>
      item.kind === 'message' && item.meaning === 'hand' && item.isDeleted !== true && item.status !== 'failed' && !isSolved(item),
  );
  return up.filter(({ from }, at) => up.findIndex((one) => one.from === from) === at);
}
