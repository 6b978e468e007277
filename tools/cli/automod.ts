import type { Command } from 'commander';
import { automodVerbs } from '../../server/operator/automod.ts';
import type { AutomodTestFlags } from '../automod/test.ts';
import { addOperatorFlags, type OperatorFlags } from '../operator/flags.ts';
import type { NounContext } from './context.ts';
import { describeCommand } from './help.ts';

/** The verbs of `classcord automod`: those of a server, and what needs none (`test`, and files by name). Loaded when it is asked for. */
export function addAutomodVerbs(automod: Command, context: NounContext): void {
  const { lang } = context;
  const verbOf = (name: keyof typeof automodVerbs) => {
    const { summary, example } = automodVerbs[name];
    return addOperatorFlags(
      describeCommand(automod.command(name.replace('automod ', '')), { summary, examples: [example] }, lang),
      automodVerbs[name],
      lang,
    );
  };
  const runNamed = async (name: keyof typeof automodVerbs, input: Record<string, unknown>, flags: OperatorFlags) => {
    const { runVerb } = await import('../operator/run.ts');
    await runVerb({ name, verb: automodVerbs[name], input, flags: { ...flags } }, context);
  };

  verbOf('automod init')
    .option('-o, --output <file>', texts.output[lang])
    .option('--force', texts.force[lang])
    .action(async ({ output, ...flags }: OperatorFlags & { readonly output?: string; readonly force?: boolean }) => {
      if (output === undefined) return runNamed('automod init', { force: flags.force === true }, flags);
      const { initRules } = await import('../automod/init.ts');
      initRules(output, flags.force === true, context);
    });

  verbOf('automod check')
    .argument('[rules]', texts.checked[lang])
    .action(async (rules: string | undefined, flags: OperatorFlags) => {
      if (rules === undefined) return runNamed('automod check', {}, flags);
      const { checkRules } = await import('../automod/check.ts');
      checkRules(rules, flags.json === true, context);
    });

  for (const name of ['automod enable', 'automod disable'] as const)
    verbOf(name).action((flags: OperatorFlags) => runNamed(name, {}, flags));

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
}

const texts = {
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
  checked: {
    en: 'Another rules file, read without any server.',
    fr: 'Un autre fichier de règles, lu sans aucun serveur.',
  },
  since: {
    en: 'From then on: 2026-11-22, 2026-11-22T09:00, or 90m, 12h, 7d ago; 7d by default.',
    fr: 'À partir de : 2026-11-22, 2026-11-22T09:00, ou il y a 90m, 12h, 7d ; 7d par défaut.',
  },
  until: { en: 'Up to then; a day is included.', fr: 'Jusqu’à ; un jour est compris.' },
  json: { en: 'One JSON object per line.', fr: 'Un objet JSON par ligne.' },
  output: {
    en: 'File to write instead, without any server; - for standard output.',
    fr: 'Autre fichier à écrire, sans aucun serveur ; - pour la sortie standard.',
  },
  force: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' },
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
} as const;
