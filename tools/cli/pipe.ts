import type { PipeFlags } from '../pipe/pipe.ts';
import { addConnectionFlags, collected } from './connection-flags.ts';
import type { Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord pipe` */
export const pipeNoun: Noun = (program, context) => {
  const { lang } = context;
  const command = describeCommand(program.command('pipe'), texts.pipe, lang)
    .requiredOption('--channel <channel>', texts.channel[lang], collected)
    .option('--text', texts.text[lang])
    .option('--follow', texts.follow[lang]);
  addConnectionFlags(command, lang).action(async (flags: PipeFlags) => {
    const { runPipe } = await import('../pipe/pipe.ts');
    await runPipe(flags, context);
  });
};

const texts = {
  pipe: {
    summary: {
      en: 'A channel on standard input and output, as lines of JSON (docs/client-library.md).',
      fr: 'Un canal sur l’entrée et la sortie standard, en lignes de JSON (docs/client-library.md).',
    },
    examples: [
      'classcord pipe --channel general --guest my-bot',
      'tail -f app.log | classcord pipe --channel ops --guest log-bot --text',
      'classcord pipe --channel dev --user alice --follow < /dev/null | jq -r .content',
    ],
  },
  channel: {
    en: 'The channel, without or with its #; repeatable, the first one is where lines go.',
    fr: 'Le canal, avec ou sans son # ; répétable, les lignes vont au premier.',
  },
  text: { en: 'Lines are bare text both ways.', fr: 'Les lignes sont du texte nu dans les deux sens.' },
  follow: { en: 'Go on listening after the end of the input.', fr: 'Continuer d’écouter après la fin de l’entrée.' },
} as const;
