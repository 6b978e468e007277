import type { RequestType } from './index.ts';
import { plainCredentialCommands, plainCredentialTexts } from './plain-credentials.ts';
import { plainModerationAliases, plainModerationCommands, plainModerationTexts } from './plain-moderation.ts';
import { fill, type Lang, type TextParams } from './texts.ts';

/** One command of the plain dialect: the request that it stands for (null: the dialect’s own), and how it is explained. */
interface CommandText {
  readonly type: RequestType | null;
  readonly en: string;
  readonly fr: string;
}

/** What somebody on netcat or telnet may type (protocol.md §8). Each text is `usage: what it does`. */
export const plainCommands = {
  help: {
    type: null,
    en: '/help [COMMAND]: these lines, or one of them; /help permissions: who may what',
    fr: '/help [COMMANDE] : ces lignes, ou l’une d’elles ; /help permissions : qui peut quoi',
  },
  nick: { type: 'message', en: '/nick NAME: take a name, without an account', fr: '/nick NOM : prendre un nom, sans compte' },
  register: {
    type: 'register',
    en: '/register NAME PASSWORD: make an account (the password is seen on your screen)',
    fr: '/register NOM MOT-DE-PASSE : créer un compte (le mot de passe se voit à l’écran)',
  },
  login: { type: 'login', en: '/login NAME PASSWORD: come in with an account', fr: '/login NOM MOT-DE-PASSE : entrer avec un compte' },
  logout: { type: 'logout', en: '/logout: give your name back', fr: '/logout : rendre son nom' },
  whoami: { type: 'whoami', en: '/whoami: who you are', fr: '/whoami : qui vous êtes' },
  who: { type: 'users', en: '/who [#CHANNEL]: who is here, or in a channel', fr: '/who [#CANAL] : qui est là, ou dans un canal' },
  channels: { type: 'channels', en: '/channels: which channels there are', fr: '/channels : quels canaux existent' },
  join: { type: 'join', en: '/join #CHANNEL: hear a channel, and talk there', fr: '/join #CANAL : écouter un canal, et y parler' },
  leave: { type: 'leave', en: '/leave [#CHANNEL]: hear it no more', fr: '/leave [#CANAL] : ne plus l’écouter' },
  msg: { type: 'message', en: '/msg NAME TEXT: a word in private', fr: '/msg NOM TEXTE : un mot en privé' },
  reply: { type: 'message', en: '/reply NUMBER TEXT: answer a message', fr: '/reply NUMÉRO TEXTE : répondre à un message' },
  history: {
    type: 'history',
    en: '/history [#CHANNEL or NAME] [COUNT]: what was said, each with its number',
    fr: '/history [#CANAL ou NOM] [NOMBRE] : ce qui a été dit, avec les numéros',
  },
  search: { type: 'search', en: '/search WORDS: find what was said', fr: '/search MOTS : retrouver ce qui a été dit' },
  conversations: { type: 'conversations', en: '/conversations: your private ones', fr: '/conversations : vos échanges privés' },
  inbox: {
    type: 'notifications',
    en: '/inbox: mentions, invitations and sanctions you missed',
    fr: '/inbox : mentions, invitations et sanctions manquées',
  },
  edit: {
    type: 'edit',
    en: '/edit NUMBER TEXT: say it in other words (NUMBER may be “last”)',
    fr: '/edit NUMÉRO TEXTE : le dire autrement (NUMÉRO peut être « last »)',
  },
  delete: { type: 'delete', en: '/delete NUMBER [REASON]: take it back', fr: '/delete NUMÉRO [RAISON] : le retirer' },
  react: { type: 'react', en: '/react NUMBER EMOJI: 👍 or :name:', fr: '/react NUMÉRO EMOJI : 👍 ou :nom:' },
  unreact: { type: 'react', en: '/unreact NUMBER EMOJI: take it away', fr: '/unreact NUMÉRO EMOJI : le retirer' },
  pins: { type: 'pins', en: '/pins: pinned messages', fr: '/pins : messages épinglés' },
  pin: { type: 'pin', en: '/pin NUMBER: pin a message', fr: '/pin NUMÉRO : épingler un message' },
  unpin: { type: 'unpin', en: '/unpin NUMBER: take the pin away', fr: '/unpin NUMÉRO : le détacher' },
  status: {
    type: 'status',
    en: '/status online|away|dnd|invisible [TEXT]: how you are',
    fr: '/status online|away|dnd|invisible [TEXTE] : comment vous êtes',
  },
  create: {
    type: 'create',
    en: '/create #CHANNEL [private] [TOPIC]: make a channel',
    fr: '/create #CANAL [private] [SUJET] : créer un canal',
  },
  topic: { type: 'update', en: '/topic TEXT: what this channel is about', fr: '/topic TEXTE : le sujet de ce canal' },
  slow: { type: 'update', en: '/slow SECONDS: slow mode of this channel', fr: '/slow SECONDES : mode lent de ce canal' },
  readonly: {
    type: 'update',
    en: '/readonly on|off: who keeps this channel talks alone',
    fr: '/readonly on|off : ce canal en lecture seule',
  },
  archive: {
    type: 'update',
    en: '/archive on|off: close this channel, or open it',
    fr: '/archive on|off : fermer ce canal, ou le rouvrir',
  },
  invite: { type: 'invite', en: '/invite NAME: let somebody into this channel', fr: '/invite NOM : faire entrer quelqu’un dans ce canal' },
  grant: {
    type: 'grant',
    en: '/grant NAME owner|moderator: a role in this channel',
    fr: '/grant NOM owner|moderator : un rôle dans ce canal',
  },
  revoke: { type: 'revoke', en: '/revoke NAME: take the role back', fr: '/revoke NOM : reprendre le rôle' },
  notify: {
    type: 'notify',
    en: '/notify all|mentions|none: what /inbox keeps of this channel',
    fr: '/notify all|mentions|none : ce que /inbox garde de ce canal',
  },
  ...plainCredentialCommands,
  ...plainModerationCommands,
  lang: { type: null, en: '/lang fr|en: la langue, the language', fr: '/lang fr|en : la langue, the language' },
  quit: { type: null, en: '/quit: leave', fr: '/quit : partir' },
} as const satisfies Record<string, CommandText>;
export type PlainCommand = keyof typeof plainCommands;

