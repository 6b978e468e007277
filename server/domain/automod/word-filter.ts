import { Automaton } from './automaton.ts';
import { kinds, type Letters, letters } from './letters.ts';
import { Spelling, symbolOf } from './spelling.ts';

/** A list as somebody wrote it: `connard*` any ending, `*shit*` anywhere in a word, `fils de pute` these words in a row. */
export interface WordList {
  readonly name: string;
  readonly words: readonly string[];
  /** Harmless words: whatever stands inside one is not found. */
  readonly harmless: readonly string[];
}

/** What was found: the word as it stands in its list. */
export interface FoundWord {
  readonly list: string;
  readonly word: string;
}

interface Pattern extends FoundWord {
  readonly isHarmless: boolean;
  readonly isOpenBefore: boolean;
  readonly isOpenAfter: boolean;
  /** How many words it has. */
  readonly words: number;
  readonly letterCount: number;
  /** Which letters, and how often each in a row. */
  readonly exact: readonly number[];
  readonly runs: readonly number[];
}

/** A word that stands from one unit to another. */
interface Span {
  readonly pattern: Pattern;
  readonly from: number;
  readonly to: number;
}

/** So many harmless words are kept before those that lie far back are forgotten. */
const mostSpared = 64;
/** Longest entry of a list in letters, and the longest for which one letter may be written `*`. */
const longest = 40;
const longestWithStar = 12;
/** The letters, `*`, and one for all that is neither. */
const width = 28;

/**
 * Finds words of lists in texts, also spelled with accents, capitals, look-alikes, signs for letters, letters repeated or set apart.
 * Linear: each character is a step of one automaton, and a word that may end there is checked against its own few letters.
 */
export class WordFilter {
  readonly #automaton: Automaton;
  /** Patterns of the same letters, by the number that the automaton tells. */
  readonly #groups: readonly (readonly Pattern[])[];
  readonly #spelling: Spelling;
  /** Where harmless words stand, as far as it matters still. */
  #spared: Pick<Span, 'from' | 'to'>[] = [];
  #steps = 0;

  /** Throws TypeError with the entry that is no word. */
  constructor(lists: readonly WordList[], letters: Letters) {
    this.#spelling = new Spelling(letters);
    const all = lists.flatMap(({ name, words, harmless }) => [
      ...harmless.flatMap((word) => this.#patternsOf({ list: name, word }, true)),
      ...words.flatMap((word) => this.#patternsOf({ list: name, word }, false)),
    ]);
    const unique = new Map<string, Pattern[]>();
    for (const pattern of all) {
      const key = pattern.exact.map(symbolOf).join();
      const same = unique.get(key);
      if (same === undefined) unique.set(key, [pattern]);
      else same.push(pattern);
    }
    this.#groups = [...unique.values()];
    this.#automaton = new Automaton(
      this.#groups.map(([pattern]) => pattern?.exact.map(symbolOf) ?? []),
      width,
    );
  }

  /** Spellings that it looks for. */
  get size(): number {
    return this.#groups.length;
  }

  /** Characters read and letters compared by the last `find`. */
  get steps(): number {
    return this.#steps;
  }

  /** Meets every kind of character and many words once, so that the first long text does not pay for tables and compilation. */
  warmUp(harmless: string): void {
    let characters = '';
    for (let code = 0x20; code < 0x2e80; code += 1) characters += String.fromCharCode(code);
    for (let round = 0; round < 4; round += 1) this.find(`${characters} ${`${harmless} `.repeat(500)}`);
  }

  /** The first word of a list that stands in the text, or null. */
  find(text: string): FoundWord | null {
    const spelling = this.#spelling;
    spelling.read(text);
    this.#steps = spelling.steps;
    this.#spared = [];
    const found: Span[] = [];
    this.#automaton.scan(spelling.symbol, spelling.length, (group, to) => {
      this.#steps += 1;
      if (this.#isSure(found, to)) return 'stop';
      for (const pattern of this.#groups[group] ?? []) {
        const from = to - pattern.exact.length + 1;
        if (!this.#isPlaced(pattern, from, to) || !this.#isSpelled(pattern, from)) continue;
        if (pattern.isHarmless) this.#spare(pattern, from, to);
        else found.push({ pattern, from, to });
      }
      return 'go on';
    });
    const bad = found.find((one) => !this.#isSpared(one));
    return bad === undefined ? null : { list: bad.pattern.list, word: bad.pattern.word };
  }

  /** Whether the first word found stands for sure: no harmless word that ends here or later can hold it. Forgets those that one holds. */
  #isSure(found: Span[], at: number): boolean {
    for (let first = found[0]; first !== undefined && first.to + longest < at; first = found[0]) {
      if (!this.#isSpared(first)) return true;
      found.shift();
    }
    return false;
  }

  #isSpared({ from, to }: Pick<Span, 'from' | 'to'>): boolean {
    this.#steps += this.#spared.length;
    return this.#spared.some((one) => one.from <= from && one.to >= to);
  }

  /** A harmless word with any ending covers its whole word. What lies too far back to hold anything is forgotten. */
  #spare({ isOpenBefore, isOpenAfter }: Pattern, from: number, to: number): void {
    const { begin, fromWord, toWord, words, length } = this.#spelling;
    const word = toWord[to] ?? 0;
    const last = word + 1 < words ? (begin[word + 1] ?? 0) - 1 : length - 1;
    const spared = { from: isOpenBefore ? (begin[fromWord[from] ?? 0] ?? from) : from, to: isOpenAfter ? Math.max(to, last) : to };
    const former = this.#spared.at(-1);
    if (former !== undefined && former.from <= spared.from && former.to >= spared.to) return;
    if (this.#spared.length >= mostSpared) this.#spared = this.#spared.filter((one) => one.to >= to - 3 * longest);
    this.#spared.push(spared);
  }

  /** Whether these units are its letters, repeated as they may be. */
  #isSpelled({ exact, runs, letterCount }: Pattern, from: number): boolean {
    const { exact: seen, run: seenRun, written } = this.#spelling;
    let real = 0;
    this.#steps += exact.length;
    for (let index = 0; index < exact.length; index += 1) {
      const unit = from + index;
      const letter = seen[unit];
      if (letter !== exact[index] && letter !== letters.iOrL) return false;
      const times = runs[index] ?? 1;
      const repeated = seenRun[unit] ?? 1;
      if (repeated !== times && repeated < 3 && (repeated < times || letterCount < 4)) return false;
      if (written[unit] === kinds.real) real += 1;
      // `a55` is a telephone.
      else if (written[unit] === kinds.digit && letterCount < 4) return false;
    }
    return real > 0;
  }

