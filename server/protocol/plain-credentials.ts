import type { RequestType } from './index.ts';
import type { Lang } from './texts.ts';

interface CommandText {
  readonly type: RequestType;
  readonly en: string;
  readonly fr: string;
}

/** What proves who one is, as it is typed on netcat or telnet. */
export const plainCredentialCommands = {
  totp: {
    type: 'totp',
    en: '/totp [on PASSWORD | CODE | off CODE PASSWORD]: one-time codes; a login then is /login NAME PASSWORD CODE',
    fr: '/totp [on MOT-DE-PASSE | CODE | off CODE MOT-DE-PASSE] : codes à usage unique ; on entre alors par /login NOM MOT-DE-PASSE CODE',
  },
} as const satisfies Record<string, CommandText>;
export type PlainCredentialCommand = keyof typeof plainCredentialCommands;

/** What the plain dialect says about it. */
export const plainCredentialTexts = {
  totp_scan: {
    en: 'Scan this with your authenticator, or type {secret} into it. Then: /totp and the six digits that it shows.',
    fr: 'Scannez ceci avec votre authentificateur, ou tapez-y {secret}. Ensuite : /totp et les six chiffres qu’il affiche.',
  },
  totp_is_on: {
    en: 'Logins ask for a code ({count} recovery codes left).',
    fr: 'Les connexions demandent un code ({count} codes de secours restants).',
  },
  totp_is_off: { en: 'Logins ask for no code.', fr: 'Les connexions ne demandent pas de code.' },
  totp_recovery: {
    en: 'Recovery codes, each good once, shown this once; write them down:',
    fr: 'Codes de secours, chacun bon une fois, montrés cette seule fois ; notez-les :',
  },
} as const satisfies Record<string, Readonly<Record<Lang, string>>>;
