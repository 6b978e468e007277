import { Command, Option } from 'commander';
import { CommandError, exitCodes } from '../server/base/exit-codes.ts';
import { localeLang } from '../server/config/locale.ts';
import { langOf, langs } from '../server/protocol/texts.ts';
import { backupNoun } from './backup/commands.ts';
import { certNoun } from './cert/commands.ts';
import { botNoun } from './cli/bot.ts';
import { chatNoun } from './cli/chat.ts';
import type { CliContext, Noun, NounContext, Output } from './cli/context.ts';
import { exportNoun } from './cli/export.ts';
import { exporterNoun } from './cli/exporter.ts';
import { tellFailure } from './cli/failures.ts';
import { calledAs, configureHelp, describeCommand, helpTexts } from './cli/help.ts';
import { permissionsNoun } from './cli/permissions.ts';
import { pipeNoun } from './cli/pipe.ts';
import { sendNoun } from './cli/send.ts';
import { serveNoun } from './cli/serve.ts';
import { readVersion, versionNoun } from './cli/version.ts';
import { configNoun } from './config/commands.ts';
import { doctorNoun } from './doctor/commands.ts';
import { importNoun } from './import/commands.ts';
import { keyNoun } from './keys/commands.ts';
import { knownNoun } from './known/commands.ts';
import { bareOperatorNouns, isOperatorLine } from './operator/nouns.ts';

/** The tree `classcord <noun> <verb>`, in the order of the help. A new noun is one more line here. */
const nouns: readonly Noun[] = [
  serveNoun,
  chatNoun,
  exporterNoun(async (options) => (await import('../exporter/main.ts')).exporterCommand(options)),
  exportNoun,
  backupNoun,
  sendNoun,
  pipeNoun,
  botNoun,
  configNoun,
  certNoun,
  knownNoun,
  keyNoun,
  importNoun,
  doctorNoun,
  permissionsNoun,
  versionNoun,
];

/** The operator’s verbs are many; a command line that does not speak of them does not load them. */
async function operatorNounsFor(args: readonly string[]): Promise<Noun> {
  return isOperatorLine(args) ? (await import('./operator/commands.ts')).operatorNouns : bareOperatorNouns;
}

/** Runs one command line and returns its exit code. Throws nothing. */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const chosen = takeLang(args);
  const lang = chosen.lang === null ? localeLang(context.env) : langOf(chosen.lang, 'en');
  let code: number = exitCodes.ok.code;
  let path: readonly string[] = ['classcord'];
  try {
    if (chosen.lang !== null && !langs.some((known) => known === chosen.lang))
      throw new CommandError('usage', `--lang: ${langs.join(', ')}`);
    const operator = await operatorNounsFor(chosen.rest);
    const program = buildCli({ ...context, lang, version: readVersion(), finish: (finished) => (code = finished) }, operator);
    path = pathOf(program, chosen.rest);
    await program.parseAsync(chosen.rest, { from: 'user' });
    return code;
  } catch (error) {
    return tellFailure(error, { lang, command: calledAs(path, context.isExport === true) }, context);
  }
}

export function buildCli(context: NounContext, operator: Noun = bareOperatorNouns): Command {
  const { lang, version } = context;
  const program = new Command('classcord').exitOverride();
  configureHelp(program, context);
  describeCommand(program, texts, lang)
    .version(version, '-V, --version', helpTexts.version[lang])
    .helpCommand('help [command]', helpTexts.helpCommand[lang])
    .addOption(new Option('--lang <lang>', helpTexts.lang[lang]));
  for (const add of [...nouns, operator]) add(program, context);
  return program;
}

/** `classcord-export`. */
export function mainExport(): Promise<void> {
  return main(['export', ...process.argv.slice(2)], true);
}

/** The real thing: this process, its streams and its signals. */
export async function main(args: readonly string[] = process.argv.slice(2), isExport = false): Promise<void> {
  const interrupt = () => process.exit(exitCodes.interrupted.code);
  // `classcord config show | head` ends quietly.
  const leave = () => process.exit(exitCodes.ok.code);
  process.on('SIGINT', interrupt);
  process.stdout.on('error', leave);
  const code = await runCli(args, {
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    isExport,
    takeOver() {
      process.off('SIGINT', interrupt);
      process.stdout.off('error', leave);
    },
    async serve(options) {
      const { serveCommand } = await import('../server/main.ts');
      return serveCommand(options);
    },
  });
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

const texts = {
  summary: {
    en: 'A chat server for a classroom, and what belongs to it.',
    fr: 'Un serveur de discussion pour la classe, et ce qui va avec.',
  },
  examples: ['classcord serve', 'classcord config init', 'classcord serve --help'],
} as const;

/** The words of a command line that name its command, as far as there is one. */
function pathOf(program: Command, args: readonly string[]): string[] {
  const path = [program.name()];
  let at: Command | undefined = program;
  for (const arg of args) {
    at = at.commands.find((command) => command.name() === arg);
    if (at === undefined) break;
    path.push(arg);
  }
  return path;
}

/** `--lang` is taken out wherever it stands: the texts of all commands depend on it. */
function takeLang(args: readonly string[]): { readonly lang: string | null; readonly rest: string[] } {
  const end = args.indexOf('--');
  const at = args.findIndex((arg, index) => (end < 0 || index < end) && /^--lang(=|$)/.test(arg));
  const [, inline] = args[at]?.split('=', 2) ?? [];
  if (at < 0) return { lang: null, rest: [...args] };
  return { lang: inline ?? args[at + 1] ?? '', rest: [...args.slice(0, at), ...args.slice(at + (inline === undefined ? 2 : 1))] };
}

const flushWithinMs = 500;

/** Resolves when what was written has left, or when nobody takes it. */
function flushed(output: Output & { write(text: string, done: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, flushWithinMs);
    output.write('', () => resolve());
  });
}
