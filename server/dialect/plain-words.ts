import type { Result } from '../protocol/result.ts';
import type { Talk } from './plain-talk.ts';

/** What a typed command comes to: a request, and how its answer is shown (null: not at all); or rows at once. */
export type Asked =
  | { readonly request: Readonly<Record<string, unknown>>; readonly show: ((results: readonly Result[]) => string[]) | null }
  | { readonly rows: readonly string[] };

/** Reads what follows a command; null: not like that. */
export type Reading = (rest: string, talk: Talk) => Asked | null;

const word = /^(?:"([^"]+)"|(\S+))\s*/u;

/** The first word, or what stands in quotes, and the rest. */
export function split(text: string): [first: string, rest: string] {
  const found = word.exec(text);
  return found === null ? ['', ''] : [found[1] ?? found[2] ?? '', text.slice(found[0].length)];
}

/** A request, and how its answer is shown. */
export function ask(request: Readonly<Record<string, unknown>>, show: ((results: readonly Result[]) => string[]) | null): Asked {
  return { request, show };
}

/** The number that a word is; null: none. */
export function numberOf(text: string): number | null {
  return /^\d{1,15}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}
