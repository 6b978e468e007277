/**
 * Text as the search index sees it, the same for messages and for queries. The tokenizer folds case and accents; it knows neither
 * words without spaces nor ligatures: each character of Chinese, Japanese and Korean becomes a token of its own (and is asked for as
 * a phrase), `œ` is `oe`.
 */
export function searchable(text: string): string {
  if (ascii.test(text)) return text;
  return text
    .normalize('NFKC')
    .replace(ligature, (letter) => ligatures[letter] ?? letter)
    .replace(unspaced, ' $& ');
}

const ascii = /^[\u0000-\u007f]*$/;
const ligatures: Readonly<Record<string, string>> = { œ: 'oe', Œ: 'oe', æ: 'ae', Æ: 'ae', ß: 'ss', ẞ: 'ss' };
const ligature = /[œŒæÆßẞ]/g;
const unspaced = /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}]/gu;

/** Words of a query beyond these are not looked at: each costs a walk through the index. */
const mostTerms = 16;
/** Shorter beginnings of words would match a good part of everything. */
const leastPrefix = 3;

/**
 * What somebody typed, as terms that must all be there: words, and `"words in quotes"` as a phrase. Nothing of it is ever read as
 * query syntax: only letters, digits and marks are left. Empty: there is nothing to look for.
 */
export function termsOf(query: string): string[] {
  const parts = query.match(/"[^"]*"?|[^\s"]+/g) ?? [];
  const terms = parts.map((part) => searchable(part).replace(notWord, ' ').trim().replace(/ +/g, ' '));
  return terms.filter((term) => /[\p{L}\p{N}]/u.test(term)).slice(0, mostTerms);
}

const notWord = /[^\p{L}\p{N}\p{M}]+/gu;

/** The terms as an expression of FTS5, narrowed to `scope` tokens. With `isPrefix` the last word may go on. */
export function matchOf(terms: readonly string[], scope: readonly string[], isPrefix: boolean): string {
  const phrases = terms.map((term) => `"${term}"`).join(' ');
  const narrowed = scope.map((token) => `scope : "${token}" AND `).join('');
  return `${narrowed}content : (${phrases}${isPrefix ? '*' : ''})`;
}

/** Whether the last word of a query may be the beginning of a longer one. */
export function isPrefixable(terms: readonly string[]): boolean {
  const last = terms.at(-1)?.split(' ').at(-1) ?? '';
  return [...last].length >= leastPrefix;
}
