import type { Command } from 'commander';
import type { Bilingual, NounContext } from '../cli/context.ts';

/** What every verb takes beside its own fields. */
export interface OperatorFlags {
  readonly data?: string;
  readonly config?: string;
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** `--data`, `--config`, `--json`; where something is changed `--dry-run`, where it cannot be undone `--yes`. */
export function addOperatorFlags(
  command: Command,
  { kind }: { readonly kind: 'read' | 'change' | 'destroy' },
  lang: NounContext['lang'],
): Command {
  command.option('--data <dir>', texts.data[lang]).option('--config <file>', texts.config[lang]).option('--json', texts.json[lang]);
  if (kind !== 'read') command.option('--dry-run', texts.dryRun[lang]);
  if (kind === 'destroy') command.option('--yes', texts.yes[lang]);
  return command;
}

const texts = {
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
  json: { en: 'As one JSON document.', fr: 'En un document JSON.' },
  dryRun: { en: 'Say what would be done, and change nothing.', fr: 'Dire ce qui serait fait, sans rien changer.' },
  yes: { en: 'Do not ask.', fr: 'Ne pas demander.' },
} as const satisfies Record<string, Bilingual>;
