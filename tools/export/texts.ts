import type { Lang } from '../../server/protocol/texts.ts';

/** Every text of the export. `{name}` marks a parameter. */
const texts = {
  no_format: {
    en: 'choose a format: --json, --csv, --ndjson or --html; for example: classcord-export --json --channel general',
    fr: 'choisissez un format : --json, --csv, --ndjson ou --html ; par exemple : classcord-export --json --channel general',
  },
  two_formats: { en: 'one format at a time: {formats}', fr: 'un seul format à la fois : {formats}' },
  unknown_form: {
    en: '“{form}” is none of json, csv, ndjson, html, list',
    fr: '« {form} » n’est ni json, ni csv, ni ndjson, ni html, ni list',
  },
  list_alone: { en: 'list takes no channel and no format', fr: 'list ne prend ni canal ni format' },
  channel_twice: {
    en: 'the channel is given twice: after the format and by an option; keep one',
    fr: 'le canal est donné deux fois : après le format et par une option ; gardez-en un',
  },
  file_twice: {
    en: 'the file is given twice: after the channel and by -o; keep one',
    fr: 'le fichier est donné deux fois : après le canal et par -o ; gardez-en un',
  },
  private_or_channel: {
    en: '--private and --channel exclude each other: export them one after the other',
    fr: '--private et --channel s’excluent : exportez l’un après l’autre',
  },
  raw_csv: { en: '--raw is for CSV alone', fr: '--raw ne concerne que le CSV' },
  nobody_named: { en: 'the name of a person is empty', fr: 'le nom d’une personne est vide' },
  no_name: { en: 'the name of a file is empty', fr: 'le nom d’un fichier est vide' },
  no_time: {
    en: '--since {since} is not before --until {until}: nothing can be between them',
    fr: '--since {since} n’est pas avant --until {until} : il ne peut rien y avoir entre les deux',
  },
  bad_time: {
    en: '{flag} {text} is no time; write 2026-11-22, 2026-11-22T09:00, or 90m, 12h, 7d for so long ago',
    fr: '{flag} {text} n’est pas une date ; écrivez 2026-11-22, 2026-11-22T09:00, ou 90m, 12h, 7d pour « il y a »',
  },
  no_database: {
    en: 'there is no database {file}; name its folder with --data DIR',
    fr: 'il n’y a pas de base {file} ; indiquez son dossier avec --data DOSSIER',
  },
  not_owner: {
    en: 'the server does not run, and {file} belongs to another user: run this as that user',
    fr: 'le serveur est arrêté et {file} appartient à un autre utilisateur : lancez ceci sous son nom',
  },
  unreadable: { en: 'the database {file} cannot be read: {detail}', fr: 'la base {file} ne peut pas être lue : {detail}' },
  no_classcord: { en: '{file} is no ClassCord database', fr: '{file} n’est pas une base ClassCord' },
  newer: {
    en: '{file} has schema {schema}, this program knows {newest} at most: use the newer program',
    fr: '{file} a le schéma {schema}, ce programme connaît {newest} au plus : utilisez le programme plus récent',
  },
  no_channel: { en: 'there is no channel “{name}”; there are: {names}', fr: 'il n’y a pas de canal « {name} » ; il y a : {names}' },
  no_person: { en: 'nobody is called “{name}”', fr: 'personne ne s’appelle « {name} »' },
  exists: {
    en: '{file} exists already; --force replaces it, -o FILE names another',
    fr: '{file} existe déjà ; --force le remplace, -o FICHIER en indique un autre',
  },
  no_folder: { en: 'the folder of {file} does not exist', fr: 'le dossier de {file} n’existe pas' },
  no_file: { en: '{file} is a folder or a device; name a file', fr: '{file} est un dossier ou un périphérique ; indiquez un fichier' },
  not_written: { en: '{file} cannot be written ({code})', fr: '{file} ne peut pas être écrit ({code})' },
  not_audited: {
    en: 'private messages are exported only when that can be noted in the database, and it cannot be written: {detail}',
    fr: 'les messages privés ne sont exportés que si cela peut être noté dans la base, et elle ne peut pas être écrite : {detail}',
  },
  no_audit_table: {
    en: 'private messages cannot be exported yet: start the server once, it brings the database up to date',
    fr: 'les messages privés ne peuvent pas encore être exportés : lancez une fois le serveur, il met la base à jour',
  },
  bad_state: { en: '{file} is no state of an export', fr: '{file} n’est pas l’état d’une exportation' },
  other_state: {
    en: '{file} is the state of another export ({selection}); give this one a file of its own',
    fr: '{file} est l’état d’une autre exportation ({selection}) ; donnez à celle-ci son propre fichier',
  },
  state_ahead: {
    en: '{file} knows message {last}, this database ends at {newest}: it is another database, or an older copy',
    fr: '{file} connaît le message {last}, cette base s’arrête à {newest} : c’est une autre base, ou une copie plus ancienne',
  },
  done: {
    en: '{format} export finished: {count} messages exported to {file}',
    fr: 'Exportation {format} terminée : {count} messages exportés dans {file}',
  },
  nothing_new: {
    en: '{format} export finished: 0 messages exported, nothing is new since the last run',
    fr: 'Exportation {format} terminée : 0 messages exportés, rien de nouveau depuis la dernière fois',
  },
  stdout: { en: 'standard output', fr: 'la sortie standard' },
  channels: { en: 'Channels:', fr: 'Canaux disponibles :' },
  channel_count: { en: '- {name}: {count} messages', fr: '- {name} : {count} messages' },
  edited: { en: 'edited', fr: 'modifié' },
  deleted: { en: 'deleted', fr: 'supprimé' },
  messages: { en: 'messages', fr: 'messages' },
  html_count: { en: '{count} messages', fr: '{count} messages' },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;

/** The text in the reader’s language, its parameters filled in. */
export function say(lang: Lang, name: keyof typeof texts, params: Readonly<Record<string, unknown>> = {}): string {
  return texts[name][lang].replace(/\{(\w+)\}/g, (whole, key: string) => (key in params ? String(params[key]) : whole));
}
