import type { Command } from 'commander';
import type { Lang } from '../../server/protocol/texts.ts';

/** The flags that say to which server one goes, and as whom: the same for every command that talks. */
export function addConnectionFlags(command: Command, lang: Lang): Command {
  return command
    .option('--host <host[:port]>', texts.host[lang], 'localhost:12345')
    .option('--guest <name>', texts.guest[lang])
    .option('--user <name>', texts.user[lang])
    .option('--register', texts.register[lang])
    .option('--password-stdin', texts.passwordStdin[lang])
    .option('--key <file>', texts.key[lang])
    .option('--tls', texts.tls[lang])
    .option('--ca <file>', texts.ca[lang])
    .option('--fingerprint <sha256>', texts.fingerprint[lang]);
}

/** For a flag that may be given several times. */
export function collected(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

const texts = {
  host: { en: 'The server; localhost:12345 by default.', fr: 'Le serveur ; localhost:12345 par défaut.' },
  guest: {
    en: 'As a guest of this name; by default the name of your account on this machine.',
    fr: 'En invité, sous ce nom ; par défaut celui de votre compte sur cet ordinateur.',
  },
  user: {
    en: 'As this account; the password comes from CLASSCORD_PASSWORD, --password-stdin, or is asked for.',
    fr: 'Avec ce compte ; le mot de passe vient de CLASSCORD_PASSWORD, de --password-stdin, ou est demandé.',
  },
  key: {
    en: 'Log in to --user with this private key instead of a password (classcord key).',
    fr: 'Se connecter à --user avec cette clé privée au lieu d’un mot de passe (classcord key).',
  },
  register: { en: 'Make the account first, if there is none.', fr: 'Créer d’abord le compte, s’il n’existe pas.' },
  passwordStdin: {
    en: 'The first line of standard input is the password.',
    fr: 'La première ligne de l’entrée standard est le mot de passe.',
  },
  tls: {
    en: 'Encrypted: a certificate that this machine trusts, or the one of the first time (classcord known).',
    fr: 'Chiffré : un certificat reconnu par cette machine, ou celui de la première fois (classcord known).',
  },
  ca: { en: 'Encrypted, with a certificate signed by this one (PEM).', fr: 'Chiffré, avec un certificat signé par celui-ci (PEM).' },
  fingerprint: {
    en: 'Encrypted, with exactly the certificate of this SHA-256 fingerprint.',
    fr: 'Chiffré, avec exactement le certificat de cette empreinte SHA-256.',
  },
} as const;
