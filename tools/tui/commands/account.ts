import { keys, password, sessions, token } from '../model/credentials.ts';
import { totp } from '../model/second.ts';
import { type CommandRow, row, v2 } from './row.ts';

/** Commands about one's account: with what one logs in, and where one is. */
export const accountCommands = {
  sessions: v2(
    row('[end] [number]', ['where you are logged in; end one of the list', 'où vous êtes connecté ; terminer une de la liste'], sessions),
  ),
  password: v2(row('', ['another password', 'changer de mot de passe'], password)),
  totp: v2(
    row(
      '[on|CODE|off CODE]',
      [
        'one-time codes of an authenticator for your logins (also /mfa)',
        'codes à usage unique d’un authentificateur pour vos connexions (ou /mfa)',
      ],
      totp,
    ),
  ),
  keys: v2(
    row(
      '[add|remove] [key]',
      [
        'public keys that log you in: list, add the line of a .pub file, remove one of the list',
        'clés publiques qui vous connectent : liste, ajouter la ligne d’un fichier .pub, en retirer une de la liste',
      ],
      keys,
    ),
  ),
  token: v2(
    row(
      '[name|end] [scopes|number] [30d]',
      [
        'bearer tokens of your bots: list, make one (read,post), end one',
        'jetons de vos bots : liste, en faire un (read,post), en révoquer un',
      ],
      token,
    ),
  ),
} as const satisfies Record<string, CommandRow>;
