import type { ErrorCode } from './errors.ts';
import { credentialTexts } from './texts-credentials.ts';
import { gatewayTexts } from './texts-gateway.ts';
import { moderationTexts } from './texts-moderation.ts';
import { startTexts } from './texts-start.ts';

/** Languages in which the server speaks to people. */
export const langs = ['en', 'fr'] as const;
export type Lang = (typeof langs)[number];
export type TextParams = Readonly<Record<string, string | number>>;

type OtherKey =
  | 'name_reserved'
  | 'name_blanks'
  | 'name_character'
  | 'name_scripts'
  | 'name_too_long'
  | 'name_of_roster'
  | 'group_of_roster'
  | 'twice_in_roster'
  | 'password_short'
  | 'password_common'
  | 'password_empty'
  | 'password_long'
  | 'too_many_wrong'
  | 'second_session'
  | 'http_port'
  | 'welcome'
  | 'channel_exists'
  | 'last_owner'
  | 'last_admin'
  | 'name_deleted'
  | 'no_database_yet'
  | 'data_of_another'
  | 'control_silent'
  | 'account_locked'
  | 'account_renamed'
  | 'account_deleted'
  | 'password_changed'
  | 'choose_password'
  | 'password_same'
  | 'too_many_emojis'
  | 'too_many_pins'
  | 'unsent_full'
  | 'certificate_changed'
  | 'identity_changed';
export type TextKey =
  | ErrorCode
  | OtherKey
  | keyof typeof credentialTexts
  | keyof typeof gatewayTexts
  | keyof typeof moderationTexts
  | keyof typeof startTexts;

