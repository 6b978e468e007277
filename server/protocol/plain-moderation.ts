import type { RequestType } from './index.ts';
import type { SanctionKind } from './moderation.ts';
import type { Lang } from './texts.ts';

interface CommandText {
  readonly type: RequestType;
  readonly en: string;
  readonly fr: string;
}

/** Moderation as it is typed on netcat or telnet. TIME is 90s, 10 minutes, 2h or 7d. */
export const plainModerationCommands = {
  sanctions: {
    type: 'sanctions',
    en: '/sanctions [NAME]: the ledger, by default your own',
    fr: '/sanctions [NOM] : le registre, par défaut le vôtre',
  },
  reputation: {
    type: 'reputation',
    en: '/reputation [NAME]: what the ledger makes of you, or of somebody',
    fr: '/reputation [NOM] : ce que le registre fait de vous, ou de quelqu’un',
  },
  report: {
    type: 'report',
    en: '/report NUMBER REASON: hold a message before the moderators',
    fr: '/report NUMÉRO RAISON : signaler un message aux modérateurs',
  },
  block: {
    type: 'block',
    en: '/block [NAME]: hear nothing of somebody in private; or whom you block',
    fr: '/block [NOM] : ne plus rien entendre de quelqu’un en privé ; ou qui vous bloquez',
  },
  unblock: { type: 'unblock', en: '/unblock NAME: hear somebody again', fr: '/unblock NOM : entendre de nouveau quelqu’un' },
  warn: {
    type: 'warn',
    en: '/warn NAME [#CHANNEL] REASON: a warning that stands in the ledger',
    fr: '/warn NOM [#CANAL] RAISON : un avertissement, inscrit au registre',
  },
  mute: {
    type: 'mute',
    en: '/mute NAME [TIME] [#CHANNEL] REASON: take somebody the word (TIME: 90s, 10m, 10 minutes, 2h, 7d)',
    fr: '/mute NOM [DURÉE] [#CANAL] RAISON : réduire au silence (DURÉE : 90s, 10m, 10 minutes, 2h, 7j)',
  },
  kick: {
    type: 'kick',
    en: '/kick NAME [TIME] [#CHANNEL] REASON: send somebody out',
    fr: '/kick NOM [DURÉE] [#CANAL] RAISON : renvoyer quelqu’un',
  },
  ban: {
    type: 'ban',
    en: '/ban NAME [TIME] [#CHANNEL] REASON: keep somebody out; a network as 192.0.2.0/24',
    fr: '/ban NOM [DURÉE] [#CANAL] RAISON : bannir quelqu’un ; un réseau comme 192.0.2.0/24',
  },
  lift: {
    type: 'lift',
    en: '/lift NUMBER, or /lift NAME mute|ban|kick [#CHANNEL]: end a sanction',
    fr: '/lift NUMÉRO, ou /lift NOM mute|ban|kick [#CANAL] : lever une sanction',
  },
  reports: { type: 'reports', en: '/reports: what was reported', fr: '/reports : ce qui a été signalé' },
  resolve: { type: 'reports', en: '/resolve NUMBER: close a report', fr: '/resolve NUMÉRO : clore un signalement' },
  level: {
    type: 'level',
    en: '/level [5|4|3|2|1] [REASON]: the emergency level, 5 open to 1 staff only',
    fr: '/level [5|4|3|2|1] [RAISON] : le niveau d’urgence, de 5 ouvert à 1 équipe seule',
  },
} as const satisfies Record<string, CommandText>;
export type PlainModerationCommand = keyof typeof plainModerationCommands;

/** Other words for the same. */
export const plainModerationAliases: Readonly<Record<string, PlainModerationCommand>> = {
  avertir: 'warn',
  silence: 'mute',
  renvoyer: 'kick',
  bannir: 'ban',
  lever: 'lift',
  registre: 'sanctions',
  réputation: 'reputation',
  signaler: 'report',
  signalements: 'reports',
  clore: 'resolve',
  bloquer: 'block',
  débloquer: 'unblock',
  debloquer: 'unblock',
  niveau: 'level',
};

/** What the plain dialect says about it. */
export const plainModerationTexts = {
  imposed: { en: 'Done (sanction {id}{end}).', fr: 'C’est fait (sanction {id}{end}).' },
  no_time: {
    en: '“{word}” is no time: write 90s, 10m, 10 minutes, 2h or 7d; a reason that begins with a figure comes after one.',
    fr: '« {word} » n’est pas une durée : écrivez 90s, 10m, 10 minutes, 2h ou 7j ; une raison qui commence par un chiffre vient après elle.',
  },
  until_lifted: { en: 'until it is lifted', fr: 'jusqu’à sa levée' },
  lifted: { en: 'Lifted: {ids}', fr: 'Levé : {ids}' },
  is_reported: { en: 'Thank you: the moderators will see it (report {report}).', fr: 'Merci : l’équipe le verra (signalement {report}).' },
  blocking: { en: 'You block ({count}): {names}', fr: 'Vous bloquez ({count}) : {names}' },
  level_is: { en: 'The emergency level is {level}.', fr: 'Le niveau d’urgence est {level}.' },
  score: { en: '{name}: {score} of 100', fr: '{name} : {score} sur 100' },
  until: { en: 'until {time}', fr: 'jusqu’au {time}' },
  lifted_by: { en: 'lifted by {name}', fr: 'levé par {name}' },
  over: { en: 'over', fr: 'terminé' },
  reported: {
    en: '* {name} has reported {id} (report {report}): /reports',
    fr: '* {name} a signalé {id} (signalement {report}) : /reports',
  },
  kind_warn: { en: 'warning', fr: 'avertissement' },
  kind_mute: { en: 'mute', fr: 'silence' },
  kind_kick: { en: 'kick', fr: 'renvoi' },
  kind_ban: { en: 'ban', fr: 'bannissement' },
} as const satisfies Record<string, Readonly<Record<Lang, string>>> & Record<`kind_${SanctionKind}`, unknown>;
