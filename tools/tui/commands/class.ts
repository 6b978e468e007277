import { hand } from '../model/hands.ts';
import { poll, vote } from '../model/polls.ts';
import { saying } from '../model/saying.ts';
import { currentOf, isKeeper } from '../model/state.ts';
import { hinted, step } from '../model/step.ts';
import { say } from '../texts.ts';
import { type CommandRow, row, v2 } from './row.ts';

/** Commands for many in one room: they are made of messages and reactions, so that everybody sees them, whatever they run. */
export const classCommands = {
  hand: v2(
    row(
      '[down|next|list]',
      ['raise one’s hand, lower it, call the next one, see who waits', 'lever la main, la baisser, appeler le suivant, voir qui attend'],
      hand,
    ),
  ),
  poll: v2(
    row('question [| answer | answer]', ['ask everybody; without answers yes or no', 'demander à tous ; sans réponses, oui ou non'], poll),
  ),
  vote: v2(
    row(
      '[number] [id]',
      [
        'vote in the last poll, or in the one of that id; without a number, how it stands',
        'voter au dernier sondage, ou à celui de cet id ; sans numéro, son état',
      ],
      vote,
    ),
  ),
  announce: row('text', ['tell everybody in this channel (who keeps it)', 'annoncer à tout le canal (qui le tient)'], (state, rest) =>
    isKeeper(state)
      ? saying(state, currentOf(state)?.name ?? '#general', { content: `@all ${rest}` })
      : step(hinted(state, say(state.settings.lang, 'not-keeper'))),
  ),
} as const satisfies Record<string, CommandRow>;