/** Every text that the server tells a person, once. `{name}` marks a parameter. */
const texts: Readonly<Record<TextKey, Readonly<Record<Lang, string>>>> = {
  ...credentialTexts,
  ...gatewayTexts,
  ...moderationTexts,
  ...startTexts,
  bad_json: {
    en: 'This line is not a JSON object. One line, one object: {"type":"users"}',
    fr: 'Cette ligne n’est pas un objet JSON. Une ligne, un objet : {"type":"users"}',
  },
  invalid_utf8: { en: 'This line is not valid UTF-8.', fr: 'Cette ligne n’est pas de l’UTF-8 valide.' },
  line_too_long: { en: 'This line is too long: at most {limit} bytes.', fr: 'Cette ligne est trop longue : {limit} octets au plus.' },
  unknown_type: {
    en: 'Unknown type “{type}”. Ask {"type":"help"} for the list.',
    fr: 'Type inconnu « {type} ». Demandez {"type":"help"} pour la liste.',
  },
  invalid_field: { en: 'The field “{field}” is missing or wrong.', fr: 'Le champ « {field} » manque ou est incorrect.' },
  not_authenticated: { en: 'Log in first.', fr: 'Connectez-vous d’abord.' },
  login_failed: { en: 'Login failed.', fr: 'Échec de la connexion.' },
  already_exists: { en: 'Username already exists.', fr: 'Ce nom existe déjà.' },
  name_taken: { en: 'Somebody here has that name.', fr: 'Quelqu’un porte déjà ce nom ici.' },
  invalid_name: {
    en: "This name cannot be used: 1 to 32 letters, digits, emoji, inner blanks, or _ . - ' of one script.",
    fr: "Ce nom ne convient pas : 1 à 32 lettres, chiffres, emoji, espaces intérieures ou _ . - ' d’une seule écriture.",
  },
  weak_password: { en: 'This password is too weak.', fr: 'Ce mot de passe est trop faible.' },
  totp_required: {
    en: 'The six digits of your authenticator are needed.',
    fr: 'Les six chiffres de votre authentificateur sont nécessaires.',
  },
  totp_failed: { en: 'These six digits are wrong.', fr: 'Ces six chiffres sont incorrects.' },
  session_expired: { en: 'This session has expired: log in again.', fr: 'Cette session a expiré : reconnectez-vous.' },
  tls_required: {
    en: 'This server wants encryption (TLS, this same port): classcord chat --tls',
    fr: 'Ce serveur veut du chiffrement (TLS, même port) : classcord chat --tls',
  },
  server_changed: {
    en: 'The server could not prove that it is the one that you know.',
    fr: 'Le serveur n’a pas pu prouver qu’il est celui que vous connaissez.',
  },
  certificate_changed: {
    en: 'WARNING: {place} SHOWS ANOTHER CERTIFICATE. Known: {former}. Now: {fingerprint}. Somebody may stand between you and the server, or the certificate was renewed: ask its operator. Nothing was said to it. To accept the new one: classcord known accept {place} {fingerprint}',
    fr: 'ATTENTION : {place} PRÉSENTE UN AUTRE CERTIFICAT. Connu : {former}. À présent : {fingerprint}. Quelqu’un est peut-être entre vous et le serveur, ou le certificat a été renouvelé : demandez à son exploitant. Rien ne lui a été dit. Pour accepter le nouveau : classcord known accept {place} {fingerprint}',
  },
  identity_changed: {
    en: 'WARNING: {place} HAS ANOTHER IDENTITY. Known: {former}. Now: {fingerprint}. Somebody may pass for the server, or it was set up anew: ask its operator. Your key has signed nothing. To accept the new one: classcord known accept {place} {fingerprint}',
    fr: 'ATTENTION : {place} A UNE AUTRE IDENTITÉ. Connue : {former}. À présent : {fingerprint}. Quelqu’un se fait peut-être passer pour le serveur, ou il a été réinstallé : demandez à son exploitant. Votre clé n’a rien signé. Pour accepter la nouvelle : classcord known accept {place} {fingerprint}',
  },
  forbidden: { en: 'You are not allowed to do that.', fr: 'Vous n’avez pas le droit de faire cela.' },
  muted: { en: 'You are muted.', fr: 'Vous êtes réduit au silence.' },
  banned: { en: 'You are banned.', fr: 'Vous êtes banni.' },
  not_member: { en: 'You are not a member of this channel.', fr: 'Vous n’êtes pas membre de ce canal.' },
  read_only: { en: 'This channel is read-only.', fr: 'Ce canal est en lecture seule.' },
  not_found: { en: 'Not found.', fr: 'Introuvable.' },
  conflict: { en: 'It exists already, or has changed meanwhile.', fr: 'Cela existe déjà ou a changé entre-temps.' },
  gone: { en: 'It was deleted.', fr: 'Cela a été supprimé.' },
  too_large: { en: 'Too large: at most {limit} bytes.', fr: 'Trop grand : {limit} octets au plus.' },
  quota_exceeded: { en: 'Your allowance is used up: at most {limit} a day.', fr: 'Votre quota est épuisé : {limit} par jour au plus.' },
  rate_limited: { en: 'Too many requests: try again in {seconds} s.', fr: 'Trop de demandes : réessayez dans {seconds} s.' },
  slow_mode: { en: 'Slow mode: try again in {seconds} s.', fr: 'Mode lent : réessayez dans {seconds} s.' },
  slow_consumer: { en: 'You read too slowly, the connection is closed.', fr: 'Vous lisez trop lentement, la connexion est fermée.' },
  server_busy: { en: 'The server is busy: try again in {seconds} s.', fr: 'Le serveur est occupé : réessayez dans {seconds} s.' },
  too_many_connections: { en: 'Too many connections: try again later.', fr: 'Trop de connexions : réessayez plus tard.' },
  idle_timeout: {
    en: 'Nothing heard for too long, the connection is closed.',
    fr: 'Rien entendu depuis trop longtemps, la connexion est fermée.',
  },
  draining: { en: 'The server is restarting: come back in a moment.', fr: 'Le serveur redémarre : revenez dans un instant.' },
  storage_unavailable: {
    en: 'The message could not be stored: nobody has seen it. Try again.',
    fr: 'Le message n’a pas pu être enregistré : personne ne l’a vu. Réessayez.',
  },
  unreachable: { en: 'The server cannot be reached.', fr: 'Le serveur est injoignable.' },
  unsent_full: {
    en: 'Too many messages wait to be sent: at most {limit}.',
    fr: 'Trop de messages attendent d’être envoyés : {limit} au plus.',
  },
  internal: { en: 'Something went wrong in the server.', fr: 'Une erreur est survenue dans le serveur.' },
  name_of_roster: {
    en: "Nobody can be called “{name}”: 1 to 32 letters, digits, emoji, inner blanks, or _ . - ' of one script; no name of the server’s own.",
    fr: "Personne ne peut s’appeler « {name} » : 1 à 32 lettres, chiffres, emoji, espaces intérieures ou _ . - ' d’une seule écriture ; aucun nom réservé.",
  },
  group_of_roster: {
    en: 'No channel can be named after the group “{name}”: letters, digits, - or _, at most 32 together with the name of the class.',
    fr: 'Aucun canal ne peut porter le nom du groupe « {name} » : lettres, chiffres, - ou _, 32 au plus avec le nom de la classe.',
  },
  twice_in_roster: {
    en: '“{name}” stands twice in the roster, or so much alike that it would be one.',
    fr: '« {name} » figure deux fois dans la liste, ou à tel point semblable que ce serait le même.',
  },
  name_blanks: {
    en: 'A name begins and ends with something that can be seen.',
    fr: 'Un nom commence et finit par quelque chose de visible.',
  },
  name_character: { en: 'A name cannot hold this: {character}', fr: 'Un nom ne peut pas contenir ceci : {character}' },
  name_scripts: {
    en: 'A name is of one script, so that no two names look alike.',
    fr: 'Un nom est d’une seule écriture, afin que deux noms ne se ressemblent pas.',
  },
  name_reserved: { en: 'This name is reserved.', fr: 'Ce nom est réservé.' },
  name_too_long: { en: 'This name is too long: at most {limit} characters.', fr: 'Ce nom est trop long : {limit} caractères au plus.' },
  password_short: {
    en: 'This password is too short: at least {limit} characters.',
    fr: 'Ce mot de passe est trop court : au moins {limit} caractères.',
  },
  password_common: { en: 'This password is among the most common ones.', fr: 'Ce mot de passe est parmi les plus courants.' },
  password_empty: { en: 'The password is empty.', fr: 'Le mot de passe est vide.' },
  password_long: { en: 'This password is too long: at most {limit} bytes.', fr: 'Ce mot de passe est trop long : {limit} octets au plus.' },
  too_many_wrong: {
    en: 'Too many wrong passwords: try again in {seconds} s.',
    fr: 'Trop de mots de passe erronés : réessayez dans {seconds} s.',
  },
  second_session: {
    en: 'Too many sessions of this account: the oldest one is closed.',
    fr: 'Trop de sessions de ce compte : la plus ancienne est fermée.',
  },
  http_port: {
    en: 'This is the ClassCord chat port, it speaks lines of JSON, not HTTP. Metrics for a browser: port 9091.',
    fr: 'Ceci est le port de discussion ClassCord, il parle des lignes JSON, pas HTTP. Les métriques pour un navigateur : port 9091.',
  },
  channel_exists: { en: 'A channel of that name exists.', fr: 'Un canal de ce nom existe déjà.' },
  last_admin: {
    en: 'This is the last admin: make another one first.',
    fr: 'C’est le dernier administrateur : nommez-en d’abord un autre.',
  },
  no_database_yet: {
    en: 'There is no database {file}: start the server once, or name its folder with --data DIR.',
    fr: 'Il n’y a pas de base {file} : lancez une fois le serveur, ou indiquez son dossier avec --data DOSSIER.',
  },
  data_of_another: {
    en: "The data folder {folder} belongs to user {uid}: run this as that user (sudo -u '#{uid}' classcord …).",
    fr: "Le dossier {folder} appartient à l’utilisateur {uid} : lancez ceci sous cet utilisateur (sudo -u '#{uid}' classcord …).",
  },
  control_silent: {
    en: 'The server of {folder} does not answer on its control socket: is it starting, stopping, or another user’s?',
    fr: 'Le serveur de {folder} ne répond pas sur son socket de contrôle : démarre-t-il, s’arrête-t-il, est-il d’un autre utilisateur ?',
  },
  name_deleted: {
    en: 'An account called {name} was deleted; nobody is called so again.',
    fr: 'Un compte nommé {name} a été supprimé ; plus personne ne porte ce nom.',
  },
  account_locked: {
    en: 'This account is locked: ask your teacher.{reason}',
    fr: 'Ce compte est verrouillé : demandez à votre professeur.{reason}',
  },
  account_renamed: {
    en: 'Your account is now called {name}: log in again.',
    fr: 'Votre compte s’appelle maintenant {name} : reconnectez-vous.',
  },
  account_deleted: { en: 'This account was deleted.', fr: 'Ce compte a été supprimé.' },
  password_changed: { en: 'Your password was changed: log in again.', fr: 'Votre mot de passe a été changé : reconnectez-vous.' },
  choose_password: {
    en: 'Choose a password of your own: log in once with the one of your slip, a blank, and the new one.',
    fr: 'Choisissez votre mot de passe : connectez-vous une fois avec celui du papier, une espace, puis le nouveau.',
  },
  password_same: { en: 'Choose another password than the one of your slip.', fr: 'Choisissez un autre mot de passe que celui du papier.' },
  last_owner: {
    en: 'A channel keeps at least one owner: give somebody else the role first.',
    fr: 'Un canal garde au moins un propriétaire : donnez d’abord ce rôle à quelqu’un d’autre.',
  },
  too_many_emojis: {
    en: 'This message has {limit} different reactions already.',
    fr: 'Ce message porte déjà {limit} réactions différentes.',
  },
  too_many_pins: { en: 'This channel has {limit} pinned messages already.', fr: 'Ce canal a déjà {limit} messages épinglés.' },
  welcome: {
    en: 'ClassCord listens on {addresses}, data in {data}. Next: nc localhost {port}, then type {"type":"message","from":"me","content":"hello"}',
    fr: 'ClassCord écoute sur {addresses}, données dans {data}. Ensuite : nc localhost {port}, puis tapez {"type":"message","from":"moi","content":"bonjour"}',
  },
};

/** The text for `key` in `lang`, its parameters filled in. */
export function text(lang: Lang, key: TextKey, params: TextParams = {}): string {
  return fill(texts[key][lang], params);
}

/** A text with its parameters filled in. */
export function fill(template: string, params: TextParams): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

/** The best of our languages for what somebody prefers (`fr-FR`, `fr_FR.UTF-8`, `C`). */
export function langOf(preferred: string | undefined, fallback: Lang): Lang {
  const wanted = preferred?.slice(0, 2).toLowerCase();
  return langs.find((lang) => lang === wanted) ?? fallback;
}
