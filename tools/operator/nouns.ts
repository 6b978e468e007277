import type { Bilingual, Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';

/** The nouns of the operator’s table, and what each is about. Their verbs are loaded when one of them is asked for. */
export const nounTexts = {
  user: {
    summary: { en: 'Look after accounts.', fr: 'S’occuper des comptes.' },
    examples: ['classcord user list', 'classcord user role alice admin'],
  },
  token: {
    summary: { en: 'Look after the bearer tokens of bots.', fr: 'S’occuper des jetons des robots.' },
    examples: ['classcord token create robot "build results" --scope post', 'classcord token list'],
  },
  channel: {
    summary: { en: 'Look after channels.', fr: 'S’occuper des canaux.' },
    examples: ['classcord channel list', 'classcord channel archive "#projects"'],
  },
  class: {
    summary: { en: 'Make a class from a roster, and close it.', fr: 'Créer une classe depuis une liste, et la fermer.' },
    examples: ['classcord class create bts2 --roster roster.csv', 'classcord class close bts2 --yes'],
  },
  mod: {
    summary: {
      en: 'Keep order: sanctions, reports, the emergency level.',
      fr: 'Maintenir l’ordre : sanctions, signalements, niveau d’urgence.',
    },
    examples: ['classcord mod mute mallory --for 10m --reason flooding', 'classcord mod ledger mallory'],
  },
  automod: {
    summary: {
      en: 'Automatic moderation: write, check, try and switch its rules.',
      fr: 'Modération automatique : écrire, vérifier, essayer et activer ses règles.',
    },
    examples: ['classcord automod init', 'classcord automod test --since 7d'],
  },
  audit: {
    summary: {
      en: 'Look up who did what, and prove that nothing was changed.',
      fr: 'Voir qui a fait quoi, et prouver que rien n’a été changé.',
    },
    examples: ['classcord audit list', 'classcord audit verify'],
  },
} as const satisfies Readonly<Record<string, { readonly summary: Bilingual; readonly examples: readonly string[] }>>;

export type OperatorNoun = keyof typeof nounTexts;

/** The nouns without their verbs: enough for the list of all commands. */
export const bareOperatorNouns: Noun = (program, { lang }) => {
  for (const [noun, texts] of Object.entries(nounTexts)) describeCommand(program.command(noun), texts, lang);
};

/** Whether a command line speaks of one of them. */
export function isOperatorLine(args: readonly string[]): boolean {
  return args.some((arg) => Object.hasOwn(nounTexts, arg));
}
