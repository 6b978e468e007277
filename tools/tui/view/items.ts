import type { Item, MessageItem, NoticeItem } from '../model/item.ts';
import type { Conversation, State } from '../model/state.ts';
import { isMe } from '../model/state.ts';
import { drawable, drawableLine } from '../text/clean.ts';
import { hueOf } from '../text/colours.ts';
import { markup } from '../text/markup.ts';
import { type Row, type Span, span } from '../text/style.ts';
import { clock } from '../text/time.ts';
import { clip, sized, widthOf } from '../text/width.ts';
import { wrap } from '../text/wrap.ts';
import { say } from '../texts.ts';

/** What the rows of an item depend on, beside the item. */
interface Frame {
  readonly state: State;
  readonly conversation: Conversation;
  readonly width: number;
}

/** Items never change, so that their rows are made once for each width. */
const made = new WeakMap<Item, { readonly sign: string; readonly rows: readonly Row[] }>();

/** The rows of one item: time, name, text; what it answers over it, reactions under it. */
export function itemRows(frame: Frame, item: Item): readonly Row[] {
  const quote = item.kind === 'message' && item.replyTo !== undefined ? quoteOf(frame.conversation, item.replyTo) : '';
  const { settings, me } = frame.state;
  const sign = `${frame.width} ${settings.lang} ${settings.times} ${me?.name} ${quote}`;
  const known = made.get(item);
  if (known?.sign === sign) return known.rows;
  const rows = item.kind === 'notice' ? noticeRows(frame, item) : messageRows(frame, item, quote);
  made.set(item, { sign, rows });
  return rows;
}

/** The item with what stands over it: a new day, the line of what is unread. */
export function blockRows(frame: Frame, at: number): readonly Row[] {
  const { items, mark } = frame.conversation;
  const item = items[at];
  if (item === undefined) return [];
  const before = items[at - 1];
  const rows = itemRows(frame, item);
  const isNewDay = before === undefined || dayOf(before.at) !== dayOf(item.at);
  const isUnread = mark !== null && item.order > mark && (before === undefined || before.order <= mark);
  if (!isNewDay && !isUnread) return rows;
  const { lang } = frame.state.settings;
  const over: Row[] = [];
  if (isNewDay) over.push(ruled(dayText(item.at, lang), frame.width, 'muted'));
  if (isUnread) over.push(ruled(say(lang, 'unread'), frame.width, 'bad'));
  return [...over, ...rows];
}

/** How wide the column of names is. */
export function nameWidthOf(width: number): number {
  return width >= 70 ? 14 : width >= 45 ? 10 : 7;
}

function messageRows({ state, width }: Frame, item: MessageItem, quote: string): Row[] {
  const head = headOf(state, width, item);
  const { lang } = state.settings;
  const from = drawableLine(item.from);
  const body = item.isDeleted
    ? [[span(say(lang, 'deleted'), { colour: 'muted', italic: true })]]
    : markup(item.meaning === 'action' ? `${from} ${item.content}` : item.content, { isMe: (name) => isMe(state, name) });
  const lines = [...body.slice(0, -1), [...(body.at(-1) ?? []), ...marksOf(state, item)]];
  if (quote !== '') lines.unshift([span(clip(`↳ ${quote}`, width - head.width), { colour: 'muted' })]);
  if (item.reactions !== undefined && item.reactions.length > 0) lines.push(reactionRow(item));
  return lines.flatMap((line) => wrap(line, width - head.width)).map((row, index) => [...(index === 0 ? head.first : head.rest), ...row]);
}

function noticeRows({ state, width }: Frame, item: NoticeItem): Row[] {
  const head = headOf(state, width, item);
  const lines = noticeLines(state, item, width - head.width);
  return lines
    .flatMap((line) => wrap([span(line, { colour: item.tone })], width - head.width))
    .map((row, index) => [...(index === 0 ? head.first : head.rest), ...row]);
}

/** A picture that would be wrapped says instead how much wider it is. */
function noticeLines({ settings: { lang } }: State, { text, isPicture = false }: NoticeItem, columns: number): string[] {
  const lines = drawable(text).split('\n');
  const missing = Math.max(...lines.map(widthOf)) - columns;
  return isPicture && missing > 0 ? [say(lang, 'picture-wide', { count: missing })] : lines;
}

/** Time and name before the first row, blanks of the same width before the others. */
function headOf(state: State, width: number, item: Item): { readonly first: Row; readonly rest: Row; readonly width: number } {
  const names = nameWidthOf(width);
  const time = state.settings.times ? `${clock(item.at)} ` : '';
  const bar = span(' │ ', { colour: 'muted' });
  const name =
    item.kind === 'notice'
      ? span(sized('--', names, 'right'), { colour: 'muted' })
      : item.meaning === 'action'
        ? span(sized('*', names, 'right'), { colour: { hue: hueOf(item.from) } })
        : span(sized(drawableLine(item.from), names, 'right'), {
            colour: { hue: hueOf(item.from) },
            bold: true,
            ...(item.isMention ? { inverse: true } : {}),
          });
  return {
    first: [span(time, { colour: 'muted' }), name, bar],
    rest: [span(' '.repeat(time.length + names)), bar],
    width: time.length + names + 3,
  };
}

function marksOf({ settings: { lang } }: State, item: MessageItem): Span[] {
  const marks: Span[] = [];
  if (item.isEdited && !item.isDeleted) marks.push(span(` (${say(lang, 'edited')})`, { colour: 'muted' }));
  if (item.isPinned) marks.push(span(' 📌'));
  if (item.status === 'pending') marks.push(span(' …', { colour: 'warn' }));
  if (item.status === 'sent' && item.id !== undefined) marks.push(span(' ✓', { colour: 'muted' }));
  if (item.status === 'failed') marks.push(span(` ✗ ${say(lang, 'failed', { why: drawableLine(item.error ?? '') })}`, { colour: 'bad' }));
  return marks;
}

function reactionRow({ reactions = [] }: MessageItem): Row {
  return reactions.flatMap(({ emoji, count, isMine }, index) => [
    span(index === 0 ? '' : '  '),
    span(`${drawableLine(emoji)} ${count}`, isMine ? { bold: true, colour: 'accent' } : { colour: 'muted' }),
  ]);
}

/** What is answered: its author and its beginning. */
export function quoteOf(conversation: Conversation | undefined, id: number): string {
  const item = conversation?.items.find((one) => one.kind === 'message' && one.id === id);
  if (item === undefined || item.kind !== 'message') return '…';
  return drawableLine(`${item.from}: ${item.content}`).slice(0, 200);
}

function ruled(text: string, width: number, tone: 'muted' | 'bad'): Row {
  const label = ` ${clip(text, Math.max(1, width - 6))} `;
  return [span(`──${label}${'─'.repeat(Math.max(0, width - label.length - 2))}`, { colour: tone })];
}

const dayOf = (at: number): string => {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
};

const days = new Map<string, Intl.DateTimeFormat>();

function dayText(at: number, lang: string): string {
  const format = days.get(lang) ?? new Intl.DateTimeFormat(lang, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  days.set(lang, format);
  return Number.isNaN(new Date(at).getTime()) ? '' : format.format(at);
}
