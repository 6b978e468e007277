import { drawableLine } from '../text/clean.ts';
import { clock } from '../text/time.ts';
import { say } from '../texts.ts';
import type { MessageItem } from './item.ts';
import { listed, type State } from './state.ts';
import { notice } from './step.ts';

interface Missed {
  readonly place: string;
  readonly item: MessageItem;
}

const mostLines = 10;
/** People whose word goes to everybody. */
const announcer = /^(serveur|server|system)$/i;

/** What was missed, in the order in which it matters: mentions, questions that nobody answered, announcements, counts. */
export function caughtUp(state: State): State {
  const { lang } = state.settings;
  const open = listed(state);
  const missed = open.flatMap(({ name, items, mark, readTo, unread }): Missed[] => {
    const from = mark ?? (unread > 0 ? readTo : Number.POSITIVE_INFINITY);
    return items
      .filter(
        (item): item is MessageItem => item.kind === 'message' && item.order > from && item.status === undefined && item.isDeleted !== true,
      )
      .map((item) => ({ place: name, item }));
  });
  const replied = new Set(open.flatMap(({ items }) => items.map((item) => (item.kind === 'message' ? item.replyTo : undefined))));
  const isOpen = ({ item }: Missed) => isQuestion(item) && !isSolved(item) && (item.id === undefined || !replied.has(item.id));
  const isAnnouncement = ({ item }: Missed) => announcer.test(item.from) || /(^|\s)@all\b/i.test(item.content);
  const isMention = ({ item, place }: Missed) => item.isMention === true || !place.startsWith('#');
  const parts = [
    part(say(lang, 'catchup-mentions'), missed.filter(isMention)),
    part(
      say(lang, 'catchup-questions'),
      missed.filter((one) => isOpen(one) && !isMention(one)),
    ),
    part(
      say(lang, 'catchup-announcements'),
      missed.filter((one) => isAnnouncement(one) && !isMention(one)),
    ),
  ].filter((text) => text !== '');
  const counts = open
    .filter(({ unread }) => unread > 0)
    .map(({ name, unread, mentions }) => `${drawableLine(name)} ${unread}${mentions > 0 ? ` (@${mentions})` : ''}`);
  if (counts.length > 0) parts.push(`${say(lang, 'catchup-counts')}: ${counts.join(', ')}`);
  const text = parts.length === 0 ? say(lang, 'catchup-none') : [say(lang, 'catchup-title'), ...parts].join('\n');
  return notice(state, text, { tone: 'accent' });
}

/** Asked with `/ask`, or ending as a question does. */
export function isQuestion({ content, meaning }: MessageItem): boolean {
  return meaning === 'question' || /[?？؟]\s*$/u.test(content);
}

/** `/solved` is a reaction that everybody sees. */
export const solvedEmoji = '✅';
export function isSolved({ reactions = [] }: MessageItem): boolean {
  return reactions.some(({ emoji }) => emoji === solvedEmoji);
}

function part(title: string, missed: readonly Missed[]): string {
  if (missed.length === 0) return '';
  const lines = missed
    .slice(-mostLines)
    .map(({ place, item }) => `  ${drawableLine(place)} ${clock(item.at)} ${drawableLine(`${item.from}: ${item.content}`)}`);
  return [`${title} (${missed.length})`, ...lines].join('\n');
}
