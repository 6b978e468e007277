import type { Lang } from '../../server/protocol/texts.ts';

/** The words of a usage that people fill in; all others are typed as they stand. */
const french: Readonly<Record<string, string>> = {
  channel: 'canal',
  name: 'nom',
  text: 'texte',
  topic: 'sujet',
  words: 'mots',
  command: 'commande',
  seconds: 'secondes',
  duration: 'durée',
  reason: 'raison',
  value: 'valeur',
  report: 'signalement',
  level: 'niveau',
  question: 'question',
  answer: 'réponse',
  number: 'numéro',
  file: 'fichier',
  time: 'moment',
  scopes: 'droits',
  key: 'clé',
};

/** How a command is used: `/msg name [text]`, in French `/msg nom [texte]`. */
export function usageIn(lang: Lang, name: string, usage: string): string {
  const words = lang === 'fr' ? usage.replace(/(?<!")\b[a-z]+\b(?!")/g, (word) => french[word] ?? word) : usage;
  return `/${name} ${words}`.trim();
}
