import { fold } from '../../protocol/names.ts';

/** What a character is to the word lists. From `real` on it is a letter: `real`, `digit` or `symbol` plus its place in the alphabet. */
export const kinds = {
  unknown: 0,
  separator: 1,
  space: 2,
  ignored: 3,
  other: 4,
  star: 5,
  several: 6,
  real: 32,
  digit: 64,
  symbol: 96,
} as const;

/** Beside the 26 letters: any letter (`*`), a letter of another script, and i or l (`1`, `!`, `|`). */
export const letters = { star: 26, other: 27, iOrL: 28 } as const;

/** Signs that stand for letters. */
const digits = ['o', 'iOrL', 'z', 'e', 'a', 's', 'g', 't', 'b', 'g'];
const symbols: Readonly<Record<string, string>> = {
  '@': 'a',
  $: 's',
  '€': 'e',
  '£': 'l',
  '!': 'iOrL',
  '|': 'iOrL',
  '¡': 'iOrL',
  '(': 'c',
  '+': 't',
};
const ligatures: Readonly<Record<string, string>> = { œ: 'oe', Œ: 'oe', æ: 'ae', Æ: 'ae', ß: 'ss', ẞ: 'ss' };
/** An apostrophe parts words as a blank does. */
const blank = /[\s'’‘`´]/u;
const unseen = /\p{Default_Ignorable_Code_Point}|\p{M}/u;
const letterOrNumber = /[\p{L}\p{N}]/u;
const marks = /\p{M}/gu;

/** Characters past the first plane that are remembered: all Latin ones are fewer. */
const mostFar = 4096;

/** Knows what every character stands for, each worked out once. */
export class Letters {
  readonly #known = new Uint8Array(0x10000);
  readonly #far = new Map<number, number>();
  readonly #several = new Map<number, string>();

  /** `several`: ask `lettersOf`. */
  kind(codePoint: number): number {
    const known = codePoint < 0x10000 ? this.#known[codePoint] : this.#far.get(codePoint);
    if (known !== undefined && known !== kinds.unknown) return known;
    const kind = farKind(codePoint) ?? this.#work(codePoint);
    if (codePoint < 0x10000) this.#known[codePoint] = kind;
    else if (this.#far.size < mostFar) this.#far.set(codePoint, kind);
    return kind;
  }

  /** The letters of one that stands for several. */
  lettersOf(codePoint: number): string {
    return this.#several.get(codePoint) ?? '';
  }

  #work(codePoint: number): number {
    const character = String.fromCodePoint(codePoint);
    if (codePoint >= 48 && codePoint <= 57) return kinds.digit + place(digits[codePoint - 48] ?? 'o');
    const symbol = symbols[character];
    if (symbol !== undefined) return kinds.symbol + place(symbol);
    if (character === '*') return kinds.star;
    if (blank.test(character)) return kinds.space;
    if (unseen.test(character)) return kinds.ignored;
    const bare = ligatures[character] ?? plain(character);
    if (/^[a-z]$/.test(bare)) return kinds.real + place(bare);
    if (/^[a-z]+$/.test(bare)) {
      this.#several.set(codePoint, bare);
      return kinds.several;
    }
    return letterOrNumber.test(character) ? kinds.other : kinds.separator;
  }
}

/** Whole blocks in which nothing looks like a Latin letter: these need no working out. */
function farKind(codePoint: number): number | null {
  if (codePoint === 0x3000) return kinds.space;
  if (codePoint >= 0x2e80 && codePoint < 0xfb00) return kinds.other;
  if (codePoint >= 0x10000) {
    const isLatin = (codePoint >= 0x1d400 && codePoint < 0x1d800) || (codePoint >= 0x1f100 && codePoint < 0x1f200);
    if (isLatin) return null;
    if (codePoint >= 0xe0000) return kinds.ignored;
    return codePoint >= 0x1f000 && codePoint < 0x20000 ? kinds.separator : kinds.other;
  }
  if ((codePoint >= 0x2190 && codePoint < 0x2460) || (codePoint >= 0x2500 && codePoint < 0x2c60)) return kinds.separator;
  if (codePoint < 0x590 || codePoint >= 0x1d00) return null;
  const character = String.fromCharCode(codePoint);
  if (letterOrNumber.test(character)) return unseen.test(character) ? kinds.ignored : kinds.other;
  if (unseen.test(character)) return kinds.ignored;
  return blank.test(character) ? kinds.space : kinds.separator;
}

/** The letter as it is compared: without case, accents and look-alikes. */
function plain(character: string): string {
  const bare = character.normalize('NFKD');
  // Look-alikes of other scripts are folded; they all come before this.
  const folded = bare.charCodeAt(0) < 0x80 || bare.charCodeAt(0) >= 0x590 ? bare : fold(character).normalize('NFKD');
  return folded.toLowerCase().replace(marks, '');
}

function place(letter: string): number {
  return letter === 'iOrL' ? letters.iOrL : letter.charCodeAt(0) - 97;
}
