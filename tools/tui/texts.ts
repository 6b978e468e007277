import type { Lang } from '../../server/protocol/texts.ts';
import type { Bilingual } from './keys.ts';

/** What the client itself says to people; `{name}` marks a parameter. */
export const texts = {
  joined: { en: '{who} came in.', fr: '{who} arrive.' },
  left: { en: '{who} left.', fr: '{who} part.' },
  renamed: {
    en: 'You are {name}: “{asked}” is taken, or no name.',
    fr: 'Vous êtes {name} : « {asked} » est pris, ou n’est pas un nom.',
  },
  topic: { en: '{who} set the topic: {topic}', fr: '{who} change le sujet : {topic}' },
  changed: { en: '{who} changed {what}.', fr: '{who} a changé {what}.' },
  deleted: { en: 'deleted', fr: 'supprimé' },
  edited: { en: 'edited', fr: 'modifié' },
  gap: { en: 'Messages are missing here; they are being fetched.', fr: 'Il manque des messages ici ; ils sont demandés.' },
  lost: {
    en: 'Too much arrived at once; what is missing is being fetched.',
    fr: 'Trop de messages à la fois ; ce qui manque est demandé.',
  },
  lifted: { en: '{who} has lifted it: {what}', fr: '{who} l’a levé : {what}' },
  level: { en: '{who} set the emergency level to {level}.', fr: '{who} a mis le niveau d’urgence à {level}.' },
  unread: { en: 'unread', fr: 'non lu' },
  older: { en: 'older messages are being fetched …', fr: 'chargement des messages plus anciens …' },
  beginning: { en: 'the beginning of {name}', fr: 'le début de {name}' },
  'nothing-yet': {
    en: 'Nothing was said here yet: write, and press Enter.',
    fr: 'Rien n’a encore été dit ici : écrivez, puis Entrée.',
  },
  answers: { en: 'answers {what}', fr: 'répond à {what}' },
  sending: { en: 'sending', fr: 'en cours d’envoi' },
  failed: { en: 'not sent: {why}', fr: 'non envoyé : {why}' },
  online: { en: 'connected', fr: 'connecté' },
  connecting: { en: 'connecting …', fr: 'connexion …' },
  waiting: { en: 'no connection; next try in {seconds} s', fr: 'pas de connexion ; nouvel essai dans {seconds} s' },
  closed: { en: 'not connected', fr: 'déconnecté' },
  encrypted: { en: 'encrypted', fr: 'chiffré' },
  plain: { en: 'not encrypted', fr: 'non chiffré' },
  writing: { en: '{who} is writing …', fr: '{who} écrit …' },
  'writing-many': { en: '{who} are writing …', fr: '{who} écrivent …' },
  channels: { en: 'channels', fr: 'canaux' },
  people: { en: 'people', fr: 'personnes' },
  members: { en: 'here', fr: 'ici' },
  wire: { en: 'wire', fr: 'fil' },
  back: { en: '↓ {count} more · End', fr: '↓ {count} de plus · Fin' },
  'no-command': { en: 'There is no /{name}.', fr: 'Il n’y a pas de /{name}.' },
  'not-sent': {
    en: 'It was not sent. /help lists the commands; // sends a slash.',
    fr: 'Rien n’a été envoyé. /help montre les commandes ; // envoie une barre oblique.',
  },
  near: { en: 'Did you mean /{near}?', fr: 'Vouliez-vous dire /{near} ?' },
  usage: { en: 'Usage: {usage}', fr: 'Usage : {usage}' },
  'not-here': { en: 'Nothing is open; /join #channel first.', fr: 'Rien n’est ouvert ; d’abord /join #canal.' },
  'not-online': { en: 'Not connected: this cannot be asked now.', fr: 'Pas de connexion : impossible pour l’instant.' },
  'nothing-selected': { en: 'There is no such message here.', fr: 'Ce message n’est pas ici.' },
  'not-stored': {
    en: 'The server gives this message no number: nothing can be done with it.',
    fr: 'Le serveur ne numérote pas ce message : on ne peut rien en faire.',
  },
  'not-yours': { en: 'That is not your message.', fr: 'Ce message n’est pas le vôtre.' },
  'quit-twice': { en: 'Ctrl+C once more quits.', fr: 'Ctrl+C encore une fois pour quitter.' },
  'no-activity': { en: 'Nothing is unread.', fr: 'Rien de non lu.' },
  'nothing-beside': { en: 'There is no other conversation to show.', fr: 'Il n’y a pas d’autre conversation à montrer.' },
  'no-room': { en: 'The screen is too small for two.', fr: 'L’écran est trop petit pour deux.' },
  'mouse-on': {
    en: 'Mouse on: the wheel scrolls, a click opens a channel.',
    fr: 'Souris active : la molette défile, un clic ouvre un canal.',
  },
  'mouse-off': { en: 'Mouse off: the terminal selects text again.', fr: 'Souris coupée : le terminal sélectionne de nouveau le texte.' },
  'no-mention': { en: 'No mention that way.', fr: 'Pas de mention par là.' },
  'no-match': { en: 'nothing found', fr: 'rien trouvé' },
  'no-emoji': {
    en: '“{name}” is no emoji here; Tab completes their names.',
    fr: '« {name} » n’est pas un emoji ici ; Tab complète leurs noms.',
  },
  done: { en: 'Done.', fr: 'Fait.' },
  copied: { en: 'Copied.', fr: 'Copié.' },
  saved: { en: 'Saved.', fr: 'Enregistré.' },
  'paste-guard': { en: 'Paste {count} lines?', fr: 'Coller {count} lignes ?' },
  'paste-keys': {
    en: 'Enter: one message · c: code block · e: edit first · Esc: no',
    fr: 'Entrée : un message · c : bloc de code · e : modifier d’abord · Échap : non',
  },
  'confirm-delete': { en: 'Delete this message? y: yes · Esc: no', fr: 'Supprimer ce message ? y : oui · Échap : non' },
  'select-keys': { en: '↑↓ choose · Esc: back', fr: '↑↓ choisir · Échap : retour' },
  reacting: { en: 'Reaction (emoji or name, Tab)', fr: 'Réaction (emoji ou nom, Tab)' },
  reporting: { en: 'Reason of the report', fr: 'Raison du signalement' },
  jumping: { en: 'Jump to', fr: 'Aller à' },
  searching: { en: 'Search (in:#channel from:name)', fr: 'Chercher (in:#canal from:nom)' },
  recalling: { en: 'Written before', fr: 'Écrit avant' },
  replying: { en: 'Reply to {who}', fr: 'Réponse à {who}' },
  editing: { en: 'Edit your message', fr: 'Modifier votre message' },
  'help-title': {
    en: 'Keys and commands · {first}–{last} of {all} · ↑↓ PgUp PgDn · Esc: back',
    fr: 'Touches et commandes · {first}–{last} sur {all} · ↑↓ · Échap : retour',
  },
  'help-signs': { en: 'SIGNS', fr: 'SIGNES' },
  'help-keys': { en: 'KEYS', fr: 'TOUCHES' },
  'help-commands': { en: 'COMMANDS', fr: 'COMMANDES' },
  'help-select': { en: 'WITH A MESSAGE SELECTED (Alt+S)', fr: 'AVEC UN MESSAGE CHOISI (Alt+S)' },
  'help-markup': { en: 'MARKUP', fr: 'MISE EN FORME' },
  'markup-doc': {
    en: '*bold* · `code` · ``` on a line of its own begins and ends a block',
    fr: '*gras* · `code` · ``` seul sur une ligne ouvre et ferme un bloc',
  },
  'ask-address': { en: 'Address of the server', fr: 'Adresse du serveur' },
  'ask-how': { en: 'How you come in', fr: 'Comment vous entrez' },
  'ask-name': { en: 'Your name', fr: 'Votre nom' },
  'ask-password': { en: 'Password (not shown, never stored)', fr: 'Mot de passe (non affiché, jamais enregistré)' },
  'ask-code': {
    en: 'Six digits of your authenticator, or a recovery code',
    fr: 'Six chiffres de votre authentificateur, ou un code de secours',
  },
  proving: { en: 'Your password', fr: 'Votre mot de passe' },
  'proving-new': { en: 'The new password', fr: 'Le nouveau mot de passe' },
  'password-new': {
    en: 'The password is another one now; {sessions} other sessions and {tokens} tokens have ended.',
    fr: 'Le mot de passe est changé ; {sessions} autres sessions et {tokens} jetons sont terminés.',
  },
  'this-one': { en: 'this one', fr: 'celle-ci' },
  'no-number': { en: 'There is no such number; {command} shows the list.', fr: 'Ce numéro n’existe pas ; {command} montre la liste.' },
  'token-usage': {
    en: 'Usage: /token name scopes [30d], the scopes out of {scopes}; /token end number',
    fr: 'Usage : /token nom droits [30d], les droits parmi {scopes} ; /token end numéro',
  },
  'token-once': { en: 'The token, shown this once:', fr: 'Le jeton, montré cette seule fois :' },
  until: { en: 'until {time}', fr: 'jusqu’au {time}' },
  'hand-none': { en: 'No hand is up.', fr: 'Aucune main n’est levée.' },
  'hand-number': {
    en: 'Your hand is number {count}; /hand down lowers it.',
    fr: 'Votre main est la numéro {count} ; /hand down la baisse.',
  },
  'hand-called': { en: '@{name} it is your turn.', fr: '@{name} c’est à vous.' },
  'hand-list': { en: 'Hands: {names}', fr: 'Mains : {names}' },
  'poll-answers': {
    en: 'A poll has a question and 2 to {count} answers: /poll When? | today | tomorrow',
    fr: 'Un sondage a une question et de 2 à {count} réponses : /poll Quand ? | aujourd’hui | demain',
  },
  'poll-yes': { en: 'yes', fr: 'oui' },
  'poll-no': { en: 'no', fr: 'non' },
  'poll-none': { en: 'There is no such poll here.', fr: 'Ce sondage n’est pas ici.' },
  'poll-number': { en: 'The answers have the numbers 1 to {count}.', fr: 'Les réponses ont les numéros 1 à {count}.' },
  'not-keeper': {
    en: 'Only who keeps this channel may announce in it.',
    fr: 'Seuls ceux qui tiennent ce canal peuvent y annoncer.',
  },
  'timer-usage': {
    en: 'Usage: /{command} 10m text, /{command} 14:30 text, /{command} off number',
    fr: 'Usage : /{command} 10m texte, /{command} 14:30 texte, /{command} off numéro',
  },
  'timer-many': { en: '{count} are waiting already.', fr: '{count} attendent déjà.' },
  'timer-none': { en: 'Nothing is waiting.', fr: 'Rien n’attend.' },
  'timer-remind': { en: 'Reminder {id}: {time}.', fr: 'Rappel {id} : {time}.' },
  'timer-say': { en: 'Number {id} is said here: {time}.', fr: 'Le numéro {id} sera dit ici : {time}.' },
  'script-wrong': {
    en: '{file}: line {number} is no command; nothing of it was run. /say says a text.',
    fr: '{file} : la ligne {number} n’est pas une commande ; rien n’a été exécuté. /say dit un texte.',
  },
  'script-size': { en: '{file}: 1 to {count} commands can be run.', fr: '{file} : de 1 à {count} commandes.' },
  'script-done': { en: '{file}: all of it was run.', fr: '{file} : tout a été exécuté.' },
  'script-stopped': { en: '{file}: stopped at line {number}.', fr: '{file} : arrêt à la ligne {number}.' },
  'file-there': { en: 'It is there already, and stays as it is.', fr: 'Il existe déjà, et reste tel quel.' },
  'file-missing': { en: 'There is no such file or folder.', fr: 'Ce fichier ou ce dossier n’existe pas.' },
  'file-bad': { en: '{file}: {why}', fr: '{file} : {why}' },
  exported: { en: '{count} messages are in {file}.', fr: '{count} messages sont dans {file}.' },
  'totp-scan': {
    en: 'Scan this with your authenticator, or type {secret} into it; then /totp and the six digits that it shows.',
    fr: 'Scannez ceci avec votre authentificateur, ou tapez-y {secret} ; puis /totp et les six chiffres qu’il affiche.',
  },
  'picture-wide': {
    en: 'There is a picture here; it needs {count} more columns. Widen the window; F7 and F8 fold the panes.',
    fr: 'Il y a une image ici ; il lui manque {count} colonnes. Élargissez la fenêtre ; F7 et F8 replient les volets.',
  },
  'totp-on': {
    en: 'From now on logins ask for a code ({count} recovery codes left).',
    fr: 'Les connexions demandent un code ({count} codes de secours restants).',
  },
  'totp-off': { en: 'Logins ask for no code. /totp on begins.', fr: 'Les connexions ne demandent pas de code. /totp on pour commencer.' },
  'totp-recovery': {
    en: 'Recovery codes, each good once, shown this once; write them down:',
    fr: 'Codes de secours, chacun bon une fois, montrés cette seule fois ; notez-les :',
  },
  'ask-again': { en: 'The password once more', fr: 'Le mot de passe encore une fois' },
  'bad-address': {
    en: 'An address is a name or name:port, as localhost:12345.',
    fr: 'Une adresse est un nom ou nom:port, comme localhost:12345.',
  },
  'nobody-there': {
    en: 'Nobody answers at {address}. Is the address right, and does the server run?',
    fr: 'Personne ne répond à {address}. L’adresse est-elle juste, et le serveur tourne-t-il ?',
  },
  'not-the-same': { en: 'These were two different passwords.', fr: 'C’étaient deux mots de passe différents.' },
  'way-guest': { en: 'as a guest', fr: 'en invité' },
  'way-login': { en: 'log in', fr: 'se connecter' },
  'way-register': { en: 'register a new account', fr: 'créer un compte' },
  'welcome-keys': {
    en: 'Enter: next · ↑↓ choose · Esc: back · Ctrl+C: quit',
    fr: 'Entrée : suite · ↑↓ choisir · Échap : retour · Ctrl+C : quitter',
  },
  'catchup-title': { en: 'What you missed:', fr: 'Ce que vous avez manqué :' },
  'catchup-mentions': { en: 'mentions', fr: 'mentions' },
  'catchup-questions': { en: 'questions without an answer', fr: 'questions sans réponse' },
  'catchup-announcements': { en: 'announcements', fr: 'annonces' },
  'catchup-counts': { en: 'unread', fr: 'non lus' },
  'catchup-none': { en: 'You missed nothing.', fr: 'Vous n’avez rien manqué.' },
  'v1-only': {
    en: 'This server speaks the old protocol only: no history, no answers.',
    fr: 'Ce serveur ne parle que l’ancien protocole : ni historique, ni réponses.',
  },
  refused: { en: '{what}: {why}', fr: '{what} : {why}' },
  'bad-setting': { en: 'Settings: {settings}', fr: 'Réglages : {settings}' },
  'no-time': {
    en: '“{word}” is no time: write 90s, 10m, 10 minutes, 2h or 7d.',
    fr: '« {word} » n’est pas une durée : écrivez 90s, 10m, 10 minutes, 2h ou 7j.',
  },
  'bad-json': { en: 'That is not a JSON object with a "type".', fr: 'Ce n’est pas un objet JSON avec un « type ».' },
  'bad-binding': { en: 'chat.json: cannot bind {key} to {action}.', fr: 'chat.json : impossible d’associer {key} à {action}.' },
} as const satisfies Record<string, Bilingual>;
export type TextKey = keyof typeof texts;

/** The text as a question before a field: French sets a blank before its colon. */
export function ask(lang: Lang, key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  return `${say(lang, key, params)}${colon[lang]} `;
}

/** How a colon follows a word. */
export const colon: Readonly<Record<Lang, string>> = { en: ':', fr: ' :' };

/** The text in that language, its parameters filled in. */
export function say(lang: Lang, key: TextKey, params: Readonly<Record<string, string | number>> = {}): string {
  return texts[key][lang].replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}
