import type { Tone } from '../text/style.ts';

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
  readonly isAction?: boolean;
  /** Asked with `/ask`; one that ends with a question mark is a question without it. */
  readonly isQuestion?: boolean;
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
