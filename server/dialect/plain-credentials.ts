import { renderUnicodeCompact } from 'uqr';
import type { PlainCredentialCommand } from '../protocol/plain-credentials.ts';
import type { Result } from '../protocol/result.ts';
import { told } from './plain-answers.ts';
import type { Talk } from './plain-talk.ts';
import { ask, type Reading, split } from './plain-words.ts';

/** What the commands about one's own credentials ask. */
export const credentialReadings: Readonly<Record<PlainCredentialCommand, Reading>> = {
  totp: (text, talk) => {
    const [word, rest] = split(text);
    const show = ([result]: readonly Result[]) => shown(talk, result);
    if (word === '') return ask({ type: 'totp' }, show);
    if (word === 'on') return rest === '' ? null : ask({ type: 'totp', op: 'enrol', password: rest }, show);
    if (word !== 'off') return ask({ type: 'totp', op: 'confirm', code: text }, show);
    const [code, password] = split(rest);
    return password === '' ? null : ask({ type: 'totp', op: 'disable', code, password }, show);
  },
};

/** The secret is a picture for the camera of a telephone, and the same as text. */
function shown(talk: Talk, result: Result = {}): string[] {
  const { uri, secret, enabled, recovery_codes: codes, recovery_codes_left: left } = result;
  if (typeof uri === 'string')
    return [...renderUnicodeCompact(uri, { border: 2 }).split('\n'), ...talk.say('totp_scan', { secret: told(secret) })];
  const recovery = Array.isArray(codes) ? codes.map(told) : [];
  const state = talk.say(enabled === true ? 'totp_is_on' : 'totp_is_off', { count: recovery.length || Number(left ?? 0) });
  return recovery.length === 0 ? state : [...state, ...talk.say('totp_recovery'), ...recovery];
}
