import type { SendFlags } from '../pipe/send.ts';
import { addConnectionFlags } from './connection-flags.ts';
import type { Noun } from './context.ts';
import { describeCommand } from './help.ts';

/** `classcord send` */
export const sendNoun: Noun = (program, context) => {
  const { lang } = context;
  const command = describeCommand(program.command('send'), texts.send, lang)
    .argument('<text...>', texts.text[lang])
    .option('--channel <channel>', texts.channel[lang], 'general')
    .option('--to <name>', texts.to[lang])
    .option('--json', texts.json[lang]);
  addConnectionFlags(command, lang).action(async (words: readonly string[], flags: SendFlags) => {
    const { runSend } = await import('../pipe/send.ts');
    await runSend(words, flags, context);
  });
};

const texts = {
  send: {
    summary: {
      en: 'Say one thing, and end when the server has stored it.',
      fr: 'Dire une chose, et finir quand le serveur l’a enregistrée.',
    },
    examples: [
      'classcord send "The build is green."',
      'classcord send --channel dev --guest build-bot "The build is green."',
      'df -h | classcord send --user alice --to bob -',
    ],
  },
  text: { en: 'What to say; - reads it from standard input.', fr: 'Ce qu’il faut dire ; - le lit sur l’entrée standard.' },
  channel: { en: 'Where; general by default.', fr: 'Où ; general par défaut.' },
  to: { en: 'To this person, in private.', fr: 'À cette personne, en privé.' },
  json: { en: 'Print the acknowledgement as a line of JSON.', fr: 'Afficher l’accusé de réception en une ligne de JSON.' },
} as const;
