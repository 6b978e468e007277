import { type Lang, langOf } from '../protocol/texts.ts';

/** The language of the environment (POSIX order: LC_ALL, LC_MESSAGES, LANG); English when it names none of ours. */
export function localeLang(env: Readonly<Record<string, string | undefined>>): Lang {
  return langOf(env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'], 'en');
}
