import { currentOf, listed, type State } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { type Row, type Span, type Style, span } from '../text/style.ts';
import { clip, rowWidth, sizedRow, widthOf } from '../text/width.ts';
import { say } from '../texts.ts';
import type { Layout } from './layout.ts';

/** The title: where one is and what it is about; with the channels folded, where something is unread. */
export function titleRow(state: State, { columns, channels }: Layout): Row {
  const conversation = currentOf(state);
  const style: Style = { inverse: true };
  const name = drawableLine(conversation?.name ?? 'ClassCord');
  const active = channels > 0 ? [] : activity(state);
  const right = active.length > 0 ? ` [${active.join(' ')}] ` : '';
  const room = columns - widthOf(right);
  const topic = conversation?.topic ?? '';
  const left = clip(` ${name}${topic === '' ? '' : ` — ${topic}`}`, room);
  return [
    span(left, { ...style, bold: true }),
    span(' '.repeat(Math.max(0, room - widthOf(left))), style),
    span(clip(right, columns), { ...style, bold: true }),
  ];
}

/** `2:#dev@1 3:bob4`, the conversations with something unread by their numbers. */
function activity(state: State): string[] {
  return listed(state)
    .map((one, index) => ({ ...one, number: index + 1 }))
    .filter(({ unread }) => unread > 0)
    .slice(0, 6)
    .map(({ number, unread, mentions }) => `${number}:${mentions > 0 ? `@${mentions}` : unread}`);
}

/** The status line: who one is, how the connection is, which protocol, how long a word takes. */
export function statusRow(state: State, { columns }: Layout): Row {
  const { link, settings, me } = state;
  const { lang } = settings;
  const parts: Span[][] = [];
  if (me !== null) parts.push([span(drawableLine(me.name), { bold: true })]);
  parts.push([connection(state)]);
  if (link.state === 'online') {
    parts.push([span(say(lang, link.isEncrypted ? 'encrypted' : 'plain'), link.isEncrypted ? { colour: 'good' } : { colour: 'muted' })]);
    parts.push([span(`v${link.generation}`, link.generation === 1 ? { colour: 'warn' } : undefined)]);
    if (link.lagMs !== null) parts.push([span(`${Math.round(link.lagMs)} ms`, link.lagMs > 1000 ? { colour: 'warn' } : undefined)]);
  }
  const pending = [...state.conversations.values()]
    .flatMap(({ items }) => items.slice(-200))
    .filter((item) => item.kind === 'message' && item.status === 'pending').length;
  if (pending > 0) parts.push([span(`… ${pending} ${say(lang, 'sending')}`, { colour: 'warn' })]);
  const left = parts.flatMap((part, index) => (index === 0 ? part : [span(' · ', { colour: 'muted' }), ...part]));
  const help = 'F1 /help ';
  const row = sizedRow([span('── ', { colour: 'muted' }), ...left, span(' ')], columns);
  const used = rowWidth([span('── '), ...left, span(' ')]);
  if (used + widthOf(help) > columns) return row;
  return [
    ...sizedRow([span('── ', { colour: 'muted' }), ...left, span(' ')], used),
    span('─'.repeat(columns - used - widthOf(help) - 1), { colour: 'muted' }),
    span(` ${help}`, { colour: 'muted' }),
  ];
}

function connection({ link, settings: { lang }, now }: State): Span {
  if (link.state === 'online') return span(say(lang, 'online'), { colour: 'good' });
  if (link.state === 'waiting') {
    const seconds = link.retryAt === null ? 0 : Math.max(0, Math.ceil((link.retryAt - now) / 1000));
    return span(say(lang, 'waiting', { seconds }), { colour: 'bad', bold: true });
  }
  if (link.state === 'connecting') return span(say(lang, 'connecting'), { colour: 'warn' });
  return span(`${say(lang, 'closed')}${link.reason === '' ? '' : `: ${link.reason}`}`, { colour: 'bad', bold: true });
}
