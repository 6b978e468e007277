import type { Lang } from '../../server/protocol/texts.ts';

/** A text in the languages that the client speaks. */
export type Bilingual = Readonly<Record<Lang, string>>;

interface KeyRow {
  /** Keys that do it unless somebody binds others. */
  readonly keys: readonly string[];
  readonly doc: Bilingual;
}
const row = (keys: string, en: string, fr: string): KeyRow => ({ keys: keys.split(', '), doc: { en, fr } });

/** What a key can do, and which key does it: the one table of which help and documentation are made. */
export const keyTable = {
  send: row('enter', 'send', 'envoyer'),
  newline: row('alt+enter, ctrl+j', 'new line', 'nouvelle ligne'),
  complete: row('tab', 'complete a name, channel, command or emoji', 'compléter un nom, canal, commande ou emoji'),
  'complete-back': row('shift+tab', 'the completion before', 'la complétion précédente'),
  'next-activity': row('alt+a', 'next activity: mention, private message, message', 'prochaine activité : mention, message privé, message'),
  'next-channel': row('ctrl+n, alt+down', 'next channel', 'canal suivant'),
  'previous-channel': row('ctrl+p, alt+up', 'previous channel', 'canal précédent'),
  'last-channel': row('alt+/', 'the channel where you were before', 'le canal d’avant'),
  'channel-1': row('alt+1', 'first channel (… alt+9: ninth, alt+0: tenth)', 'premier canal (… alt+9 : neuvième, alt+0 : dixième)'),
  'channel-2': row('alt+2', 'second channel', 'deuxième canal'),
  'channel-3': row('alt+3', 'third channel', 'troisième canal'),
  'channel-4': row('alt+4', 'fourth channel', 'quatrième canal'),
  'channel-5': row('alt+5', 'fifth channel', 'cinquième canal'),
  'channel-6': row('alt+6', 'sixth channel', 'sixième canal'),
  'channel-7': row('alt+7', 'seventh channel', 'septième canal'),
  'channel-8': row('alt+8', 'eighth channel', 'huitième canal'),
  'channel-9': row('alt+9', 'ninth channel', 'neuvième canal'),
  'channel-10': row('alt+0', 'tenth channel', 'dixième canal'),
  jump: row('ctrl+k', 'jump to a channel or person by a few letters', 'aller à un canal ou une personne par quelques lettres'),
  'page-up': row('page-up', 'scroll up; older messages are fetched', 'remonter ; les messages plus anciens sont demandés'),
  'page-down': row('page-down', 'scroll down', 'descendre'),
  'to-end': row('end, ctrl+end', 'back to the newest (End in a text: its end)', 'retour au plus récent (Fin dans un texte : sa fin)'),
  'to-unread': row('alt+u', 'first unread line', 'première ligne non lue'),
  'previous-mention': row('alt+p', 'previous mention', 'mention précédente'),
  'next-mention': row('alt+n', 'next mention', 'mention suivante'),
  search: row('ctrl+f', 'search the messages', 'chercher dans les messages'),
  'search-input': row('ctrl+r', 'search what you wrote before', 'chercher dans ce que vous avez écrit'),
  editor: row('ctrl+x ctrl+e', 'write the text in $EDITOR', 'écrire le texte dans $EDITOR'),
  select: row(
    'alt+s',
    'select a message: reply, edit, delete, react, copy, report',
    'choisir un message : répondre, modifier, supprimer, réagir, copier, signaler',
  ),
  up: row(
    'up',
    'what you wrote before; on an empty input, edit your last message',
    'ce que vous avez écrit avant ; sur une saisie vide, modifier votre dernier message',
  ),
  down: row('down', 'what you wrote after', 'ce que vous avez écrit après'),
  wire: row('alt+w', 'wire pane: the JSON lines both ways', 'volet du fil : les lignes JSON dans les deux sens'),
  split: row('alt+v', 'a second conversation above', 'une seconde conversation au-dessus'),
  mouse: row('alt+m', 'mouse on or off: wheel and clicks', 'souris ou non : molette et clics'),
  help: row('f1', 'help', 'aide'),
  'pane-channels': row('f7', 'channels on or off', 'canaux affichés ou non'),
  'pane-members': row('f8', 'members on or off', 'membres affichés ou non'),
  redraw: row('ctrl+l', 'draw anew', 'redessiner'),
  cancel: row('escape', 'cancel, close a pane, mark as read', 'annuler, fermer un volet, marquer comme lu'),
  quit: row('ctrl+c', 'twice: quit; once: empty the input', 'deux fois : quitter ; une fois : vider la saisie'),
  left: row('left, ctrl+b', 'left', 'gauche'),
  right: row('right', 'right', 'droite'),
  home: row('home, ctrl+a', 'beginning of the line', 'début de la ligne'),
  'end-of-line': row('ctrl+e', 'end of the line', 'fin de la ligne'),
  'word-left': row('ctrl+left, alt+b', 'a word left', 'un mot à gauche'),
  'word-right': row('ctrl+right, alt+f', 'a word right', 'un mot à droite'),
  backspace: row('backspace', 'delete before the cursor', 'effacer avant le curseur'),
  delete: row('delete, ctrl+d', 'delete after the cursor', 'effacer après le curseur'),
  'kill-word': row('ctrl+w, alt+backspace', 'delete the word before the cursor', 'effacer le mot avant le curseur'),
  'kill-start': row('ctrl+u', 'delete to the beginning of the line', 'effacer jusqu’au début de la ligne'),
  'kill-end': row('alt+k', 'delete to the end of the line', 'effacer jusqu’à la fin de la ligne'),
} as const satisfies Record<string, KeyRow>;

