/** Messages that were found: enough to rank them. Their texts are folded, each at the place of its id. */
export interface Found {
  readonly ids: readonly number[];
  readonly texts: readonly string[];
}

/** No text that is stored has this character (protocol/clean.ts). */
export const textSeparator = '\u001f';

/** Ids and texts as SQLite joins them, at half the price of ten thousand rows; null: none. */
export function foundOf(ids: string | null, texts: string | null): Found {
  if (ids === null || texts === null) return { ids: [], texts: [] };
  const lower = texts.toLowerCase();
  const cut = lower.split(textSeparator);
  return { ids: ids.split(' ').map(Number), texts: ascii.test(lower) ? cut : cut.map(withoutMarks) };
}

/** The usual constants of BM25: how soon repetition stops to count, how much a long text counts less. */
const saturation = 1.2;
const lengthShare = 0.75;
/** A word that only begins with what was asked counts so much of a whole one. */
const beginning = 0.4;

/**
 * The best `limit` of what was found, by BM25 over the found texts alone (all hold every term, so rarity would add little; FTS5's own
 * `bm25` first counts each term in the whole index, hundreds of milliseconds for a common word). Equals: the newest first.
 */
export function bestOf({ ids, texts }: Found, terms: readonly string[], limit: number): number[] {
  const wanted = terms.map((term) => withoutMarks(term.toLowerCase()));
  const average = texts.reduce((sum, text) => sum + text.length, 0) / Math.max(1, texts.length);
  const best: Scored[] = [];
  for (const [at, text] of texts.entries()) {
    const damping = saturation * (1 - lengthShare + (lengthShare * text.length) / Math.max(1, average));
    let score = 0;
    for (const term of wanted) {
      const weight = weightIn(text, term);
      score += weight / (weight + damping);
    }
    keepBest(best, { id: ids[at] ?? 0, score }, limit);
  }
  return best.map(({ id }) => id);
}

interface Scored {
  readonly id: number;
  readonly score: number;
}

/** Puts one to its place among the best, if it has one. */
function keepBest(best: Scored[], one: Scored, limit: number): void {
  const isBehind = (other: Scored | undefined) =>
    other !== undefined && (other.score > one.score || (other.score === one.score && other.id > one.id));
  if (best.length >= limit && isBehind(best.at(-1))) return;
  let at = best.length;
  while (at > 0 && !isBehind(best[at - 1])) at -= 1;
  best.splice(at, 0, one);
  if (best.length > limit) best.pop();
}

/** How often a term is there. At least its beginning is, or it would not have been found: perhaps with other signs between its words. */
function weightIn(text: string, term: string): number {
  let weight = 0;
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
    if (at > 0 && wordCharacter.test(text.charAt(at - 1))) continue;
    const next = text.charAt(at + term.length);
    weight += next === '' || !wordCharacter.test(next) ? 1 : beginning;
  }
  return weight || beginning;
}

const wordCharacter = /[a-z0-9]/;
const ascii = /^[\u0000-\u007f]*$/;
const marks = /\p{M}+/gu;

function withoutMarks(text: string): string {
  return ascii.test(text) ? text : text.normalize('NFD').replace(marks, '');
}
