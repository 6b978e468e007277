import type { Lang, TextParams } from '../protocol/texts.ts';

/** What can be wrong with a configuration, each with what to do about it. `{name}` marks a parameter. */
const texts = {
  no_file: {
    en: 'this file cannot be read ({code}); name another with --config, or make one: classcord config init',
    fr: 'ce fichier ne peut pas être lu ({code}) ; indiquez-en un autre avec --config, ou créez-en un : classcord config init',
  },
  not_toml: {
    en: 'this is not TOML ({detail}); a line reads: key = value, texts in "quotes"',
    fr: 'ce n’est pas du TOML ({detail}) ; une ligne s’écrit : clé = valeur, les textes entre "guillemets"',
  },
  unknown: {
    en: 'there is no setting {key}; all of them: classcord config show',
    fr: 'il n’y a pas de réglage {key} ; la liste : classcord config show',
  },
  unknown_near: { en: 'there is no setting {key}; did you mean {near}?', fr: 'il n’y a pas de réglage {key} ; vouliez-vous dire {near} ?' },
  section: {
    en: '{key} has parts, and no value of its own; set for example {near}',
    fr: '{key} a des parties et pas de valeur propre ; réglez par exemple {near}',
  },
  form: {
    en: '{key} = {value} must be {form}; without it, {default} holds',
    fr: '{key} = {value} doit être {form} ; sans lui, {default} s’applique',
  },
  set_form: {
    en: 'write section.key=value, for example limits.connections=500',
    fr: 'écrivez section.clé=valeur, par exemple limits.connections=500',
  },
  profile: { en: 'there is no such profile; known: {known}', fr: 'il n’y a pas de tel profil ; connus : {known}' },
  unreadable: {
    en: '{path} cannot be read ({code}); give this server the right to read it, or name another file',
    fr: '{path} ne peut pas être lu ({code}) ; donnez à ce serveur le droit de le lire, ou indiquez un autre fichier',
  },
  empty_file: { en: 'the file {path} is empty; write the value into it', fr: 'le fichier {path} est vide ; écrivez-y la valeur' },
  twice: { en: '{name} is set as well; keep one of the two', fr: '{name} est défini aussi ; gardez l’un des deux' },
  positive: { en: '{value} must be a number above 0', fr: '{value} doit être un nombre supérieur à 0' },
  postgres: {
    en: '{key} = {value}: Postgres is not supported yet; leave it empty for SQLite in the data folder, or write sqlite:PATH',
    fr: '{key} = {value} : Postgres n’est pas encore pris en charge ; laissez vide pour SQLite dans le dossier de données, ou écrivez sqlite:CHEMIN',
  },
  database: {
    en: '{key} = {value} is no database that is known here; write sqlite:PATH, or leave it empty for the data folder',
    fr: '{key} = {value} n’est pas une base connue ici ; écrivez sqlite:CHEMIN, ou laissez vide pour le dossier de données',
  },
  secret_short: {
    en: '{key} has {bytes} bytes and needs at least 32; make one: openssl rand -base64 48',
    fr: '{key} a {bytes} octets, il en faut au moins 32 ; pour en créer un : openssl rand -base64 48',
  },
  above: {
    en: '{key} = {value} must not be above {other} = {otherValue} ({otherOrigin}); lower it, or raise the other',
    fr: '{key} = {value} ne doit pas dépasser {other} = {otherValue} ({otherOrigin}) ; baissez-le, ou relevez l’autre',
  },
  below: {
    en: '{key} = {value} must not be below {other} = {otherValue} ({otherOrigin}); raise it, or lower the other',
    fr: '{key} = {value} ne doit pas être inférieur à {other} = {otherValue} ({otherOrigin}) ; relevez-le, ou baissez l’autre',
  },
  host_port: {
    en: '{key} = {value} must be HOST:PORT, for example 0.0.0.0:12345 or [::]:12345',
    fr: '{key} = {value} doit être HÔTE:PORT, par exemple 0.0.0.0:12345 ou [::]:12345',
  },
  no_ipv4: {
    en: '{key} = {value}: {host} is no address, its numbers go from 0 to 255',
    fr: '{key} = {value} : {host} n’est pas une adresse, ses nombres vont de 0 à 255',
  },
  nowhere: { en: '{key} is empty; name at least one HOST:PORT', fr: '{key} est vide ; indiquez au moins un HÔTE:PORT' },
  network: {
    en: '{key}: {value} is not a network; write for example 192.168.0.0/16 or 2001:db8::/32',
    fr: '{key} : {value} n’est pas un réseau ; écrivez par exemple 192.168.0.0/16 ou 2001:db8::/32',
  },
  web_address: {
    en: '{key} must be the whole address of a web page, beginning with https:// or http://',
    fr: '{key} doit être l’adresse complète d’une page web, commençant par https:// ou http://',
  },
  other_missing: {
    en: '{key} = {value} needs {other} too; make both: classcord cert self-signed',
    fr: '{key} = {value} demande aussi {other} ; pour créer les deux : classcord cert self-signed',
  },
  no_certificate: {
    en: '{key} = {value} needs a certificate: tls.cert and tls.key; make one: classcord cert self-signed',
    fr: '{key} = {value} demande un certificat : tls.cert et tls.key ; pour en créer un : classcord cert self-signed',
  },
  no_folder: { en: '{key} is empty; name a folder', fr: '{key} est vide ; indiquez un dossier' },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;

export type ProblemName = keyof typeof texts;

/** The first thing that is wrong with a configuration, and where it was written. Only `loadConfig` catches it. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
  readonly #origin: string;
  readonly #problem: ProblemName;
  readonly #params: TextParams;

  constructor(origin: string, problem: ProblemName, params: TextParams = {}) {
    super(`${origin}: ${problem}`);
    this.#origin = origin;
    this.#problem = problem;
    this.#params = params;
  }

  /** One line for the operator: where, which setting, which value, what to do. */
  line(lang: Lang): string {
    return `${this.#origin}${lang === 'fr' ? ' :' : ':'} ${fillIn(texts[this.#problem][lang], this.#params)}`;
  }
}

/** Puts the parameters into a text. */
export function fillIn(text: string, params: TextParams): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}
