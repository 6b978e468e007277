import { z } from 'zod';
import type { MessagePlace } from './edits.ts';
import { messageId, ref, request } from './fields.ts';
import { wire } from './limits.ts';

/** Reactions: one of each emoji per person and message. */
export const reactionRequests = {
  react: request({
    schema: z.object({
      type: z.literal('react'),
      ref,
      id: messageId,
      emoji: z.string().min(1).max(wire.emoji),
      op: z.enum(['add', 'remove']).default('add'),
    }),
    example: { type: 'react', id: 1412, emoji: '👍', op: 'add' },
    errors: [
      'not_authenticated',
      'invalid_field',
      'muted',
      'banned',
      'not_found',
      'not_member',
      'read_only',
      'gone',
      'quota_exceeded',
      'storage_unavailable',
    ],
    doc: 'Puts an emoji, or a configured `:shortcode:`, to a message, or takes it away again.',
  }),
};

/** Somebody reacted to a message (cap `reactions`); `count` is how many people have that emoji on it now. */
export interface ReactionEvent {
  readonly type: 'reaction';
  readonly place: MessagePlace;
  readonly by: string;
  readonly emoji: string;
  readonly op: 'add' | 'remove';
  readonly count: number;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const flagOrKeycap = /^(?:\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)$/u;
/** Every repetition begins with a joiner, so that no text makes it try twice. */
const picture =
  /^\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]{0,2}(?:\u200D\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]{0,2})*(?:[\u{E0020}-\u{E007E}]{1,8}\u{E007F})?$/u;
const drawnAsText = /^(?!\p{Emoji_Presentation})\p{Extended_Pictographic}$/u;

/** The emoji, when the text is exactly one; null: it is none. `❤` and `❤️` are one. */
export function oneEmoji(text: string): string | null {
  const [first, second] = graphemes.segment(text);
  if (first === undefined || second !== undefined) return null;
  if (!picture.test(text) && !flagOrKeycap.test(text)) return null;
  return drawnAsText.test(text) ? `${text}\uFE0F` : text;
}