/** What a key press means. */
export type KeyAction = keyof typeof keyTable;
export type Bindings = ReadonlyMap<string, KeyAction>;

/** The keys of a selected message; they are letters, so that they stand apart. */
export const selectKeys = {
  r: { action: 'reply', doc: { en: 'reply', fr: 'répondre' } },
  e: { action: 'edit', doc: { en: 'edit', fr: 'modifier' } },
  d: { action: 'delete', doc: { en: 'delete', fr: 'supprimer' } },
  '+': { action: 'react', doc: { en: 'react', fr: 'réagir' } },
  y: { action: 'copy', doc: { en: 'copy', fr: 'copier' } },
  '!': { action: 'report', doc: { en: 'report', fr: 'signaler' } },
} as const satisfies Record<string, { readonly action: string; readonly doc: Bilingual }>;
export type SelectAction = (typeof selectKeys)[keyof typeof selectKeys]['action'];

export interface BindingProblem {
  readonly action: string;
  readonly key: string;
}

/** The shipped keys, changed by somebody's own: an action that is named there has its keys from there alone. */
export function bindingsOf(own: Readonly<Record<string, string | readonly string[]>> = {}): {
  readonly bindings: Bindings;
  readonly problems: readonly BindingProblem[];
} {
  const bindings = new Map<string, KeyAction>();
  const problems: BindingProblem[] = [];
  for (const [action, { keys }] of Object.entries(keyTable)) {
    if (!Object.hasOwn(own, action)) for (const key of keys) bindings.set(key, action as KeyAction);
  }
  for (const [action, keys] of Object.entries(own)) {
    for (const key of [keys].flat()) {
      const name = key.toLowerCase().trim();
      if (isAction(action) && isKey(name)) bindings.set(name, action);
      else problems.push({ action, key });
    }
  }
  return { bindings, problems };
}

export function isAction(name: string): name is KeyAction {
  return Object.hasOwn(keyTable, name);
}

/** What stands on the keys of a French keyboard. */
const french: Readonly<Record<string, string>> = {
  Enter: 'Entrée',
  Escape: 'Échap',
  Backspace: 'Retour arrière',
  Delete: 'Suppr',
  Insert: 'Inser',
  Space: 'Espace',
  Home: 'Début',
  End: 'Fin',
  PgUp: 'PgPréc',
  PgDn: 'PgSuiv',
  Up: 'Haut',
  Down: 'Bas',
  Left: 'Gauche',
  Right: 'Droite',
  Shift: 'Maj',
};

/** The key as people write it: `Alt+A`, `Ctrl+N`, `F1`; in French `Échap`. */
export function keyName(key: string, lang: Lang): string {
  const english = key
    .replace(/(?<=^|[+ ])[a-z]/g, (letter) => letter.toUpperCase())
    .replace('Page-up', 'PgUp')
    .replace('Page-down', 'PgDn');
  return lang === 'fr' ? english.replace(/[A-Za-z]{2,}/g, (word) => french[word] ?? word) : english;
}

/** Signs on the screen that nobody can guess. */
export const signs: readonly (readonly [sign: string, doc: Bilingual])[] = [
  [
    '… ✓ ✗',
    {
      en: 'on its way, stored by the server, not sent (Alt+S, Enter: again)',
      fr: 'en route, gardé par le serveur, non envoyé (Alt+S, Entrée : encore)',
    },
  ],
  ['3  @1', { en: 'unread messages; mentions among them', fr: 'messages non lus ; mentions parmi eux' }],
  ['~ @', { en: 'owner and moderator of the channel', fr: 'propriétaire et modérateur du canal' }],
  ['● ○ ⊘ ·', { en: 'here, away, not to be disturbed, gone', fr: 'ici, absent, ne pas déranger, parti' }],
];

/** Letters by themselves are text; they cannot be bound. */
function isKey(name: string): boolean {
  const [prefix, second] = name.split(' ');
  if (second !== undefined) return prefix === 'ctrl+x' && isKey(second);
  const named = /^(?:f[1-9]|f1[0-2]|enter|tab|escape|backspace|delete|insert|home|end|page-up|page-down|up|down|left|right|space)$/;
  const parts = name.split('+');
  const last = parts.pop() ?? '';
  if (!parts.every((part) => part === 'ctrl' || part === 'alt' || part === 'shift')) return false;
  return named.test(last) || (parts.length > 0 && /^[^\s\u0000-\u001f]$/u.test(last));
}
