import type { ExportFlags } from '../export/request.ts';
import type { Noun } from './context.ts';
import { calledAs, describeCommand } from './help.ts';

/** `classcord export`, also the program `classcord-export`. */
export const exportNoun: Noun = (program, context) => {
  const { lang, isExport = false } = context;
  const name = calledAs(['classcord', 'export'], isExport);
  const examples = texts.export.examples.map((example) => example.replaceAll('classcord export', name));
  const collect = (value: string, values: readonly string[] = []) => [...values, value];
  const command = describeCommand(program.command('export'), { ...texts.export, examples }, lang)
    .argument('[form]', texts.form[lang])
    .argument('[channel]', texts.formChannel[lang])
    .argument('[file]', texts.formFile[lang])
    .option('--json', texts.json[lang])
    .option('--csv', texts.csv[lang])
    .option('--ndjson', texts.ndjson[lang])
    .option('--html', texts.html[lang])
    .option('--channel <channel>', texts.channel[lang], collect)
    .option('--since <time>', texts.since[lang])
    .option('--until <time>', texts.until[lang])
    .option('--user <name>', texts.user[lang])
    .option('--private <name>', texts.private[lang])
    .option('-o, --output <file>', texts.output[lang])
    .option('--force', texts.force[lang])
    .option('--state <file>', texts.state[lang])
    .option('--raw', texts.raw[lang])
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .action(async () => {
      const { runExport } = await import('../export/run.ts');
      await runExport(command.opts<ExportFlags>(), command.args, context);
    });
};

const texts = {
  export: {
    summary: {
      en: 'Write messages to a file, whether the server runs or not.',
      fr: 'Écrire les messages dans un fichier, que le serveur tourne ou non.',
    },
    examples: [
      'classcord export --json --channel general',
      'classcord export --csv --since 2026-09-01 --until 2026-09-30 -o september.csv',
      'classcord export --ndjson --state export.state',
      'classcord export json general; classcord export list',
    ],
  },
  form: {
    en: 'json, csv, ndjson, html, or list: which channels there are.',
    fr: 'json, csv, ndjson, html, ou list : quels canaux il y a.',
  },
  formChannel: { en: 'One channel.', fr: 'Un canal.' },
  formFile: { en: 'The file, as -o.', fr: 'Le fichier, comme -o.' },
  json: { en: 'One JSON array.', fr: 'Un tableau JSON.' },
  csv: { en: 'A table for spreadsheets; formulas are made harmless.', fr: 'Un tableau pour tableur ; les formules sont neutralisées.' },
  ndjson: { en: 'One JSON object per line.', fr: 'Un objet JSON par ligne.' },
  html: { en: 'One page to read or print.', fr: 'Une page à lire ou à imprimer.' },
  channel: {
    en: 'This channel; repeatable. Without it: all public ones. A private one only by its name.',
    fr: 'Ce canal ; répétable. Sans lui : tous les publics. Un canal privé par son nom seulement.',
  },
  since: {
    en: 'From then on: 2026-11-22, 2026-11-22T09:00, or 90m, 12h, 7d ago.',
    fr: 'À partir de : 2026-11-22, 2026-11-22T09:00, ou il y a 90m, 12h, 7d.',
  },
  until: { en: 'Up to then; a day is included.', fr: 'Jusqu’à ; un jour est compris.' },
  user: { en: 'Only what this person wrote.', fr: 'Seulement ce que cette personne a écrit.' },
  private: {
    en: 'The private messages of this person, instead of channels. Leaves a line in the audit.',
    fr: 'Les messages privés de cette personne, au lieu des canaux. Laisse une ligne dans l’audit.',
  },
  output: {
    en: 'The file, - for standard output; messages_<channel>_<date>-<time> by default.',
    fr: 'Le fichier, - pour la sortie standard ; messages_<canal>_<date>-<heure> par défaut.',
  },
  force: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' },
  state: {
    en: 'Go on where the last run with this file stopped; it keeps a manifest with SHA-256 sums.',
    fr: 'Continuer où s’est arrêté le dernier passage avec ce fichier ; il tient un manifeste SHA-256.',
  },
  raw: { en: 'CSV: leave formulas as they are.', fr: 'CSV : laisser les formules telles quelles.' },
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
} as const;
