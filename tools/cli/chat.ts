import { readFileSync } from 'node:fs';
import { CommandError } from '../../server/base/exit-codes.ts';
import type { ChatOptions } from '../tui/main.ts';
import type { Noun } from './context.ts';
import { describeCommand } from './help.ts';

interface ChatFlags {
  readonly guest?: string;
  readonly user?: string;
  readonly key?: string;
  readonly profile?: string;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly screenReader?: boolean;
}

/** `classcord chat` */
export const chatNoun: Noun = (program, context) => {
  const { lang } = context;
  describeCommand(program.command('chat'), texts.chat, lang)
    .argument('[host:port]', texts.address[lang])
    .option('--guest <name>', texts.guest[lang])
    .option('--user <name>', texts.user[lang])
    .option('--key <file>', texts.key[lang])
    .option('--profile <name>', texts.profile[lang])
    .option('--tls', texts.tls[lang])
    .option('--ca <file>', texts.ca[lang])
    .option('--fingerprint <sha256>', texts.fingerprint[lang])
    .option('--screen-reader', texts.screenReader[lang])
    .action(async (address: string | undefined, { guest, user, key, profile, screenReader, ...flags }: ChatFlags) => {
      if (guest !== undefined && user !== undefined) throw new CommandError('usage', texts.both[lang]);
      if (!process.stdin.isTTY || !process.stdout.isTTY) throw new CommandError('usage', texts.terminal[lang]);
      context.takeOver();
      // Before anything loads React.
      process.env['NODE_ENV'] ??= 'production';
      const { chat } = await import('../tui/main.ts');
      const { KnownServers } = await import('../known/known-servers.ts');
      const { trustIn } = await import('../known/trust.ts');
      const options: ChatOptions = {
        address,
        guest,
        user,
        profile,
        screenReader,
        key: key === undefined ? undefined : (await import('../pipe/connection.ts')).keyIn(key, lang),
        tls: tlsOf(flags),
        trust: (told) => trustIn(KnownServers.of(context.env), told),
        lang,
        version: context.version,
      };
      context.finish(await chat(options, { env: context.env, stdin: process.stdin, stdout: process.stdout }));
    });
};

function tlsOf({ tls, ca, fingerprint }: ChatFlags) {
  const trust = { ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }), ...(fingerprint === undefined ? {} : { fingerprint }) };
  return Object.keys(trust).length > 0 ? trust : tls === true ? true : undefined;
}

const texts = {
  chat: {
    summary: { en: 'Chat in this terminal.', fr: 'Discuter dans ce terminal.' },
    examples: ['classcord chat', 'classcord chat localhost:12345 --guest alice', 'classcord chat chat.school.example --user bob --tls'],
  },
  address: { en: 'The server; asked for when it is not known.', fr: 'Le serveur ; demandé s’il n’est pas connu.' },
  guest: { en: 'Come in as a guest of that name.', fr: 'Entrer en invité sous ce nom.' },
  user: { en: 'Log in to that account; the password is asked for.', fr: 'Se connecter à ce compte ; le mot de passe est demandé.' },
  key: {
    en: 'Log in with this private key instead of a password (classcord key).',
    fr: 'Se connecter avec cette clé privée au lieu d’un mot de passe (classcord key).',
  },
  profile: {
    en: 'Kept address and name to use, or to keep them under.',
    fr: 'Adresse et nom gardés à utiliser, ou sous lesquels les garder.',
  },
  tls: { en: 'Encrypt the connection.', fr: 'Chiffrer la connexion.' },
  ca: { en: 'Encrypt, and believe what this certificate (PEM) signed.', fr: 'Chiffrer, et croire ce que ce certificat (PEM) a signé.' },
  fingerprint: { en: 'Encrypt, and believe the certificate of this SHA-256.', fr: 'Chiffrer, et croire le certificat de ce SHA-256.' },
  screenReader: { en: 'One line for each event, no boxes.', fr: 'Une ligne par événement, sans cadres.' },
  both: { en: '--guest and --user exclude each other.', fr: '--guest et --user s’excluent.' },
  terminal: { en: 'classcord chat needs a terminal.', fr: 'classcord chat a besoin d’un terminal.' },
} as const;
