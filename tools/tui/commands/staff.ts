import { asking, first, sanction } from '../model/asking.ts';
import { nameFirst } from '../model/naming.ts';
import { type CommandRow, person, row } from './row.ts';

/** Commands about sanctions and reports. */
export const staffCommands = {
  sanctions: person(
    row('[name]', ['the ledger of sanctions', 'le registre des sanctions'], (state, rest) =>
      asking(state, { type: 'sanctions', username: rest === '' ? (state.me?.name ?? '') : nameFirst(state, rest)[0] }),
    ),
  ),
  reputation: person(
    row('[name]', ['reputation, line by line', 'réputation, ligne par ligne'], (state, rest) =>
      asking(state, { type: 'reputation', ...(rest === '' ? {} : { username: nameFirst(state, rest)[0] }) }),
    ),
  ),
  reports: row('', ['reports (staff)', 'signalements (équipe)'], (state) => asking(state, { type: 'reports' })),
  warn: person(row('name reason', ['warn somebody (staff)', 'avertir quelqu’un (équipe)'], sanction('warn'))),
  mute: person(row('name [10m] [reason]', ['silence somebody (staff)', 'réduire quelqu’un au silence (équipe)'], sanction('mute'))),
  kick: person(row('name [reason]', ['cut somebody off (staff)', 'déconnecter quelqu’un (équipe)'], sanction('kick'))),
  ban: person(row('name [10m] [reason]', ['keep somebody out (staff)', 'bannir quelqu’un (équipe)'], sanction('ban'))),
  lift: person(
    row('name mute|ban', ['end a sanction (staff)', 'lever une sanction (équipe)'], (state, rest) => {
      const [username, kind] = nameFirst(state, rest);
      return asking(state, { type: 'lift', username, kind: kind.trim() });
    }),
  ),
  resolve: row('report', ['close a report (staff)', 'clore un signalement (équipe)'], (state, rest) =>
    asking(state, { type: 'reports', resolve: Number(rest) }),
  ),
  level: row(
    '[level] [reason]',
    ['the emergency level, 5 open to 1 staff only (staff)', 'niveau d’urgence, de 5 ouvert à 1 équipe seule (équipe)'],
    (state, rest) => {
      const [level, reason] = first(rest);
      return asking(state, { type: 'level', ...(level === '' ? {} : { level: Number(level) }), ...(reason === '' ? {} : { reason }) });
    },
  ),
} as const satisfies Record<string, CommandRow>;
