import { kinds, type Letters, letters } from './letters.ts';

const iPlace = 8;
/** Units for which there is always room after the first such text. */
const usualMost = 16_384;

/** `$`, `€` and `£` are letters beside a letter; `@`, `!`, `|` and others only between two. */
const currencies: ReadonlySet<number> = new Set([...'sel'].map((letter) => kinds.symbol + letter.charCodeAt(0) - 97));

/**
 * A text as the word lists see it: letters only, repetitions as one unit with a count, and which word each stands in. Words of one
 * letter that repeat the one before (`c o n n a r d`) are one unit too. One object is filled again for every text.
 */
export class Spelling {
  /** Per unit: which letter (of the 26, or of `letters`), how it is written (`kinds`), how often. */
  exact = new Uint8Array(256);
  /** The same letter to an automaton that takes i and l for one, because `1` may be either. */
  symbol = new Uint8Array(256);
  written = new Uint8Array(256);
  run = new Int32Array(256);
  /** Per unit: the words that it begins and ends in; whether it is the first and the last of its word. */
  fromWord = new Int32Array(256);
  toWord = new Int32Array(256);
  isFirst = new Uint8Array(256);
  isLast = new Uint8Array(256);
  /** Per word: its first unit, and the blanks between words up to it. */
  begin = new Int32Array(256);
  blanks = new Int32Array(256);
  length = 0;
  words = 0;
  /** Characters looked at, for whoever wants to know that it is linear. */
  steps = 0;

  readonly #letters: Letters;
  #isInWord = false;
  #isBlank = false;
  #ownUnits = 0;
  #formerUnits = 0;

  constructor(letters: Letters) {
    this.#letters = letters;
  }

  read(text: string): void {
    this.#reset(text.length);
    let former: number = kinds.space;
    /** Letters since the last separator. */
    let segment = 0;
    let steps = 0;
    const { length } = text;
    for (let index = 0; index < length; index += 1) {
      let codePoint = text.charCodeAt(index);
      if (codePoint >= 0xd800 && codePoint < 0xdc00) {
        codePoint = text.codePointAt(index) ?? codePoint;
        if (codePoint > 0xffff) index += 1;
      }
      steps += 1;
      const kind = this.#letters.kind(codePoint);
      if (kind === kinds.ignored) continue;
      const seen = kind >= kinds.symbol || kind === kinds.star ? this.#inPlace(kind, [former, segment], [text, index + 1]) : kind;
      if (seen >= kinds.real) this.#add(seen & 31, seen & ~31);
      else if (seen === kinds.space || seen === kinds.separator) this.#endWord(seen === kinds.space);
      else this.#addOdd(seen, codePoint);
      segment = seen >= kinds.other && seen !== kinds.star ? segment + 1 : 0;
      former = seen;
    }
    this.#endWord(false);
    this.steps = steps;
  }

  /** Stars and symbols are letters within a word only: `f*ck` and `$alope`, not `connard!`. */
  #inPlace(kind: number, [former, segment]: readonly [number, number], [text, after]: readonly [string, number]): number {
    const next = this.#kindAt(text, after);
    const isAfterLetter = isLetter(former);
    if (kind === kinds.star) {
      // Between single letters (`f*u*c*k`) it parts them.
      const isParting = segment === 1 && this.#kindAt(text, after + 1) < kinds.real;
      return isAfterLetter && next >= kinds.real && !isParting ? kinds.star : kinds.separator;
    }
    const isWord = currencies.has(kind)
      ? (former & ~31) === kinds.real || (next & ~31) === kinds.real || former === kind
      : isAfterLetter && isLetter(next);
    return isWord ? kind : kinds.separator;
  }

  #addOdd(kind: number, codePoint: number): void {
    if (kind === kinds.star) this.#add(letters.star, kinds.star);
    else if (kind === kinds.other) this.#add(letters.other, kinds.real);
    else for (const one of this.#letters.lettersOf(codePoint)) this.#add(one.charCodeAt(0) - 97, kinds.real);
  }

  #kindAt(text: string, index: number): number {
    return index < text.length ? this.#letters.kind(text.codePointAt(index) ?? 0) : kinds.space;
  }

  #add(exact: number, written: number): void {
    const last = this.length - 1;
    if (!this.#isInWord) this.#beginWord();
    else if (this.exact[last] === exact) {
      this.run[last] = (this.run[last] ?? 0) + 1;
      return;
    }
    const unit = this.length;
    // Ligatures are the only characters that give more than one unit.
    if (unit >= this.exact.length) this.#resize(unit * 2);
    this.exact[unit] = exact;
    this.symbol[unit] = symbolOf(exact);
    this.written[unit] = written;
    this.run[unit] = 1;
    this.fromWord[unit] = this.words;
    this.toWord[unit] = this.words;
    this.isFirst[unit] = this.#ownUnits === 0 ? 1 : 0;
    this.isLast[unit] = 0;
    this.#ownUnits += 1;
    this.length += 1;
  }

  #beginWord(): void {
    this.#isInWord = true;
    this.begin[this.words] = this.length;
    this.#ownUnits = 0;
    this.blanks[this.words] = (this.words === 0 ? 0 : (this.blanks[this.words - 1] ?? 0)) + (this.#isBlank && this.words > 0 ? 1 : 0);
    this.#isBlank = false;
  }

  #endWord(isBlank: boolean): void {
    if (!this.#isInWord) {
      this.#isBlank ||= isBlank;
      return;
    }
    this.#isInWord = false;
    this.#isBlank = isBlank;
    const last = this.length - 1;
    this.isLast[last] = 1;
    if (this.#ownUnits === 1 && this.#formerUnits === 1 && this.exact[last] === this.exact[last - 1]) {
      this.run[last - 1] = (this.run[last - 1] ?? 0) + (this.run[last] ?? 0);
      this.toWord[last - 1] = this.words;
      this.length -= 1;
    }
    this.#formerUnits = this.#ownUnits;
    this.words += 1;
  }

  #reset(length: number): void {
    this.length = 0;
    this.words = 0;
    // What grew for a giant is given back.
    const room = Math.max(256, length);
    if (room > this.exact.length || (this.exact.length > usualMost && room <= usualMost)) this.#resize(room);
    this.steps = 0;
    this.#isInWord = false;
    this.#isBlank = false;
    this.#formerUnits = 0;
  }

  /** Keeps what has been read. */
  #resize(room: number): void {
    const bytes = (old: Uint8Array) => {
      const fresh = new Uint8Array(room);
      fresh.set(old.subarray(0, this.length));
      return fresh;
    };
    const numbers = (old: Int32Array) => {
      const fresh = new Int32Array(room);
      fresh.set(old.subarray(0, this.length));
      return fresh;
    };
    this.exact = bytes(this.exact);
    this.symbol = bytes(this.symbol);
    this.written = bytes(this.written);
    this.isFirst = bytes(this.isFirst);
    this.isLast = bytes(this.isLast);
    this.run = numbers(this.run);
    this.fromWord = numbers(this.fromWord);
    this.toWord = numbers(this.toWord);
    this.begin = numbers(this.begin);
    this.blanks = numbers(this.blanks);
  }
}

/** i and l are one letter to the automaton; which it was is looked at afterwards. */
export function symbolOf(exact: number): number {
  return exact === iPlace + 3 || exact === letters.iOrL ? iPlace : exact;
}

function isLetter(kind: number): boolean {
  return kind >= kinds.other && kind !== kinds.star;
}
