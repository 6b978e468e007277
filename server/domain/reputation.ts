import type { SanctionKind } from '../protocol/moderation.ts';
import type { Lang } from '../protocol/texts.ts';
import type { Sanction } from '../store/store.ts';

/** What everybody begins with, and what nobody falls below. */
const full = 100;
const least = 0;
/** What each sanction costs on its day. */
const costs: Readonly<Record<SanctionKind, number>> = { warn: 5, mute: 10, kick: 15, ban: 40 };
/** After so long half of that is forgotten, after twice as long three quarters. */
const halfLifeDays = 30;
const dayMs = 86_400_000;

/** One row of the ledger, and what it still weighs. */
export interface ReputationLine {
  readonly id: number;
  readonly kind: SanctionKind;
  readonly at: number;
  readonly reason: string;
  readonly isLifted: boolean;
  /** What it cost on its day, and what it costs now: with one digit after the point. */
  readonly cost: number;
  readonly now: number;
  readonly days: number;
}

export interface Reputation {
  readonly score: number;
  readonly lines: readonly ReputationLine[];
}

/** What somebody's ledger makes of his name at a time: 100 less what every row still weighs; the lines add up to it. */
export function reputationOf(ledger: readonly Sanction[], now: number): Reputation {
  const lines = ledger.map(({ id, kind, at, reason, liftedAt }) => {
    const isLifted = liftedAt !== null;
    const cost = costs[kind];
    const days = Math.max(0, now - at) / dayMs;
    const weight = isLifted ? 0 : cost * 2 ** (-days / halfLifeDays);
    return { id, kind, at, reason, isLifted, cost, now: oneDigit(weight), days: Math.floor(days) };
  });
  const lost = lines.reduce((sum, line) => sum + line.now, 0);
  return { score: Math.max(least, oneDigit(full - lost)), lines };
}

/** The line as a sentence. */
export function lineInWords({ kind, cost, now, days, isLifted }: ReputationLine, lang: Lang): string {
  const form = texts[isLifted ? 'lifted' : days === 0 ? 'today' : 'past'][lang];
  const params: Readonly<Record<string, string | number>> = { kind: kinds[kind][lang], cost, now, days };
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

const kinds: Readonly<Record<SanctionKind, Readonly<Record<Lang, string>>>> = {
  warn: { en: 'Warning', fr: 'Avertissement' },
  mute: { en: 'Mute', fr: 'Silence' },
  kick: { en: 'Kick', fr: 'Renvoi' },
  ban: { en: 'Ban', fr: 'Bannissement' },
};
const texts = {
  today: { en: '{kind} of today: −{now}.', fr: '{kind} d’aujourd’hui : −{now}.' },
  past: {
    en: '{kind} of {days} days ago: cost {cost}, half of it is forgotten every 30 days, −{now} is left.',
    fr: '{kind} d’il y a {days} jours : coûtait {cost}, oublié de moitié tous les 30 jours, il reste −{now}.',
  },
  lifted: { en: '{kind}, lifted: costs nothing.', fr: '{kind}, levé : ne coûte rien.' },
} as const;

function oneDigit(value: number): number {
  return Math.round(value * 10) / 10;
}
