import { wire } from './limits.ts';

/** Units as people write them, in English and in French. */
const units: readonly (readonly [seconds: number, words: RegExp])[] = [
  [1, /^(?:s|secs?|seconds?|secondes?)$/i],
  [60, /^(?:m|mn|mins?|minutes?)$/i],
  [3600, /^(?:h|hrs?|hours?|heures?)$/i],
  [86_400, /^(?:d|days?|j|jours?)$/i],
  [604_800, /^(?:w|weeks?|sem|semaines?)$/i],
];
/** `10m`, `10 minutes` */
const one = /^(\d{1,9})\s*(\p{L}+)[.,;:]?\s*/u;
/** `1h30` */
const hoursAndMinutes = /^(\d{1,9})\s*h\s*(\d{1,2})(?![\p{L}\p{Nd}])(?!\s*(?:m|mn|mins?|minutes?)(?!\p{L}))\s*/iu;
const before = /^(?:for|pour|pendant)\s+(?=\d)/i;
const between = /^(?:and|et)\s+(?=\d)/i;

/** A time at the beginning of what somebody typed (null: there is none), and what comes after it. */
export interface TypedTime {
  readonly seconds: number | null;
  readonly rest: string;
}

/**
 * Reads `90s`, `10m`, `10 minutes`, `1h30`, `2 heures et 5 min`, `pour 7 jours`. Figures that are no time are `unclear`, never a guess:
 * whoever typed them meant something.
 */
export function timeFirst(text: string): TypedTime | 'unclear' {
  let rest = text.replace(before, '');
  if (!/^\d/.test(rest)) return { seconds: null, rest: text };
  let seconds = 0;
  let isWordOver = false;
  while (/^\d/.test(rest)) {
    const [whole = '', count = '', minutes = ''] = hoursAndMinutes.exec(rest) ?? [];
    const found = whole === '' ? part(rest) : { seconds: Number(count) * 3600 + Number(minutes) * 60, length: whole.length };
    // After a time and a blank figures may begin the reason.
    if (found === null) return isWordOver ? { seconds, rest } : 'unclear';
    seconds += found.seconds;
    isWordOver = /\s$/.test(rest.slice(0, found.length));
    rest = rest.slice(found.length).replace(between, '');
  }
  return { seconds, rest };
}

function part(text: string): { readonly seconds: number; readonly length: number } | null {
  const [whole = '', count = '', word = ''] = one.exec(text) ?? [];
  const unit = units.find(([, words]) => words.test(word));
  return unit === undefined ? null : { seconds: Number(count) * unit[0], length: whole.length };
}

/** A text that is a time and nothing else, in seconds; null: it is none, or longer than any sanction. */
export function typedSeconds(text: string): number | null {
  const found = timeFirst(text.trim());
  if (found === 'unclear' || found.seconds === null || found.rest !== '') return null;
  return found.seconds > 0 && found.seconds <= wire.durationS ? found.seconds : null;
}
