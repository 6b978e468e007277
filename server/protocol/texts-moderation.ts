/** What the server tells people about sanctions, levels and blocks. `{name}` marks a parameter. */
export const moderationTexts = {
  muted_until: { en: 'You are muted until {until}: {reason}', fr: 'Vous êtes réduit au silence jusqu’au {until} : {reason}' },
  muted_open: { en: 'You are muted: {reason}', fr: 'Vous êtes réduit au silence : {reason}' },
  muted_in_until: {
    en: 'You are muted in {channel} until {until}: {reason}',
    fr: 'Vous êtes réduit au silence dans {channel} jusqu’au {until} : {reason}',
  },
  muted_in_open: { en: 'You are muted in {channel}: {reason}', fr: 'Vous êtes réduit au silence dans {channel} : {reason}' },
  banned_until: { en: 'You are banned until {until}: {reason}', fr: 'Vous êtes banni jusqu’au {until} : {reason}' },
  banned_open: { en: 'You are banned: {reason}', fr: 'Vous êtes banni : {reason}' },
  banned_in_until: {
    en: 'You are banned from {channel} until {until}: {reason}',
    fr: 'Vous êtes banni de {channel} jusqu’au {until} : {reason}',
  },
  banned_in_open: { en: 'You are banned from {channel}: {reason}', fr: 'Vous êtes banni de {channel} : {reason}' },
  kicked: { en: 'You were sent away by {by}: {reason}', fr: 'Vous avez été renvoyé par {by} : {reason}' },
  kicked_in: { en: 'You were sent out of {channel} by {by}: {reason}', fr: 'Vous avez été renvoyé de {channel} par {by} : {reason}' },
  warned: { en: 'Warning from {by}: {reason}', fr: 'Avertissement de {by} : {reason}' },
  warned_in: { en: 'Warning from {by} in {channel}: {reason}', fr: 'Avertissement de {by} dans {channel} : {reason}' },
  lifted_mute: { en: 'You may speak again ({by}).', fr: 'Vous pouvez de nouveau parler ({by}).' },
  lifted_ban: { en: 'You may come back ({by}).', fr: 'Vous pouvez revenir ({by}).' },
  lifted_mute_in: { en: 'You may speak again in {channel} ({by}).', fr: 'Vous pouvez de nouveau parler dans {channel} ({by}).' },
  lifted_ban_in: { en: 'You may come back to {channel} ({by}).', fr: 'Vous pouvez revenir dans {channel} ({by}).' },
  blocked_by: { en: 'This person takes no messages from you.', fr: 'Cette personne ne reçoit pas vos messages.' },
  too_many_blocks: { en: 'You block {limit} people already.', fr: 'Vous bloquez déjà {limit} personnes.' },
  too_many_reports: {
    en: 'You have {limit} open reports already: wait until somebody has looked at them.',
    fr: 'Vous avez déjà {limit} signalements ouverts : attendez que quelqu’un les regarde.',
  },
  reported_before: { en: 'You have reported this message already.', fr: 'Vous avez déjà signalé ce message.' },
  last_admin: {
    en: 'This is the last administrator: make somebody else one first.',
    fr: 'C’est le dernier administrateur : nommez-en d’abord un autre.',
  },
  level_no_new: {
    en: 'No new accounts and channels for the moment.{reason}',
    fr: 'Ni nouveau compte ni nouveau canal pour le moment.{reason}',
  },
  level_no_guests: {
    en: 'Guests cannot talk for the moment: log in.{reason}',
    fr: 'Les invités ne peuvent pas parler pour le moment : connectez-vous.{reason}',
  },
  level_quiet: {
    en: 'Only the staff may speak for the moment.{reason}',
    fr: 'Seuls les responsables peuvent parler pour le moment.{reason}',
  },
  level_staff: {
    en: 'Only the staff may be here for the moment.{reason}',
    fr: 'Seuls les responsables peuvent être ici pour le moment.{reason}',
  },
  level_set_5: { en: 'The server is open again.', fr: 'Le serveur est de nouveau ouvert.' },
  level_set_4: { en: 'From now on no new accounts and channels.{reason}', fr: 'Désormais ni nouveau compte ni nouveau canal.{reason}' },
  level_set_3: { en: 'From now on guests may only read.{reason}', fr: 'Désormais les invités ne peuvent que lire.{reason}' },
  level_set_2: { en: 'From now on only the staff may speak.{reason}', fr: 'Désormais seuls les responsables peuvent parler.{reason}' },
  level_set_1: {
    en: 'From now on only the staff may be here.{reason}',
    fr: 'Désormais seuls les responsables peuvent être ici.{reason}',
  },
} as const;
