import { currentOf, listed, type State } from '../model/state.ts';
import { drawableLine } from '../text/clean.ts';
import { type Row, type Span, type Style, span } from '../text/style.ts';
import { clip, rowWidth, sizedRow, widthOf } from '../text/width.ts';
import { colon, say } from '../texts.ts';
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

/** The status line: who one is, how the connection is, which protocol, how long a word takes, and who is writing. */
export function statusRow(state: State, { columns }: Layout): Row {
  const { link, settings, me } = state;
  const { lang } = settings;
  const isOnline = link.state === 'online';
  const parts: Span[][] = [[connection(state)]];
  if (isOnline) {
    parts.push([span(say(lang, link.isEncrypted ? 'encrypted' : 'plain'), link.isEncrypted ? { colour: 'good' } : { colour: 'muted' })]);
    parts.push([span(`v${link.generation}`, link.generation === 1 ? { colour: 'warn' } : undefined)]);
    if (link.lagMs !== null) parts.push([span(`${Math.round(link.lagMs)} ms`, link.lagMs > 1000 ? { colour: 'warn' } : undefined)]);
  }
  const pending = [...state.conversations.values()]
    .flatMap(({ items }) => items.slice(-200))
    .filter((item) => item.kind === 'message' && item.status === 'pending').length;
  if (pending > 0) parts.push([span(`… ${pending} ${say(lang, 'sending')}`, { colour: 'warn' })]);
  const name: Span[][] = me === null ? [] : [[span(drawableLine(me.name), { bold: true })]];
  const writing = writersOf(state);
  const help = span('F1 /help ', { colour: 'muted' });
  // Where there is no room for all, the help goes first, then that one is connected, one's own name, and the encryption.
  const whole = [...name, ...parts];
  const short = isOnline ? [...name, ...parts.slice(1)] : whole;
  const tries = [
    { left: whole, right: [...writing, help] },
    ...(writing.length === 0 ? [{ left: short, right: [help] }] : []),
    { left: whole, right: writing },
    { left: short, right: writing },
    { left: isOnline ? parts.slice(1) : parts, right: writing },
    { left: isOnline ? parts.slice(2) : parts, right: writing },
  ];
  const rows = tries.map(({ left, right }) => ({ left: joined(left), right }));
  const fitting = rows.find(({ left, right }) => rowWidth(left) + rowWidth(right) + 1 <= columns) ?? rows.at(-1);
  const { left = [], right = [] } = fitting ?? {};
  const rule = span('─'.repeat(Math.max(0, columns - rowWidth(left) - rowWidth(right) - (right.length > 0 ? 1 : 0))), { colour: 'muted' });
  return sizedRow([...left, rule, ...(right.length > 0 ? [span(' '), ...right] : [])], columns);
}

function joined(parts: readonly Span[][]): Row {
  const between = parts.flatMap((part, index) => (index === 0 ? part : [span(' · ', { colour: 'muted' }), ...part]));
  return [span('── ', { colour: 'muted' }), ...between, span(' ')];
}

function writersOf(state: State): Span[] {
  const writers = [...(currentOf(state)?.typing ?? [])]
    .filter(([, until]) => until > state.now)
    .map(([key]) => state.people.get(key)?.name ?? key);
  if (writers.length === 0) return [];
  const who = writers.slice(0, mostWriters).map((name) => clip(drawableLine(name), 16));
  const more = writers.length > mostWriters ? [`+${writers.length - mostWriters}`] : [];
  const key = writers.length === 1 ? 'writing' : 'writing-many';
  return [span(`${say(state.settings.lang, key, { who: [...who, ...more].join(', ') })} `, { colour: 'accent', italic: true })];
}

const mostWriters = 3;

function connection({ link, settings: { lang }, now }: State): Span {
  if (link.state === 'online') return span(say(lang, 'online'), { colour: 'good' });
  if (link.state === 'waiting') {
    const seconds = link.retryAt === null ? 0 : Math.max(0, Math.ceil((link.retryAt - now) / 1000));
    return span(say(lang, 'waiting', { seconds }), { colour: 'bad', bold: true });
  }
  if (link.state === 'connecting') return span(say(lang, 'connecting'), { colour: 'warn' });
  return span(`${say(lang, 'closed')}${link.reason === '' ? '' : `${colon[lang]} ${link.reason}`}`, { colour: 'bad', bold: true });
}
