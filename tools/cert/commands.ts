import { collected } from '../cli/connection-flags.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import type { SelfSignedFlags } from './make.ts';

/** `classcord cert self-signed|show` */
export const certNoun: Noun = (program, context) => {
  const { lang } = context;
  const cert = describeCommand(program.command('cert'), texts.cert, lang);

  describeCommand(cert.command('self-signed'), texts.selfSigned, lang)
    .option('--name <host>', texts.name[lang], collected)
    .option('--ip <address>', texts.ip[lang], collected)
    .option('--days <number>', texts.days[lang], '825')
    .option('--out <folder>', texts.out[lang], 'tls')
    .option('--force', texts.force[lang])
    .action(async (flags: SelfSignedFlags) => {
      const { makeCertificate } = await import('./make.ts');
      await makeCertificate(flags, context);
    });

  describeCommand(cert.command('show'), texts.show, lang)
    .argument('[file]', texts.file[lang])
    .action(async (file: string | undefined) => {
      const { showCertificate } = await import('./show.ts');
      showCertificate(file, context);
    });
};

const texts = {
  cert: {
    summary: { en: 'Make and show certificates for TLS.', fr: 'Créer et montrer des certificats pour TLS.' },
    examples: ['classcord cert self-signed', 'classcord cert show'],
  },
  selfSigned: {
    summary: {
      en: 'Make a certificate for a local network, and say how to use it: clients believe it by its fingerprint.',
      fr: 'Créer un certificat pour un réseau local, et dire comment s’en servir : les clients le croient à son empreinte.',
    },
    examples: [
      'classcord cert self-signed',
      'classcord cert self-signed --name chat.school.example --ip 192.168.1.5 --out /etc/classcord/tls',
    ],
  },
  show: {
    summary: {
      en: 'Show a certificate: its fingerprint, whom it names, how long it is good.',
      fr: 'Montrer un certificat : son empreinte, qui il nomme, jusqu’à quand il vaut.',
    },
    examples: ['classcord cert show', 'classcord cert show tls/cert.pem'],
  },
  name: {
    en: 'Name of the server, repeatable; by default those of this machine.',
    fr: 'Nom du serveur, répétable ; par défaut ceux de cette machine.',
  },
  ip: {
    en: 'Address of the server, repeatable; by default those of this machine.',
    fr: 'Adresse du serveur, répétable ; par défaut celles de cette machine.',
  },
  days: { en: 'How long it is good.', fr: 'Durée de validité en jours.' },
  out: { en: 'Folder for cert.pem and key.pem.', fr: 'Dossier de cert.pem et key.pem.' },
  force: { en: 'Replace files that exist.', fr: 'Remplacer des fichiers existants.' },
  file: { en: 'A PEM file; by default the one of the settings.', fr: 'Un fichier PEM ; par défaut celui des réglages.' },
} as const;
