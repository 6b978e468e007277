import { type SanctionKind, sanctionKinds } from '../../../server/protocol/moderation.ts';
import { plainText } from '../../../server/protocol/plain.ts';
import type { Lang } from '../../../server/protocol/texts.ts';
import type { EventOf } from '../../client/main.ts';
import { drawableLine } from '../text/clean.ts';
import type { Tone } from '../text/style.ts';
import { clock, day } from '../text/time.ts';
import { colon, say } from '../texts.ts';

/** Data of the server whose form the client does not build upon. */
export type Data = Readonly<Record<string, unknown>>;

/** Sanctions, reports and notifications in the words that people on netcat read, one line each. */
export function sanctionLine(lang: Lang, one: Data): string {
  const { id, username, address, channel, timestamp } = one;
  const what = [id, when(timestamp), kindOf(lang, one['kind']), username, address, channel];
  return line(`${what.map(text).filter(Boolean).join(' ')}${aboutOf(lang, one)}${colon[lang]} ${text(one['reason'])}`);
}

/** What was done, and until when it holds. */
export function imposedLine(lang: Lang, { id, type, until }: Data): string {
  const isOpen = until === undefined && (type === 'mute' || type === 'ban');
  const end = until === undefined ? plainText(lang, 'until_lifted') : plainText(lang, 'until', { time: when(until) });
  return line(plainText(lang, 'imposed', { id: text(id), end: isOpen || until !== undefined ? `, ${end}` : '' }));
}

export function reputationLine(lang: Lang, { id, timestamp, kind, now, reason }: Data): string {
  return line(`${text(id)} ${when(timestamp)} ${kindOf(lang, kind)} −${text(now)}${colon[lang]} ${text(reason)}`);
}

export function reportLine(lang: Lang, { report, timestamp, by, reason, message }: Data): string {
  const { id, from, channel, content } = (message ?? {}) as Data;
  const said = `${text(channel)} ${text(from)} (${text(id)})${colon[lang]} ${text(content)}`.trim();
  return line(`${text(report)} ${when(timestamp)} ${text(by)}${colon[lang]} ${text(reason)} — ${said}`);
}

/** A mention, an invitation, or a sanction against oneself. */
export function notificationLine(lang: Lang, one: Data): string {
  const { kind, channel } = one;
  if (kind !== 'sanction')
    return line(plainText(lang, kind === 'invitation' ? 'invitation' : 'mention', { name: text(one['by']), channel: text(channel) }));
  const what = ['*', kindOf(lang, one['sanction']), text(channel)].filter(Boolean).join(' ');
  return line(`${what}${aboutOf(lang, one)}${colon[lang]} ${text(one['reason'])}`);
}

/** What is told of moderation while one is there. Null: it is seen elsewhere, as mentions are where they stand. */
export function eventNote(
  lang: Lang,
  event: EventOf<'notification' | 'lifted' | 'level' | 'reported'>,
): { text: string; tone: Tone } | null {
  switch (event.type) {
    case 'notification':
      if (event.kind === 'mention') return null;
      return { text: notificationLine(lang, event), tone: event.kind === 'sanction' ? 'bad' : 'accent' };
    case 'lifted': {
      const what = [kindOf(lang, event.sanction), event.channel].filter(Boolean).join(' ');
      return { text: line(say(lang, 'lifted', { who: event.by, what })), tone: 'good' };
    }
    case 'level': {
      const told = say(lang, 'level', { who: event.by, level: event.level });
      return { text: line(event.reason === undefined ? told : `${told} ${event.reason}`), tone: 'warn' };
    }
    case 'reported': {
      const { by, id, report, reason } = event;
      const told = plainText(lang, 'reported', { name: by, id: String(id), report: String(report) });
      return { text: line(`${told} — ${reason}`), tone: 'warn' };
    }
  }
}

function kindOf(lang: Lang, kind: unknown): string {
  const known: SanctionKind = sanctionKinds.find((each) => each === kind) ?? 'warn';
  return plainText(lang, `kind_${known}`);
}

/** ` (alice, until 28/11 22:23)` */
function aboutOf(lang: Lang, { by, until, lifted_by: liftedBy, active }: Data): string {
  const end = until === undefined ? '' : plainText(lang, 'until', { time: when(until) });
  const state =
    liftedBy !== undefined
      ? plainText(lang, 'lifted_by', { name: text(liftedBy) })
      : active === false && end !== ''
        ? plainText(lang, 'over')
        : end;
  const about = [text(by), state].filter(Boolean).join(', ');
  return about === '' ? '' : ` (${about})`;
}

function when(timestamp: unknown): string {
  const at = Date.parse(text(timestamp));
  return Number.isNaN(at) ? '' : `${day(at)} ${clock(at)}`;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const line = drawableLine;
