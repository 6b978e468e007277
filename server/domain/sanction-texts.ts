import { ChatError } from '../protocol/errors.ts';
import type { TextKey, TextParams } from '../protocol/texts.ts';
import type { Sanction } from '../store/store.ts';
import { type Hold, holdOf } from './active-sanctions.ts';

/** What a person is told, to be said in the person's language. */
export interface Wording {
  readonly text: TextKey;
  readonly params: TextParams;
}

/** How somebody is told of a sanction when it is imposed. `by` is whoever imposed it. */
export function imposedWording(sanction: Sanction, by: string): Wording {
  const { kind, channel, reason } = sanction;
  const hold = holdOf(sanction);
  if (hold !== null) return heldWording(sanction, hold);
  const word = kind === 'warn' ? 'warned' : 'kicked';
  return { text: channel === null ? word : `${word}_in`, params: { by, reason, channel: channel ?? '' } };
}

/** How somebody is told that it was lifted. */
export function liftedWording(sanction: Sanction, by: string): Wording {
  const word = holdOf(sanction) === 'mute' ? 'lifted_mute' : 'lifted_ban';
  return { text: sanction.channel === null ? word : `${word}_in`, params: { by, channel: sanction.channel ?? '' } };
}

/** The refusal that somebody meets who is held back. */
export function heldError(sanction: Sanction, hold: Hold): ChatError {
  return new ChatError(hold === 'mute' ? 'muted' : 'banned', heldWording(sanction, hold));
}

function heldWording({ channel, reason, until }: Sanction, hold: Hold): Wording {
  const word = hold === 'mute' ? 'muted' : 'banned';
  const place = channel === null ? '' : '_in';
  const text: TextKey = until === null ? `${word}${place}_open` : `${word}${place}_until`;
  return { text, params: { reason, channel: channel ?? '', until: until === null ? '' : localMinute(until) } };
}

/** A time as people in the room read it: the server's own, to the minute; the ledger has it exactly. */
function localMinute(at: number): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
