import { fold } from '../../../server/protocol/names.ts';
import { currentOf, type State } from './state.ts';

/** Words of a name that are tried. */
const mostWords = 8;

/**
 * The name at the beginning of the words, then the rest. Names may have blanks in them: the longest that is known counts, so that
 * what is meant for “marie claire” never goes to a “marie”; `"…"` says where a name ends that nobody knows here.
 */
export function nameFirst(state: State, words: string): readonly [name: string, rest: string] {
  const [, quoted, after = ''] = /^@?"([^"]+)"\s*([\s\S]*)$/.exec(words) ?? [];
  if (quoted !== undefined) return [quoted, after];
  const bare = words.replace(/^@/, '');
  for (let count = mostWords; count > 1; count--) {
    const [whole, name = ''] = new RegExp(`^(\\S+(?: +\\S+){${count - 1}})(?:\\s+|$)`).exec(bare) ?? [];
    if (whole !== undefined && isKnown(state, fold(name))) return [name, bare.slice(whole.length)];
  }
  const [, name = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(bare) ?? [];
  return [name, rest];
}

function isKnown(state: State, key: string): boolean {
  return state.people.has(key) || state.conversations.has(`@${key}`) || currentOf(state)?.members?.has(key) === true;
}
