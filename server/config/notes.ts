import type { Lang } from '../protocol/texts.ts';
import type { Given } from './given.ts';
import { fillIn } from './problems.ts';
import type { Config } from './schema.ts';

export interface NoteInputs {
  readonly config: Config;
  readonly options: { readonly profile?: string };
  readonly aliases: readonly Given[];
  readonly lang: Lang;
}

/** What an operator should know of a configuration that is right, but not what it seems. */
export function notesOf({ config, options, aliases, lang }: NoteInputs): string[] {
  return [
    ...aliases.map(({ origin, key }) => fillIn(texts.alias[lang], { origin, key })),
    ...(options.profile === undefined ? [] : [fillIn(texts.profile[lang], { profile: options.profile })]),
    ...(config.auth.password_policy === 'compat' ? [texts.compat[lang]] : []),
    ...(config.storage.synchronous === 'OFF' ? [texts.unsafe[lang]] : []),
  ];
}

const texts = {
  alias: { en: '{origin} is read as {key}.', fr: '{origin} est lu comme {key}.' },
  profile: {
    en: '--profile {profile} raises the limits for measuring: not for a server that strangers reach.',
    fr: '--profile {profile} relève les limites pour mesurer : pas pour un serveur ouvert à des inconnus.',
  },
  compat: {
    en: 'auth.password_policy is compat: every password but an empty one is taken, as course clients need. “standard” asks for 8 characters.',
    fr: 'auth.password_policy vaut compat : tout mot de passe non vide est accepté, pour les clients du cours. « standard » exige 8 caractères.',
  },
  unsafe: {
    en: 'storage.synchronous is OFF: a power cut loses messages that were acknowledged. For tests only.',
    fr: 'storage.synchronous vaut OFF : une coupure de courant perd des messages confirmés. Pour les tests seulement.',
  },
} as const;
