import type { State } from './state.ts';

/** What was written before and holds the typed letters, the newest first. */
export function recalled({ written }: State, typed: string): string[] {
  const wanted = typed.toLowerCase();
  const found = written.filter((text) => text.toLowerCase().includes(wanted));
  return [...new Set(found.toReversed())].slice(0, 50);
}
