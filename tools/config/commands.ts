import type { ServeOptions } from '../../server/config/load.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import { addServeFlags } from '../cli/serve.ts';

/** `classcord config init|check|show` */
export const configNoun: Noun = (program, context) => {
  const { lang } = context;
  const config = describeCommand(program.command('config'), texts.config, lang);

  describeCommand(config.command('init'), texts.init, lang)
    .option('-o, --output <file>', texts.output[lang])
    .option('--force', texts.force[lang])
    .action(async (options: { readonly output?: string; readonly force?: boolean }) => {
      const { initConfig } = await import('./init.ts');
      initConfig(options, context);
    });

  const check = describeCommand(config.command('check'), texts.check, lang);
  addServeFlags(check, lang).action(async (options: ServeOptions) => {
    const { checkConfig } = await import('./show.ts');
    checkConfig(options, context);
  });

  const show = describeCommand(config.command('show'), texts.show, lang);
  addServeFlags(show, lang)
    .option('--json', texts.json[lang])
    .action(async ({ json = false, ...options }: ServeOptions & { readonly json?: boolean }) => {
      const { showConfig } = await import('./show.ts');
      showConfig(options, json, context);
    });
};

const texts = {
  config: {
    summary: { en: 'Write, check and show the configuration.', fr: 'Écrire, vérifier et montrer la configuration.' },
    examples: ['classcord config init', 'classcord config show'],
  },
  init: {
    summary: {
      en: 'Write a file with every setting, its meaning and its default.',
      fr: 'Écrire un fichier avec chaque réglage, son sens et sa valeur par défaut.',
    },
    examples: ['classcord config init', 'classcord config init -o - | less'],
  },
  check: {
    summary: {
      en: 'Say ok, or what is wrong with the configuration (exit 78). Takes the flags of serve.',
      fr: 'Dire ok, ou ce qui ne va pas dans la configuration (sortie 78). Accepte les options de serve.',
    },
    examples: ['classcord config check', 'classcord config check --config /etc/classcord/classcord.toml'],
  },
  show: {
    summary: {
      en: 'Show every setting and where its value comes from; secrets are masked. Takes the flags of serve.',
      fr: 'Montrer chaque réglage et d’où vient sa valeur ; les secrets sont masqués. Accepte les options de serve.',
    },
    examples: ['classcord config show', 'classcord config show --json --set limits.connections=500'],
  },
  output: {
    en: 'File to write, - for standard output; classcord.toml by default.',
    fr: 'Fichier à écrire, - pour la sortie standard ; classcord.toml par défaut.',
  },
  force: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' },
  json: { en: 'As one JSON document.', fr: 'En un document JSON.' },
} as const;
