import { addConnectionFlags } from '../cli/connection-flags.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import type { ConnectionFlags } from '../pipe/connection.ts';

/** `classcord key make|show|add` */
export const keyNoun: Noun = (program, context) => {
  const { lang } = context;
  const noun = describeCommand(program.command('key'), texts.key, lang);

  describeCommand(noun.command('make'), texts.make, lang)
    .option('--out <file>', texts.out[lang])
    .action(async ({ out }: { readonly out?: string }) => {
      const { makeOwnKey } = await import('./run.ts');
      makeOwnKey(out, context);
    });

  describeCommand(noun.command('show'), texts.show, lang)
    .argument('[file]', texts.file[lang])
    .action(async (file: string | undefined) => {
      const { showKey } = await import('./run.ts');
      showKey(file, context);
    });

  const add = describeCommand(noun.command('add'), texts.add, lang).argument('[file]', texts.file[lang]);
  addConnectionFlags(add, lang).action(async (file: string | undefined, flags: ConnectionFlags) => {
    const { addKey } = await import('./run.ts');
    await addKey(file, flags, context);
  });
};

const texts = {
  key: {
    summary: {
      en: 'Log in with a key instead of a password: make one, show it, give it to one’s account.',
      fr: 'Se connecter avec une clé au lieu d’un mot de passe : en créer une, la montrer, la donner à son compte.',
    },
    examples: ['classcord key make', 'classcord key add --host chat.school.example --tls --user alice'],
  },
  make: {
    summary: { en: 'Make a key for this account of this machine.', fr: 'Créer une clé pour ce compte de cette machine.' },
    examples: ['classcord key make'],
  },
  show: {
    summary: { en: 'Show the public half of a key, and its fingerprint.', fr: 'Montrer la moitié publique d’une clé, et son empreinte.' },
    examples: ['classcord key show', 'classcord key show ~/.ssh/id_ed25519'],
  },
  add: {
    summary: { en: 'Give a key to one’s account on a server.', fr: 'Donner une clé à son compte sur un serveur.' },
    examples: ['classcord key add --host chat.school.example --tls --user alice'],
  },
  out: { en: 'File of the private half.', fr: 'Fichier de la moitié privée.' },
  file: {
    en: 'A private key, PEM or OpenSSH without a passphrase; by default the one that key make made.',
    fr: 'Une clé privée, PEM ou OpenSSH sans phrase secrète ; par défaut celle de key make.',
  },
} as const;
