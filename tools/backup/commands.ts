import { collected } from '../cli/connection-flags.ts';
import type { Noun } from '../cli/context.ts';
import { describeCommand } from '../cli/help.ts';
import type { CreateFlags } from './create.ts';
import type { OpenFlags } from './restore.ts';

/** `classcord backup key|create|verify|restore` */
export const backupNoun: Noun = (program, context) => {
  const { lang } = context;
  const backup = describeCommand(program.command('backup'), texts.backup, lang);

  describeCommand(backup.command('key'), texts.key, lang)
    .option('--out <file>', texts.keyOut[lang], 'backup.key')
    .action(async ({ out }: { readonly out: string }) => {
      const { makeKey } = await import('./keys.ts');
      await makeKey(out, context);
    });

  describeCommand(backup.command('create'), texts.create, lang)
    .option('--to <age1…>', texts.to[lang], collected)
    .option('-o, --output <file>', texts.output[lang])
    .option('--force', texts.force[lang])
    .option('--data <dir>', texts.data[lang])
    .option('--config <file>', texts.config[lang])
    .action(async (flags: CreateFlags) => {
      const { createBackup } = await import('./create.ts');
      await createBackup(flags, context);
    });

  describeCommand(backup.command('verify'), texts.verify, lang)
    .argument('<file>', texts.file[lang])
    .option('--key <file>', texts.keyFile[lang], 'backup.key')
    .action(async (file: string, flags: OpenFlags) => {
      const { verifyBackup } = await import('./restore.ts');
      await verifyBackup(file, flags, context);
    });

  describeCommand(backup.command('restore'), texts.restore, lang)
    .argument('<file>', texts.file[lang])
    .option('--key <file>', texts.keyFile[lang], 'backup.key')
    .requiredOption('--data <dir>', texts.into[lang])
    .action(async (file: string, flags: OpenFlags & { readonly data: string }) => {
      const { restoreBackup } = await import('./restore.ts');
      await restoreBackup(file, flags, context);
    });
};

const texts = {
  backup: {
    summary: {
      en: 'Encrypted copies of everything that was said, while the server runs; and their way back.',
      fr: 'Des copies chiffrées de tout ce qui a été dit, pendant que le serveur tourne ; et leur retour.',
    },
    examples: [
      'classcord backup key',
      'classcord backup create --to age1…',
      'classcord backup verify classcord-20261122-090000.db.gz.age',
      'classcord backup restore classcord-20261122-090000.db.gz.age --data new-folder',
    ],
  },
  key: {
    summary: {
      en: 'Make the key that opens backups. Keep it elsewhere: to make backups, the server needs its public half only.',
      fr: 'Créer la clé qui ouvre les sauvegardes. Gardez-la ailleurs : pour sauvegarder, le serveur n’a besoin que de sa moitié publique.',
    },
    examples: ['classcord backup key', 'classcord backup key --out /media/usb/backup.key'],
  },
  create: {
    summary: {
      en: 'Copy the database, compressed and encrypted, whether the server runs or not.',
      fr: 'Copier la base, comprimée et chiffrée, que le serveur tourne ou non.',
    },
    examples: [
      'classcord backup create --to age1…',
      'classcord backup create --to age1… --data /var/lib/classcord -o /media/usb/monday.age',
    ],
  },
  verify: {
    summary: {
      en: 'Open a backup, check every byte of it and the database in it, and say what it holds. Leaves nothing behind.',
      fr: 'Ouvrir une sauvegarde, en vérifier chaque octet et la base qu’elle contient, dire ce qu’il y a dedans. Ne laisse rien derrière.',
    },
    examples: ['classcord backup verify monday.age --key /media/usb/backup.key'],
  },
  restore: {
    summary: {
      en: 'Put the database of a backup into an empty folder, checked, or nothing at all.',
      fr: 'Mettre la base d’une sauvegarde dans un dossier vide, vérifiée, ou rien du tout.',
    },
    examples: ['classcord backup restore monday.age --key /media/usb/backup.key --data /var/lib/classcord-new'],
  },
  keyOut: { en: 'File of the key; 0600, and it must not exist.', fr: 'Fichier de la clé ; 0600, et il ne doit pas exister.' },
  to: {
    en: 'Public half of a key that may open it, repeatable.',
    fr: 'Moitié publique d’une clé qui pourra l’ouvrir, répétable.',
  },
  output: {
    en: 'File to write; by default classcord-DATE-TIME.db.gz.age here.',
    fr: 'Fichier à écrire ; par défaut classcord-DATE-HEURE.db.gz.age ici.',
  },
  force: { en: 'Replace a file that exists.', fr: 'Remplacer un fichier existant.' },
  data: { en: 'Folder of the server’s database.', fr: 'Dossier de la base du serveur.' },
  config: { en: 'Configuration file of the server (TOML).', fr: 'Fichier de configuration du serveur (TOML).' },
  file: { en: 'The backup.', fr: 'La sauvegarde.' },
  keyFile: { en: 'A key that may open it.', fr: 'Une clé qui peut l’ouvrir.' },
  into: { en: 'Empty folder to put it into; it is made when missing.', fr: 'Dossier vide où la mettre ; il est créé s’il manque.' },
} as const;
