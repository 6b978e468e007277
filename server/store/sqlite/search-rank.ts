/** A message that was found: enough to rank it. */
export type Found = readonly [id: number, content: string];

/** The usual constants of BM25: how soon repetition stops to count, how much a long text counts less. */
const saturation = 1.2;
const lengthShare = 0.75;
/** A word that only begins with what was asked counts so much of a whole one. */
const beginning = 0.4;

/**
 * The best `limit` of what was found, by BM25 over the found texts alone (all hold every term, so rarity would add little; FTS5's own
 * `bm25` first counts each term in the whole index, hundreds of milliseconds for a common word). Equals: the newest first.
 */
export function bestOf(found: readonly Found[], terms: readonly string[], limit: number): number[] {
  const wanted = terms.map(folded);
  const average = found.reduce((sum, [, content]) => sum + content.length, 0) / Math.max(1, found.length);
  const scored = found.map(([id, content]) => {
    const text = folded(content);
    const damping = saturation * (1 - lengthShare + (lengthShare * text.length) / Math.max(1, average));
    let score = 0;
    for (const term of wanted) {
      const weight = weightIn(text, term);
      score += weight / (weight + damping);
    }
    return { id, score };
  });
  scored.sort((a, b) => b.score - a.score || b.id - a.id);
  return scored.slice(0, limit).map(({ id }) => id);
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

function folded(text: string): string {
  const lower = text.toLowerCase();
  return ascii.test(lower) ? lower : lower.normalize('NFD').replace(marks, '');
}
