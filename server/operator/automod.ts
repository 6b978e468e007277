import { z } from 'zod';
import { type Plan, verb } from './verb.ts';

/** The verbs of `classcord automod` that concern a server; `automod test` reads the past by itself. */
export const automodVerbs = {
  'automod init': verb({
    input: z.strictObject({ force: z.boolean().default(false) }),
    args: [],
    fields: { force: { doc: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' } } },
    kind: 'change',
    isFirst: true,
    summary: {
      en: 'Write a rules file with every rule and its default; it is off until enabled = true.',
      fr: 'Écrire un fichier de règles avec chaque règle et sa valeur par défaut ; inactif jusqu’à enabled = true.',
    },
    done: {
      en: '{file} is written. To switch it on: classcord automod enable',
      fr: '{file} est écrit. Pour l’activer : classcord automod enable',
    },
    example: 'classcord automod init',
    plan: async ({ rules }, { force }, by): Promise<Plan> => {
      const planned = rules.template(force);
      return { data: { file: planned.file }, apply: async () => void (await rules.write(by, planned)) };
    },
  }),
  'automod check': verb({
    input: z.strictObject({}),
    args: [],
    fields: {},
    kind: 'read',
    summary: {
      en: 'Say ok, or what is wrong with a rules file (exit 78); by default the one that the server reads.',
      fr: 'Dire ok, ou ce qui ne va pas dans un fichier de règles (sortie 78) ; par défaut celui que lit le serveur.',
    },
    done: { en: 'ok ({file})', fr: 'ok ({file})' },
    example: 'classcord automod check',
    plan: async ({ rules }) => ({ data: rules.check() }),
  }),
  'automod enable': switchVerb(true),
  'automod disable': switchVerb(false),
};

function switchVerb(isOn: boolean) {
  return verb({
    input: z.strictObject({}),
    args: [],
    fields: {},
    kind: 'change',
    isFirst: true,
    summary: isOn
      ? {
          en: 'Switch automatic moderation on in the rules file, at once; without one, with the rules as shipped.',
          fr: 'Activer la modération automatique dans le fichier de règles, aussitôt ; sans fichier, avec les règles livrées.',
        }
      : {
          en: 'Switch automatic moderation off in the rules file, at once.',
          fr: 'Désactiver la modération automatique dans le fichier de règles, aussitôt.',
        },
    done: isOn
      ? { en: 'Automatic moderation is on, by {file}.', fr: 'La modération automatique est active, selon {file}.' }
      : { en: 'Automatic moderation is off, in {file}.', fr: 'La modération automatique est inactive, dans {file}.' },
    example: `classcord automod ${isOn ? 'enable' : 'disable'}`,
    plan: async ({ rules }, _input, by): Promise<Plan> => {
      const planned = rules.switched(isOn);
      return { data: { file: planned.file, enabled: isOn }, apply: async () => void (await rules.write(by, planned)) };
    },
  });
}
