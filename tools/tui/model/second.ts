import { renderUnicodeCompact } from 'uqr';
import type { Lang } from '../../../server/protocol/texts.ts';
import { drawableLine } from '../text/clean.ts';
import { say } from '../texts.ts';
import { asking, first } from './asking.ts';
import type { Data } from './notes.ts';
import { proving } from './proof.ts';
import type { State } from './state.ts';
import type { Step } from './step.ts';

/** `/totp`: how it stands; `on` and `off CODE` ask for the password first, where nobody reads it; a code puts them in force. */
export function totp(state: State, rest: string): Step {
  const [word, code] = first(rest.trim());
  if (word === '') return asking(state, { type: 'totp' });
  if (word === 'on') return proving(state, { type: 'totp', op: 'enrol' });
  if (word === 'off') return proving(state, { type: 'totp', op: 'disable', code });
  return asking(state, { type: 'totp', op: 'confirm', code: rest.trim() });
}

/** The secret as a picture for the camera of a telephone; null: the answer has none. */
export function totpPicture({ uri }: Data): string | null {
  return typeof uri === 'string' ? renderUnicodeCompact(uri, { border: 2 }) : null;
}

/** What the server answers, in words. */
export function totpLines(lang: Lang, { secret, uri, enabled, recovery_codes, recovery_codes_left: left }: Data): string[] {
  if (typeof uri === 'string') return [say(lang, 'totp-scan', { secret: drawableLine(String(secret)) })];
  const codes = Array.isArray(recovery_codes) ? recovery_codes.map((code) => drawableLine(String(code))) : [];
  const recovery = codes.length === 0 ? [] : [say(lang, 'totp-recovery'), ...codes.map((code) => `  ${code}`)];
  return [say(lang, enabled === true ? 'totp-on' : 'totp-off', { count: Number(left ?? codes.length) }), ...recovery];
}
