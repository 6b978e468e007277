import type { Lang } from '../../server/protocol/texts.ts';

/** Every text of the backups. `{name}` marks a parameter. */
const texts = {
  key_made: {
    en: 'Key written to {file}. Keep it where the server is not, and twice: without it no backup opens.\nBack up with: classcord backup create --to {to}',
    fr: 'Clé écrite dans {file}. Gardez-la ailleurs que sur le serveur, et deux fois : sans elle aucune sauvegarde ne s’ouvre.\nPour sauvegarder : classcord backup create --to {to}',
  },
  key_exists: {
    en: '{file} exists already, and may be the only key of other backups; --out FILE names another',
    fr: '{file} existe déjà, et c’est peut-être la seule clé d’autres sauvegardes ; --out FICHIER en indique un autre',
  },
  no_key: {
    en: 'the key {file} cannot be read ({why}); --key FILE names another',
    fr: 'la clé {file} ne peut pas être lue ({why}) ; --key FICHIER en indique une autre',
  },
  bad_key: {
    en: 'the key {file} holds no valid line AGE-SECRET-KEY-…; --key FILE names another',
    fr: 'la clé {file} ne contient aucune ligne AGE-SECRET-KEY-… valable ; --key FICHIER en indique une autre',
  },
  no_recipient: {
    en: 'nobody could open it: name a key with --to age1…; classcord backup key makes one',
    fr: 'personne ne pourrait l’ouvrir : indiquez une clé avec --to age1… ; classcord backup key en crée une',
  },
  bad_recipient: { en: '--to {to} is no public half of a key (age1…)', fr: '--to {to} n’est pas la moitié publique d’une clé (age1…)' },
  secret_shown: {
    en: '--to wants the public half of a key (age1…), and got a secret one: who saw this command line can open every backup of that key',
    fr: '--to attend la moitié publique d’une clé (age1…), et a reçu une clé secrète : qui a vu cette commande peut ouvrir toute sauvegarde de cette clé',
  },
  not_copied: {
    en: 'the database cannot be copied beside itself, in {folder}: {why}',
    fr: 'la base ne peut pas être copiée à côté d’elle-même, dans {folder} : {why}',
  },
  damaged_database: {
    en: 'the database {file} is damaged, no backup was made: {damage}',
    fr: 'la base {file} est endommagée, aucune sauvegarde n’a été faite : {damage}',
  },
  created: {
    en: 'Backup finished: {facts}. {size} in {file}, {seconds} s.',
    fr: 'Sauvegarde terminée : {facts}. {size} dans {file}, {seconds} s.',
  },
  facts: {
    en: '{messages}, {accounts}, the last word at {last}',
    fr: '{messages}, {accounts}, le dernier mot à {last}',
  },
  message: { en: '{count} message', fr: '{count} message' },
  messages: { en: '{count} messages', fr: '{count} messages' },
  account: { en: '{count} account', fr: '{count} compte' },
  accounts: { en: '{count} accounts', fr: '{count} comptes' },
  never: { en: 'no time', fr: 'aucun moment' },
  unreadable: { en: '{file} cannot be read ({why})', fr: '{file} ne peut pas être lu ({why})' },
  wrong_key: {
    en: '{key} does not open {file}: it was made for another key, or its beginning was altered; nothing was written',
    fr: '{key} n’ouvre pas {file} : il a été fait pour une autre clé, ou son début a été altéré ; rien n’a été écrit',
  },
  damaged: {
    en: '{file} is no backup, or not as it was made ({why}); nothing was written',
    fr: '{file} n’est pas une sauvegarde, ou n’est plus telle qu’elle a été faite ({why}) ; rien n’a été écrit',
  },
  no_classcord: { en: 'it holds no ClassCord database', fr: 'elle ne contient pas de base ClassCord' },
  no_age: { en: 'it does not begin as one', fr: 'elle ne commence pas comme telle' },
  newer: {
    en: '{file} holds schema {schema}, this program knows {newest} at most: use the newer program; nothing was written',
    fr: '{file} contient le schéma {schema}, ce programme connaît {newest} au plus : utilisez le programme plus récent ; rien n’a été écrit',
  },
  not_empty: {
    en: '{folder} is not empty: a backup goes into an empty folder, so that it replaces nothing',
    fr: '{folder} n’est pas vide : une sauvegarde va dans un dossier vide, pour ne rien remplacer',
  },
  no_folder: {
    en: '{folder} is no folder; name one that is empty, or not there yet',
    fr: '{folder} n’est pas un dossier ; indiquez-en un vide, ou qui n’existe pas encore',
  },
  appeared: {
    en: '{folder} got a database meanwhile, which was left alone: a backup goes into an empty folder',
    fr: 'une base est apparue entre-temps dans {folder}, elle est restée telle quelle : une sauvegarde va dans un dossier vide',
  },
  not_written: { en: '{file} cannot be written ({why})', fr: '{file} ne peut pas être écrit ({why})' },
  verified: { en: '{file} is whole: {facts}.', fr: '{file} est entière : {facts}.' },
  restored: {
    en: 'Restored into {folder}: {facts}. Before the server starts there, copy what is not in backups: identity.key, totp.key, jwt.key, cloak.key, automod.toml.',
    fr: 'Restaurée dans {folder} : {facts}. Avant d’y lancer le serveur, copiez ce qui n’est pas dans les sauvegardes : identity.key, totp.key, jwt.key, cloak.key, automod.toml.',
  },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;

/** The text in the reader’s language, its parameters filled in. */
export function say(lang: Lang, name: keyof typeof texts, params: Readonly<Record<string, unknown>> = {}): string {
  return texts[name][lang].replace(/\{(\w+)\}/g, (whole, key: string) => (key in params ? String(params[key]) : whole));
}
