import type { Lang } from '../../server/protocol/texts.ts';

/** What `classcord automod` says. `{name}` marks a parameter. */
const texts = {
  bad_time: {
    en: '{flag} {text} is no time; write 2026-11-22, 2026-11-22T09:00, or 90m, 12h, 7d for so long ago',
    fr: '{flag} {text} n’est pas une date ; écrivez 2026-11-22, 2026-11-22T09:00, ou 90m, 12h, 7d pour « il y a »',
  },
  rules: { en: 'Rules: {file}', fr: 'Règles : {file}' },
  shipped: { en: 'Rules: as shipped', fr: 'Règles : telles que livrées' },
  listed: { en: ' ({word}, list {list})', fr: ' ({word}, liste {list})' },
  warn: { en: 'warn', fr: 'avertissement' },
  kick: { en: 'kick', fr: 'expulsion' },
  mute: { en: 'mute {minutes} min', fr: 'silence {minutes} min' },
  ban: { en: 'ban {minutes} min', fr: 'bannissement {minutes} min' },
  people: { en: 'Who would have been hit:', fr: 'Qui aurait été touché :' },
  others: { en: '… and others, {count} hits', fr: '… et d’autres, {count} touches' },
  sum: {
    en: '{messages} messages looked at; {hits} hits, {people} people. Nothing was changed.',
    fr: '{messages} messages examinés ; {hits} touches, {people} personnes. Rien n’a été changé.',
  },
  written: {
    en: '{file} is written. Set enabled = true in it; after changes: classcord automod check',
    fr: '{file} est écrit. Mettez-y enabled = true ; après modification : classcord automod check',
  },
  exists: {
    en: '{file} exists already; --force replaces it, -o FILE names another',
    fr: '{file} existe déjà ; --force le remplace, -o FICHIER en indique un autre',
  },
  failed: { en: '{file} cannot be written ({code})', fr: '{file} ne peut pas être écrit ({code})' },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;

/** The text in the reader’s language, its parameters filled in. */
export function say(lang: Lang, name: keyof typeof texts, params: Readonly<Record<string, unknown>> = {}): string {
  return texts[name][lang].replace(/\{(\w+)\}/g, (whole, key: string) => (key in params ? String(params[key]) : whole));
}
