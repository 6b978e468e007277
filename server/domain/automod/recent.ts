import { mostRemembered } from './rules.ts';

/** One thing that somebody said: when, and what, as a number that differs for different texts. */
export interface Deed {
  readonly at: number;
  readonly print: number;
}

/** What is remembered of an author. From `floodFrom` and `repetitionFrom` on it counts: who was found starts anew. */
export interface Recent {
  readonly deeds: readonly Deed[];
  readonly floodFrom: number;
  readonly repetitionFrom: number;
}

export const nothingRecent: Recent = { deeds: [], floodFrom: 0, repetitionFrom: 0 };

/** The same with one more deed; the oldest is forgotten. */
export function withDeed(recent: Recent, deed: Deed): Recent {
  const kept = recent.deeds.length >= mostRemembered ? recent.deeds.slice(1 - mostRemembered) : recent.deeds;
  return { ...recent, deeds: [...kept, deed] };
}

/** Deeds since `from`, at most `ms` away from `now`: a clock that was put back makes nobody guilty. */
export function countWithin(deeds: readonly Deed[], { now, ms, from }: { now: number; ms: number; from: number }, print?: number): number {
  let count = 0;
  for (const deed of deeds) {
    if (deed.at >= from && Math.abs(now - deed.at) <= ms && (print === undefined || deed.print === print)) count += 1;
  }
  return count;
}

/** A number for a text: the same whatever its case and blanks (FNV-1a over its characters). */
export function printOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    let code = text.charCodeAt(index);
    if (code <= 32) continue;
    if (code >= 65 && code <= 90) code += 32;
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  return hash >>> 0;
}
