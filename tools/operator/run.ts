import { CommandError } from '../../server/base/exit-codes.ts';
import { loadConfig } from '../../server/config/load.ts';
import type { Bilingual, NounContext } from '../cli/context.ts';
import type { NamedVerb } from './commands.ts';
import { type Control, openControl } from './control.ts';
import type { OperatorFlags } from './flags.ts';
import { readings } from './readings.ts';
import { confirm } from './secret.ts';
import { shown } from './shown.ts';

export interface VerbCall extends NamedVerb {
  readonly input: Record<string, unknown>;
  readonly flags: OperatorFlags & Readonly<Record<string, unknown>>;
}

/** Runs one verb: through the control socket of the running server, or on the database itself, and shows what it answers. */
export async function runVerb(call: VerbCall, context: NounContext): Promise<void> {
  const { name, verb, input, flags } = call;
  const { lang, stdout } = context;
  await readings[name]?.read?.(input, flags, context);
  const { config } = loadConfig({ options: dataOptions(flags, lang), env: context.env, cwd: context.cwd });
  const control = await openControl(config, { mayMake: verb.isFirst === true && flags.dryRun !== true, open: context.openDatabase, lang });
  try {
    if (verb.kind === 'destroy' && flags.dryRun !== true && flags.yes !== true) await ask(call, control, context);
    const { data, exit } = await control.ask({ verb: name, input, dryRun: flags.dryRun === true, lang });
    if (exit !== undefined) context.finish(exit);
    if (!Array.isArray(data)) await readings[name]?.keep?.(data as Record<string, unknown>, flags, context);
    stdout.write(flags.json === true ? `${JSON.stringify(data)}\n` : shown(data, { verb, lang }));
  } finally {
    await control.close();
  }
}

export function dataOptions({ data, config }: OperatorFlags, lang: NounContext['lang']) {
  return { lang, ...(data === undefined ? {} : { data }), ...(config === undefined ? {} : { config }) };
}

/** Shows what would be done, and asks. Without a terminal nobody can say yes: wrong usage. */
async function ask({ name, verb, input }: VerbCall, control: Control, context: NounContext): Promise<void> {
  const { lang, stdin, stderr } = context;
  if (stdin?.isTTY !== true) throw new CommandError('usage', texts.needsYes[lang].replace('{verb}', name));
  const { data } = await control.ask({ verb: name, input, dryRun: true, lang });
  stderr.write(shown(data, { verb: { ...verb, done: undefined as never }, lang }));
  if (!(await confirm(texts.question[lang], context))) throw new CommandError('usage', texts.refused[lang]);
}

const texts = {
  needsYes: {
    en: '{verb} cannot be undone: say --yes, or look first with --dry-run.',
    fr: '{verb} est irréversible : ajoutez --yes, ou regardez d’abord avec --dry-run.',
  },
  question: { en: 'Go on? [y/N] ', fr: 'Continuer ? [o/N] ' },
  refused: { en: 'Nothing was done.', fr: 'Rien n’a été fait.' },
} as const satisfies Record<string, Bilingual>;
