import type { Command } from 'commander';
import type { Lang } from '../../server/protocol/texts.ts';
import { type Bilingual, type NounContext, wantsColor } from './context.ts';

/** Makes help speak the reader’s language, with examples first, in colour only where it is wanted. Commands added later inherit it. */
export function configureHelp(program: Command, context: NounContext): void {
  const { lang, stdout, stderr, env } = context;
  program
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Told by `tellFailure`, in one line and in the reader’s language.
      outputError: () => {},
      getOutHasColors: () => wantsColor(stdout, env),
      getErrHasColors: () => wantsColor(stderr, env),
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    })
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => `\u001b[1m${titles[title]?.[lang] ?? title}\u001b[0m`,
      optionDescription: (option) => option.description,
      commandUsage: (command) => usageOf(command, context),
      // A list of commands names them; each says for itself what it takes.
      subcommandTerm: (command) => command.name(),
    });
}

/** One line of what it does, and what to type. */
export interface CommandTexts {
  readonly summary: Bilingual;
  readonly examples: readonly string[];
}

/** Gives a command its texts. */
export function describeCommand(command: Command, { summary, examples }: CommandTexts, lang: Lang): Command {
  const title = titles['Examples:']?.[lang] ?? '';
  return command
    .description(summary[lang])
    .helpOption('-h, --help', helpTexts.help[lang])
    .addHelpText('before', [title, ...examples.map((example) => `  ${example}`), ''].join('\n'));
}

export const helpTexts = {
  help: { en: 'Show this help.', fr: 'Afficher cette aide.' },
  helpCommand: { en: 'Show the help of a command.', fr: 'Afficher l’aide d’une commande.' },
  version: { en: 'Show the version.', fr: 'Afficher la version.' },
  lang: {
    en: 'Language of texts: en or fr; else by LC_ALL, LC_MESSAGES, LANG.',
    fr: 'Langue des textes : en ou fr ; sinon LC_ALL, LC_MESSAGES, LANG.',
  },
} as const satisfies Record<string, Bilingual>;

/** The headings, as commander names them. */
const titles: Readonly<Record<string, Bilingual>> = {
  'Examples:': { en: 'Examples:', fr: 'Exemples :' },
  'Usage:': { en: 'Usage:', fr: 'Usage :' },
  'Options:': { en: 'Options:', fr: 'Options :' },
  'Global Options:': { en: 'Options of every command:', fr: 'Options de toute commande :' },
  'Commands:': { en: 'Commands:', fr: 'Commandes :' },
  'Arguments:': { en: 'Arguments:', fr: 'Arguments :' },
};

function usageOf(command: Command, { lang, isExport = false }: NounContext): string {
  const path: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) path.unshift(at.name());
  const usage = `${calledAs(path, isExport)} ${command.usage()}`;
  return lang === 'fr' ? usage.replace('[command]', '[commande]') : usage;
}

/** The command that these words name, as somebody types it. */
export function calledAs(path: readonly string[], isExport: boolean): string {
  return isExport && path[1] === 'export' ? ['classcord-export', ...path.slice(2)].join(' ') : path.join(' ');
}
