/** Control characters but tab and line feed; lone surrogates are handled apart. */
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const hasControls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/;
const REPLACEMENT = '\ufffd';

/** Text that may reach another client: well-formed, no control characters but tab and line feed (reliability: a terminal may show it raw). */
export function cleanText(text: string): string {
  if (!hasControls.test(text)) return text;
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(controls, REPLACEMENT);
}

/** Tags as they may reach other clients: their keys and texts clean. */
export function cleanTags<T>(tags: Readonly<Record<string, T>> | undefined): Record<string, T | string> | undefined {
  if (tags === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [cleanText(key), typeof value === 'string' ? cleanText(value) : value]),
  );
}

/** What is one line, wherever it is shown: no control, separator, private-use or direction-changing character; breaks are blanks. */
export function cleanLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Co}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '')
    .trim();
}

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** A status word: control, format, private-use and separator characters removed (protocol.md §2). */
export function cleanWord(word: string): string {
  return word.replace(invisible, '');
}
