import { exporting, first, raw } from '../model/asking.ts';
import { live } from '../model/moving.ts';
import { aliased, set } from '../model/settings.ts';
import { step } from '../model/step.ts';
import { timed } from '../model/timers.ts';
import { type CommandRow, command, row, v2 } from './row.ts';

/** Commands of the client itself. */
export const ownCommands = {
  help: command(
    row('[command]', ['keys and commands', 'touches et commandes'], (state) => step({ ...state, mode: { kind: 'help', scroll: 0 } })),
  ),
  theme: row('dark|light|any', ['colours for a dark or a light background', 'couleurs pour fond sombre ou clair'], (state, rest) =>
    set(state, `theme ${rest}`),
  ),
  lang: row('en|fr', ['language of the client', 'langue du client'], (state, rest) => set(state, `lang ${rest}`)),
  set: row('[name value]', ['settings: theme, lang, bell, times', 'réglages : theme, lang, bell, times'], set),
  alias: row(
    '[name] [text]',
    ['a command of your own; without text it goes away', 'une commande à vous ; sans texte elle disparaît'],
    aliased,
  ),
  raw: row('{"type":…}', ['send a line of the protocol', 'envoyer une ligne du protocole'], raw),
  script: row(
    'file',
    ['run the commands of a file, one a line, until one fails', 'exécuter les commandes d’un fichier, une par ligne, jusqu’à un échec'],
    (state, file) => step(state, { do: 'script', file }),
  ),
  export: v2(
    row(
      '[file]',
      [
        'write this conversation to a file: .txt for people, else a JSON line each',
        'écrire cette conversation dans un fichier : .txt à lire, sinon une ligne JSON chacun',
      ],
      exporting,
    ),
  ),
  remind: row(
    '[time] [text]',
    [
      'be reminded, in 10m or at 14:30, while this client runs; /remind off 1',
      'un rappel, dans 10m ou à 14:30, tant que ce client tourne ; /remind off 1',
    ],
    timed('remind'),
  ),
  at: row(
    '[time] [text]',
    [
      'say something here later, while this client runs; /at off 1',
      'dire quelque chose ici plus tard, tant que ce client tourne ; /at off 1',
    ],
    timed('say'),
  ),
  trace: row('', ['wire pane on or off', 'volet du fil affiché ou non'], (state) =>
    step({ ...state, panes: { ...state.panes, wire: !state.panes.wire } }),
  ),
  connect: row('', ['try to connect at once', 'tenter la connexion tout de suite'], (state) => step(state, { do: 'retry' })),
  profile: row(
    'name',
    ['keep address and name as a profile; never the password', 'garder adresse et nom comme profil ; jamais le mot de passe'],
    (state, rest) => step(state, { do: 'profile', name: first(rest)[0] }),
  ),
  end: row('', ['back to the newest', 'retour au plus récent'], live),
  quit: row('', ['leave', 'quitter'], (state) => step(state, { do: 'quit' })),
} as const satisfies Record<string, CommandRow>;
