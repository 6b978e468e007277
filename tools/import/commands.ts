import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import { addOperatorFlags, type OperatorFlags } from '../operator/flags.ts';

/** `classcord import users.pkl` */
export const importNoun: Noun = (program, context) => {
  const { lang } = context;
  const command = describeCommand(program.command('import'), texts.import, lang).argument('<file>', texts.file[lang]);
  addOperatorFlags(command, { kind: 'change' }, lang).action(async (path: string) => {
    const { importAccounts } = await import('./run.ts');
    await importAccounts(path, command.opts<OperatorFlags>(), context);
  });
};

const texts = {
  import: {
    summary: {
      en: 'Bring in the accounts of a course server (users.pkl); nothing of the file is ever run.',
      fr: 'Reprendre les comptes d’un serveur du cours (users.pkl) ; rien du fichier n’est jamais exécuté.',
    },
    examples: ['classcord import users.pkl --dry-run', 'classcord import users.pkl'],
  },
  file: { en: 'The file of the course server.', fr: 'Le fichier du serveur du cours.' },
} as const;
