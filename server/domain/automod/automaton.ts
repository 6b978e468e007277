/**
 * Finds all of many words in one pass (Aho and Corasick 1975): each symbol of the input is one step, whatever came before.
 * Words are given, and symbols fed, as numbers below `width`.
 */
export class Automaton {
  readonly #width: number;
  /** Per state and symbol the next state. */
  readonly #next: Int32Array;
  /** Per state the word that ends in it, or -1; and the nearest state by way of shorter endings in which one does, or 0. */
  readonly #word: Int32Array;
  readonly #shorter: Int32Array;
  /** Per state itself when a word ends in it, else the nearest such state, or 0. */
  readonly #ending: Int32Array;

  constructor(words: readonly (readonly number[])[], width: number) {
    const states = 1 + words.reduce((sum, word) => sum + word.length, 0);
    this.#width = width;
    this.#next = new Int32Array(states * width).fill(-1);
    this.#word = new Int32Array(states).fill(-1);
    this.#shorter = new Int32Array(states);
    this.#ending = new Int32Array(states);
    this.#plant(words);
    this.#link();
  }

  /** Tells of each word that ends at a place of the input: which one, and where. Words that end at one place are told longest first. It stops when told to. */
  scan(symbols: Uint8Array, length: number, tell: (word: number, at: number) => 'go on' | 'stop'): void {
    const [next, ending, word, shorter, width] = [this.#next, this.#ending, this.#word, this.#shorter, this.#width];
    let state = 0;
    for (let at = 0; at < length; at += 1) {
      state = next[state * width + (symbols[at] as number)] as number;
      for (let end = ending[state] as number; end !== 0; end = shorter[end] as number) {
        if (tell(word[end] as number, at) === 'stop') return;
      }
    }
  }

  /** Of equal words the first counts. */
  #plant(words: readonly (readonly number[])[]): void {
    let states = 1;
    for (const [index, word] of words.entries()) {
      let state = 0;
      for (const symbol of word) {
        const at = state * this.#width + symbol;
        if ((this.#next[at] ?? -1) < 0) {
          this.#next[at] = states;
          states += 1;
        }
        state = this.#next[at] ?? 0;
      }
      if (this.#word[state] === -1) this.#word[state] = index;
    }
  }

  /** Breadth first: where a word cannot go on, go on from its longest ending that begins another. */
  #link(): void {
    const fallback = new Int32Array(this.#word.length);
    const queue: number[] = [0];
    for (const state of queue) {
      for (let symbol = 0; symbol < this.#width; symbol += 1) {
        const at = state * this.#width + symbol;
        const child = this.#next[at] ?? -1;
        const other = state === 0 ? 0 : (this.#next[(fallback[state] ?? 0) * this.#width + symbol] ?? 0);
        if (child < 0) {
          this.#next[at] = other;
          continue;
        }
        fallback[child] = other;
        this.#shorter[child] = this.#ending[other] ?? 0;
        this.#ending[child] = this.#word[child] === -1 ? (this.#ending[other] ?? 0) : child;
        queue.push(child);
      }
    }
  }
}
