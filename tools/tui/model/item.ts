import type { Tags } from '../../../server/protocol/messages.ts';
import type { Tone } from '../text/style.ts';

/** What a message is beside its words, and the tag that says so on the wire. */
export const meanings = { action: 'me', question: 'ask', hand: 'hand', poll: 'poll' } as const;
export type Meaning = keyof typeof meanings;

/** What the tags of a message say that it is. */
export function meaningOf(tags: Tags | undefined): { readonly meaning?: Meaning } {
  const meaning = (Object.keys(meanings) as Meaning[]).find((one) => tags?.[meanings[one]] === true);
  return meaning === undefined ? {} : { meaning };
}

export interface Reaction {
  readonly emoji: string;
  readonly count: number;
  readonly isMine: boolean;
}

/** A message in a timeline. One's own is `pending` until the server has stored it. */
export interface MessageItem {
  readonly kind: 'message';
  readonly key: number;
  /** Its place: the `seq`, or a count of our own where the server has none (v1). */
  readonly order: number;
  readonly id?: number | undefined;
  readonly from: string;
  readonly content: string;
  readonly at: number;
  readonly status?: 'pending' | 'sent' | 'failed' | undefined;
  readonly error?: string | undefined;
  readonly replyTo?: number | undefined;
  readonly isMention?: boolean;
  readonly isEdited?: boolean;
  readonly isDeleted?: boolean;
  readonly isPinned?: boolean;
  /** A question is asked with `/ask`; one that ends with a question mark is one without it. */
  readonly meaning?: Meaning | undefined;
  readonly reactions?: readonly Reaction[];
}

/** A line of the client itself: somebody came, a command answered, something went wrong. */
export interface NoticeItem {
  readonly kind: 'notice';
  readonly key: number;
  readonly order: number;
  readonly at: number;
  readonly text: string;
  readonly tone: Tone;
  /** Rows that are a picture: drawn whole or not at all, never wrapped. */
  readonly isPicture?: boolean;
}
export type Item = MessageItem | NoticeItem;
