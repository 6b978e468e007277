import type { AutomodTestFlags } from '../automod/test.ts';
import type { Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord automod init|check|enable|disable|test` */
export const automodNoun: Noun = (program, context) => {
  const { lang } = context;
  const automod = describeCommand(program.command('automod'), texts.automod, lang);

  describeCommand(automod.command('init'), texts.init, lang)
    .option('-o, --output <file>', texts.output[lang])
    .option('--force', texts.force[lang])
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .action(async (flags: { readonly output?: string; readonly force?: boolean }) => {
      const { initRules } = await import('../automod/init.ts');
      initRules(flags, context);
    });

  describeCommand(automod.command('check'), texts.check, lang)
    .argument('[rules]', texts.rules[lang])
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .action(async (rules: string | undefined, flags: { readonly data?: string; readonly config?: string }) => {
      const { checkRules } = await import('../automod/check.ts');
      checkRules(rules, flags, context);
    });

  for (const verb of ['enable', 'disable'] as const) {
    describeCommand(automod.command(verb), texts[verb], lang)
      .option('--data <dir>', texts.data[lang])
      .option('--config <file>', texts.config[lang])
      .option('--dry-run', texts.dryRun[lang])
      .option('--json', texts.json[lang])
      .action(async (flags: { readonly data?: string; readonly config?: string; readonly dryRun?: boolean; readonly json?: boolean }) => {
        const { switchRules } = await import('../automod/switch.ts');
        switchRules(verb === 'enable', flags, context);
      });
  }

  describeCommand(automod.command('test'), texts.test, lang)
    .argument('[rules]', texts.rules[lang])
    .option('--since <time>', texts.since[lang], '7d')
    .option('--until <time>', texts.until[lang])
    .option('--json', texts.json[lang])
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .action(async (rules: string | undefined, flags: AutomodTestFlags) => {
      const { testRules } = await import('../automod/test.ts');
      await testRules(rules, flags, context);
    });
};

const texts = {
  automod: {
    summary: {
      en: 'Automatic moderation: write, check and try its rules.',
      fr: 'Modération automatique : écrire, vérifier et essayer ses règles.',
    },
    examples: ['classcord automod init', 'classcord automod test --since 7d'],
  },
  init: {
    summary: {
      en: 'Write a rules file with every rule and its default; it is off until enabled = true.',
      fr: 'Écrire un fichier de règles avec chaque règle et sa valeur par défaut ; inactif jusqu’à enabled = true.',
    },
    examples: ['classcord automod init', 'classcord automod init -o - | less'],
  },
  check: {
    summary: {
      en: 'Say ok, or what is wrong with a rules file (exit 78).',
      fr: 'Dire ok, ou ce qui ne va pas dans un fichier de règles (sortie 78).',
    },
    examples: ['classcord automod check', 'classcord automod check new-rules.toml'],
  },
  enable: {
    summary: {
      en: 'Switch it on in the rules file; without one, with the rules as shipped.',
      fr: 'L’activer dans le fichier de règles ; sans fichier, avec les règles livrées.',
    },
    examples: ['classcord automod enable'],
  },
  disable: {
    summary: { en: 'Switch it off in the rules file.', fr: 'La désactiver dans le fichier de règles.' },
    examples: ['classcord automod disable'],
  },
  test: {
    summary: {
      en: 'Try rules on past messages: who would have been hit. Changes nothing.',
      fr: 'Essayer des règles sur les messages passés : qui aurait été touché. Ne change rien.',
    },
    examples: ['classcord automod test --since 7d', 'classcord automod test new-rules.toml --since 2026-11-01 --json'],
  },
  rules: {
    en: 'The rules file; by default the one of the server, else the rules as shipped.',
    fr: 'Le fichier de règles ; par défaut celui du serveur, sinon les règles livrées.',
  },
  since: {
    en: 'From then on: 2026-11-22, 2026-11-22T09:00, or 90m, 12h, 7d ago; 7d by default.',
    fr: 'À partir de : 2026-11-22, 2026-11-22T09:00, ou il y a 90m, 12h, 7d ; 7d par défaut.',
  },
  until: { en: 'Up to then; a day is included.', fr: 'Jusqu’à ; un jour est compris.' },
  json: { en: 'One JSON object per line.', fr: 'Un objet JSON par ligne.' },
  dryRun: { en: 'Say what would be done, and change nothing.', fr: 'Dire ce qui serait fait, et ne rien changer.' },
  output: {
    en: 'File to write, - for standard output; by default the one that the server reads.',
    fr: 'Fichier à écrire, - pour la sortie standard ; par défaut celui que lit le serveur.',
  },
  force: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' },
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
} as const;
