import type { BotFlags } from '../pipe/bot.ts';
import { addConnectionFlags, collected } from './connection-flags.ts';
import type { Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord bot run` */
export const botNoun: Noun = (program, context) => {
  const { lang } = context;
  // What follows the program is the program's, though it looks like a flag of ours.
  const bot = describeCommand(program.command('bot'), texts.bot, lang).enablePositionalOptions();
  const run = describeCommand(bot.command('run'), texts.run, lang)
    .passThroughOptions()
    .argument('<program>', texts.program[lang])
    .argument('[args...]', texts.args[lang])
    .requiredOption('--channel <channel>', texts.channel[lang], collected)
    .option('--text', texts.text[lang])
    .option('--rate <per minute>', texts.rate[lang], '60')
    .option('--restarts <times>', texts.restarts[lang], '10');
  addConnectionFlags(run, lang).action(async (file: string, args: readonly string[], flags: BotFlags) => {
    const { runBot } = await import('../pipe/bot.ts');
    await runBot([file, ...args], flags, context);
  });
};

const texts = {
  bot: {
    summary: { en: 'Programs that take part in the conversation.', fr: 'Des programmes qui prennent part à la conversation.' },
    examples: ['classcord bot run --channel general --guest echo ./echo.sh'],
  },
  run: {
    summary: {
      en: 'Keep a program that speaks the lines of `classcord pipe` running and connected; it is restarted when it fails.',
      fr: 'Garder en marche et connecté un programme qui parle les lignes de `classcord pipe` ; il est relancé s’il échoue.',
    },
    examples: [
      'classcord bot run --channel general --guest echo ./echo.sh',
      'classcord bot run --channel dev --user build-bot --rate 20 -- python3 build.py --verbose',
    ],
  },
  program: { en: 'The program, in any language.', fr: 'Le programme, dans n’importe quel langage.' },
  args: { en: 'Its arguments.', fr: 'Ses arguments.' },
  channel: {
    en: 'The channel, without or with its #; repeatable, the first one is where lines go.',
    fr: 'Le canal, avec ou sans son # ; répétable, les lignes vont au premier.',
  },
  text: { en: 'Lines are bare text both ways.', fr: 'Les lignes sont du texte nu dans les deux sens.' },
  rate: {
    en: 'Lines a minute that it may say; past it the program waits. 60 by default.',
    fr: 'Lignes par minute qu’il peut dire ; au-delà le programme attend. 60 par défaut.',
  },
  restarts: {
    en: 'Given up after so many restarts in a row; 10 by default.',
    fr: 'Abandon après tant de relances d’affilée ; 10 par défaut.',
  },
} as const;
