import { fold } from '../../../server/protocol/names.ts';
import type { State } from './state.ts';

/** The server says whom a message mentions; a v1 server does not, there the words are looked at. */
export function mentionsMe(state: State, content: string, mentions: readonly string[] | undefined): boolean {
  if (state.me === null) return false;
  const me = fold(state.me.name);
  if (mentions !== undefined) return mentions.some((name) => fold(name) === me || name === 'all');
  if (state.link.generation === 2) return false;
  const words = content.split(/[\s,;:!?()"«»]+/).map((word) => fold(word.replace(/^@|[.…]+$/g, '')));
  return words.includes(me);
}