  /** Whether it stands among the words of the text as it may. */
  #isPlaced({ words, isOpenBefore, isOpenAfter, letterCount }: Pattern, from: number, to: number): boolean {
    const { fromWord, toWord, isFirst, isLast, written, blanks } = this.#spelling;
    const [firstWord = 0, lastWord = 0] = [fromWord[from], toWord[to]];
    const isAtFirst = isFirst[from] === 1;
    const isAtLast = isLast[to] === 1;
    // `2connards42`: figures around a word are not part of it.
    const begins = isAtFirst || isOpenBefore || written[from - 1] === kinds.digit;
    const ends = isAtLast || isOpenAfter || written[to + 1] === kinds.digit;
    const span = lastWord - firstWord + 1;
    if (span === words) return begins && ends;
    if (words > 1 || letterCount < 3 || !isAtFirst) return false;
    const gaps = (blanks[lastWord] ?? 0) - (blanks[firstWord] ?? 0);
    if (gaps === 0) return isAtLast || isOpenAfter;
    // Set apart by blanks, it must look like it: `c o n nard`, but neither `the pen is` nor the notes `F A G`.
    return isAtLast && letterCount > 3 && span >= 3 && to - from + 1 <= span * 2;
  }

  #patternsOf(entry: FoundWord, isHarmless: boolean): Pattern[] {
    const { word } = entry;
    const bare = word.replace(/^\*|\*$/g, '');
    const spelling = this.#spelling;
    if (bare.includes('*')) throw new TypeError(word);
    spelling.read(bare);
    const exact = [...spelling.exact.subarray(0, spelling.length)];
    const runs = [...spelling.run.subarray(0, spelling.length)];
    const letterCount = runs.reduce((sum, run) => sum + run, 0);
    if (letterCount < 2 || letterCount > longest || exact.some((letter) => letter >= 26)) throw new TypeError(word);
    const base: Pattern = {
      ...entry,
      isHarmless,
      isOpenBefore: word.startsWith('*'),
      isOpenAfter: word.endsWith('*'),
      words: spelling.words,
      letterCount,
      exact,
      runs,
    };
    return isHarmless || spelling.words > 1 ? [base] : [base, ...apart(base), ...starred(base)];
  }
}

/** Set apart between two equal letters (`con nard`), these are two units. */
function apart(pattern: Pattern): Pattern[] {
  if (pattern.runs.every((run) => run === 1)) return [];
  const exact = pattern.exact.flatMap((letter, index) => Array<number>(pattern.runs[index] ?? 1).fill(letter));
  return [{ ...pattern, exact, runs: exact.map(() => 1) }];
}

/** One inner letter may be written `*`. */
function starred(pattern: Pattern): Pattern[] {
  const { exact, letterCount } = pattern;
  if (letterCount < 4 || letterCount > longestWithStar) return [];
  return exact.slice(1, -1).map((_, index) => ({ ...pattern, exact: exact.with(index + 1, letters.star) }));
}
