import { ChatError } from './errors.ts';
import { wire } from './limits.ts';
import type { TextParams } from './texts.ts';

/**
 * Letters of other scripts (and two digits) that look like a Latin letter once folded, after Unicode TS #39.
 * One to one within each script, so that two names of one script are never confused with each other.
 */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ 0: 'o', 1: 'l', ɑ: 'a', ɡ: 'g', ɩ: 'i' },
  ...{
    а: 'a',
    в: 'b',
    с: 'c',
    ԁ: 'd',
    е: 'e',
    һ: 'h',
    н: 'ʜ',
    і: 'i',
    ј: 'j',
    к: 'k',
    ӏ: 'l',
    м: 'm',
    о: 'o',
    р: 'p',
    ԛ: 'q',
    ѕ: 's',
    т: 't',
    ѵ: 'v',
    ԝ: 'w',
    х: 'x',
    у: 'y',
  },
  ...{ α: 'a', β: 'b', ε: 'e', η: 'ʜ', ι: 'i', κ: 'k', μ: 'm', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'y', χ: 'x', ζ: 'z' },
  ...{ օ: 'o', ս: 'u', հ: 'h', ո: 'n', ց: 'g', զ: 'q' },
};
const lookAlike = new RegExp(`[${Object.keys(lookAlikes).join('')}]`, 'gu');
const plainFold = /^[a-z2-9_.'-]+$/;
const printableAscii = /^[\x20-\x7e]*$/;
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;

/** THE identity of a name: two names with the same fold are one (protocol.md §2). NFKC, case, confusables, blanks, ignorable code points. */
export function fold(name: string): string {
  if (plainFold.test(name)) return name;
  if (printableAscii.test(name)) return foldAscii(name.toLowerCase());
  return name
    .normalize('NFKC')
    .replace(ignorable, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(lookAlike, (letter) => lookAlikes[letter] ?? letter);
}

function foldAscii(lower: string): string {
  const spaced = lower.includes(' ') ? lower.replace(/ +/g, ' ').trim() : lower;
  return /[01]/.test(spaced) ? spaced.replaceAll('0', 'o').replaceAll('1', 'l') : spaced;
}

const reserved = new Set(['serveur', 'server', 'system', 'admin', 'root'].map(fold));

/** The name under which the server itself speaks to v1 sessions. */
export const serverName = 'serveur';

const emoji =
  /\p{Regional_Indicator}{2}|\d\uFE0F\u20E3|(?!\d)\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*/gu;
/** Some letters and marks show nothing: they are ignorable, and never allowed outside an emoji. */
const allowed = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{Nd} _.'-])*$/u;
const scripts = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Thai',
  'Georgian',
  'Ethiopic',
  'Khmer',
  'Gujarati',
  'Gurmukhi',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Sinhala',
  'Lao',
  'Tibetan',
  'Myanmar',
  'Mongolian',
  'Tifinagh',
  'Cherokee',
];
const oneScript = [
  ...scripts.map((name) => `\\p{Script=${name}}`),
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}',
  '\\p{Script=Han}\\p{Script=Hangul}',
  '\\p{Script=Han}\\p{Script=Bopomofo}',
].map((set) => new RegExp(`^[${set}\\p{Script=Common}\\p{Script=Inherited}]*$`, 'u'));

/** Refuses a name that breaks the naming rule of protocol.md §2: 1–32 letters with marks, digits, emoji, inner blanks, `_ . - '`, one script. Returns it in NFC. */
export function checkName(name: string): string {
  const composed = name.normalize('NFC');
  if ([...composed].length > wire.name) throw new ChatError('invalid_name', { text: 'name_too_long', params: { limit: wire.name } });
  const fault = faultOf(composed);
  if (fault !== null) throw new ChatError('invalid_name', fault);
  if (reserved.has(fold(composed))) throw new ChatError('invalid_name', { text: 'name_reserved' });
  return composed;
}

/** Whether a guest may be called that; a guest that may not is `invité`. */
export function isNameAllowed(name: unknown): name is string {
  return (
    typeof name === 'string' &&
    [...name.normalize('NFC')].length <= wire.name &&
    faultOf(name.normalize('NFC')) === null &&
    !reserved.has(fold(name))
  );
}

/** What of the rule a name breaks, as its owner is told; null: nothing. */
function faultOf(name: string): { text: 'invalid_name' | 'name_blanks' | 'name_character' | 'name_scripts'; params?: TextParams } | null {
  if (name.trim() === '' || fold(name) === '' || /^\p{M}/u.test(name)) return { text: 'invalid_name' };
  if (name !== name.trim()) return { text: 'name_blanks' };
  const letters = name.replace(emoji, '');
  const stray = [...letters].find((letter) => !allowed.test(letter));
  if (stray !== undefined) return { text: 'name_character', params: { character: visibly(stray) } };
  return isOfOneScript(letters) ? null : { text: 'name_scripts' };
}

/** A character as it can be shown: with its number, and by it alone when it would show nothing or do something. */
function visibly(character: string): string {
  const number = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}]/u.test(character) ? number : `${character} (${number})`;
}

function isOfOneScript(letters: string): boolean {
  return oneScript.some((script) => script.test(letters));
}

/** The default channel, and the other spellings of it (protocol.md §2). */
export const defaultChannel = '#general';
const defaultSpellings = new Set(['general', 'général'].map(fold));

const allowedInChannel = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{Nd}_-])+$/u;

/** THE identity of a channel: its name folded, without the `#`; the spellings of the default channel are one. */
export function foldChannel(channel: string): string {
  const folded = fold(channel).replace(/^#/, '').trim();
  return defaultSpellings.has(folded) ? 'general' : folded;
}

/** The displayed form of a channel name: `#` and 1–32 letters, digits, `-`, `_` of any script. Throws `invalid_field`. */
export function checkChannelName(channel: string): string {
  if (foldChannel(channel) === 'general') return defaultChannel;
  const bare = channel.normalize('NFC').trim().replace(/^#/, '');
  if (!allowedInChannel.test(bare) || [...bare].length > wire.name || foldChannel(bare) === '')
    throw new ChatError('invalid_field', { field: 'channel' });
  return `#${bare}`;
}
