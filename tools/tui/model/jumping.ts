import { fold } from '../../../server/protocol/names.ts';
import { type Conversation, listed, type State } from './state.ts';

/** A place that one can go to: a conversation, or a person with whom there is none yet. */
export type Choice = Pick<Conversation, 'name' | 'unread'>;

/** Where a few letters may lead, the best first: they must all be there in their order. */
export function choices(state: State, typed: string): Choice[] {
  const open = listed(state);
  const known = new Set(open.map(({ key }) => key));
  const people = [...state.people.values()].filter(({ name }) => !known.has(`@${fold(name)}`)).map(({ name }) => ({ name, unread: 0 }));
  const wanted = fold(typed).replace(/^[#@]/, '');
  return [...open, ...people]
    .map((choice, order) => ({ choice, order, score: score(fold(choice.name).replace(/^#/, ''), wanted) }))
    .filter(({ score: worth }) => worth !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.order - b.order)
    .map(({ choice }) => choice)
    .slice(0, 50);
}

/** The higher the nearer; null: the letters are not in it. */
function score(name: string, wanted: string): number | null {
  if (wanted === '') return 0;
  if (name.startsWith(wanted)) return 1000 - name.length;
  const at = name.indexOf(wanted);
  if (at >= 0) return 500 - at;
  let from = 0;
  for (const letter of wanted) {
    const found = name.indexOf(letter, from);
    if (found < 0) return null;
    from = found + 1;
  }
  return -from;
}