/** Other words for the same. */
export const plainAliases: Readonly<Record<string, PlainCommand>> = {
  '?': 'help',
  aide: 'help',
  names: 'who',
  qui: 'who',
  list: 'channels',
  part: 'leave',
  w: 'msg',
  exit: 'quit',
  bye: 'quit',
  quitter: 'quit',
  ...plainModerationAliases,
};

const says = {
  in_public: { en: 'in public channels', fr: 'dans les canaux publics' },
  intro: {
    en: 'What does not begin with / is said to everybody in your channel.',
    fr: 'Ce qui ne commence pas par / est dit à tous dans votre canal.',
  },
  more: { en: 'With a name (/nick, /login) there is more: /help again.', fr: 'Avec un nom (/nick, /login) il y a plus : /help encore.' },
  unknown: { en: 'There is no /{word}. /help lists what there is.', fr: '/{word} n’existe pas. /help donne la liste.' },
  usage: { en: 'Like this: {usage}', fr: 'Comme ceci : {usage}' },
  json: {
    en: 'This is a plain text connection, and that looks like JSON: nothing was said. Open another connection for it.',
    fr: 'Cette connexion est en texte simple, et ceci ressemble à du JSON : rien n’a été dit. Ouvrez une autre connexion.',
  },
  lang: { en: 'English it is.', fr: 'Ce sera en français.' },
  bye: { en: 'Goodbye.', fr: 'Au revoir.' },
  has_name: { en: 'You have a name already: /logout first.', fr: 'Vous avez déjà un nom : d’abord /logout.' },
  you_are: { en: 'You are {name}.', fr: 'Vous êtes {name}.' },
  nobody: { en: 'You have no name yet: /nick NAME.', fr: 'Vous n’avez pas encore de nom : /nick NOM.' },
  named_by_us: {
    en: 'Said. You had no name: /whoami tells which one you got.',
    fr: 'C’est dit. Vous n’aviez pas de nom : /whoami donne celui que vous avez reçu.',
  },
  registered: { en: 'The account is made. Next: /login {name} PASSWORD', fr: 'Le compte est créé. Ensuite : /login {name} MOT-DE-PASSE' },
  logged_out: { en: 'Your name is free again.', fr: 'Votre nom est de nouveau libre.' },
  joined: { en: 'You are in {channel}, and talk there.', fr: 'Vous êtes dans {channel}, et y parlez.' },
  left: { en: 'You have left {channel}. You talk in {current}.', fr: 'Vous avez quitté {channel}. Vous parlez dans {current}.' },
  done: { en: 'Done.', fr: 'C’est fait.' },
  nothing: { en: 'Nothing.', fr: 'Rien.' },
  here: { en: 'Here ({count}): {names}', fr: 'Ici ({count}) : {names}' },
  members: { en: '{channel} ({count}): {names}', fr: '{channel} ({count}) : {names}' },
  unread: { en: '{count} unread', fr: '{count} non lus' },
  online: { en: '* {name} is here', fr: '* {name} est là' },
  away: { en: '* {name} is away', fr: '* {name} est absent' },
  dnd: { en: '* {name} does not want to be disturbed', fr: '* {name} ne veut pas être dérangé' },
  invisible: { en: '* {name} has left', fr: '* {name} est parti' },
  offline: { en: '* {name} has left', fr: '* {name} est parti' },
  member_joined: { en: '* {name} is now in {channel}', fr: '* {name} est maintenant dans {channel}' },
  member_left: { en: '* {name} has left {channel}', fr: '* {name} a quitté {channel}' },
  changed: { en: '* {name} has changed {channel}: {what}', fr: '* {name} a modifié {channel} : {what}' },
  edited: { en: '* {name} has changed {id}:', fr: '* {name} a modifié {id} :' },
  deleted: { en: '* {name} has taken back {id}', fr: '* {name} a retiré {id}' },
  pinned: { en: '* {name} has pinned {id} in {channel}', fr: '* {name} a épinglé {id} dans {channel}' },
  unpinned: { en: '* {name} has unpinned {id} in {channel}', fr: '* {name} a détaché {id} dans {channel}' },
  reaction: { en: '* {name}: {emoji} to {id} ({count})', fr: '* {name} : {emoji} à {id} ({count})' },
  invitation: { en: '* {name} invites you: /join {channel}', fr: '* {name} vous invite : /join {channel}' },
  mention: { en: '* {name} has mentioned you in {channel}', fr: '* {name} vous a mentionné dans {channel}' },
  gap: {
    en: '* You read too slowly: {count} lines of {channel} are left out. /history {channel}',
    fr: '* Vous lisez trop lentement : {count} lignes de {channel} manquent. /history {channel}',
  },
  gone: { en: '(deleted)', fr: '(supprimé)' },
  ...plainCredentialTexts,
  ...plainModerationTexts,
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;
export type PlainText = keyof typeof says;

/** What the plain dialect says by itself. */
export function plainText(lang: Lang, key: PlainText, params: TextParams = {}): string {
  return fill(says[key][lang], params);
}
