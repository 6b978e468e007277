import { CommanderError } from 'commander';
import { CommandError, exitCodes } from '../../server/base/exit-codes.ts';
import type { Lang } from '../../server/protocol/texts.ts';
import type { Bilingual, CliContext } from './context.ts';

/** Tells on one line why `command` failed, and returns its exit code. The only place where failures of commands end. */
export function tellFailure(
  error: unknown,
  { lang, command }: { readonly lang: Lang; readonly command: string },
  { stderr, env }: Pick<CliContext, 'stderr' | 'env'>,
): number {
  const tell = (text: string) => stderr.write(`classcord: ${text}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok.code;
    // Help that was not asked for: a noun without its verb. It has been shown.
    if (error.code !== 'commander.help') tell(`${usageText(error, lang)}${texts.help[lang].replace('{command}', command)}`);
    return exitCodes.usage.code;
  }
  if (error instanceof CommandError) tell(oneLine(error.message));
  else tell(`${texts.unexpected[lang]} ${oneLine(error instanceof Error ? error.message : String(error))}. ${texts.debug[lang]}`);
  if (env['DEBUG'] === '1' && error instanceof Error) stderr.write(`${error.stack}\n`);
  return error instanceof CommandError ? exitCodes[error.exit].code : exitCodes.software.code;
}

const texts = {
  unexpected: { en: 'unexpected failure:', fr: 'défaillance inattendue :' },
  debug: { en: 'DEBUG=1 shows where.', fr: 'DEBUG=1 montre où.' },
  near: { en: '; did you mean {near}?', fr: ' ; vouliez-vous dire {near} ?' },
  allowed: { en: '; allowed: {near}.', fr: ' ; permis : {near}.' },
  help: { en: ' See: {command} --help', fr: ' Voir : {command} --help' },
} as const satisfies Record<string, Bilingual>;

/** What commander finds wrong, by its code; `{what}` is what it quotes. Others are told in its own words. */
const usageTexts: Readonly<Record<string, Bilingual>> = {
  'commander.unknownOption': { en: 'unknown option {what}', fr: 'option inconnue {what}' },
  'commander.unknownCommand': { en: 'unknown command {what}', fr: 'commande inconnue {what}' },
  'commander.optionMissingArgument': { en: 'a value is missing: {what}', fr: 'il manque une valeur : {what}' },
  'commander.missingArgument': { en: 'an argument is missing: {what}', fr: 'il manque un argument : {what}' },
  'commander.invalidArgument': { en: 'wrong value for {what}', fr: 'mauvaise valeur pour {what}' },
  'commander.excessArguments': { en: 'too many arguments', fr: 'trop d’arguments' },
};

function usageText(error: CommanderError, lang: Lang): string {
  const what = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const near = /\(Did you mean (?:one of )?(.*)\?\)/.exec(error.message)?.[1];
  const allowed = /Allowed choices are (.*)\./.exec(error.message)?.[1];
  const text = usageTexts[error.code]?.[lang].replace('{what}', what) ?? oneLine(error.message).replace(/^error: |\.$/g, '');
  const end = near !== undefined ? texts.near[lang] : allowed !== undefined ? texts.allowed[lang] : '.';
  return `${text}${end.replace('{near}', near ?? allowed ?? '')}`;
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').trim();
}
