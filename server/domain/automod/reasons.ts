import type { Lang } from '../../protocol/texts.ts';
import type { Finding } from './judge.ts';
import type { RuleName } from './rules.ts';

/** What the person concerned is told, and the ledger keeps: which rule, and by how much. Never what was said. */
const texts: Readonly<Record<RuleName, Readonly<Record<Lang, string>>>> = {
  flood: {
    en: 'Flood: {messages} messages within {seconds} s, at most {most} are allowed.',
    fr: 'Flood : {messages} messages en {seconds} s, {most} au plus sont permis.',
  },
  repetition: {
    en: 'Repetition: the same message {times} times within {seconds} s.',
    fr: 'Répétition : {times} fois le même message en {seconds} s.',
  },
  capitals: {
    en: 'Capitals: {percent} % of the letters, {most} % is too many.',
    fr: 'Majuscules : {percent} % des lettres, {most} % c’est trop.',
  },
  links: {
    en: 'Links: {links} in one message, at most {most} are allowed.',
    fr: 'Liens : {links} dans un message, {most} au plus sont permis.',
  },
  words: { en: 'A word that is not used here.', fr: 'Un mot qui ne s’emploie pas ici.' },
};
const wrongLink: Readonly<Record<Lang, string>> = {
  en: 'Links: to a place that is not allowed here.',
  fr: 'Liens : vers un endroit qui n’est pas permis ici.',
};

export function reasonOf({ rule, seen }: Finding, lang: Lang): string {
  const form = seen['allowed'] === 'no' ? wrongLink[lang] : texts[rule][lang];
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => String(seen[name] ?? whole));
}
