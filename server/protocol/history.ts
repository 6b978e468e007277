import { z } from 'zod';
import { channelName, ref, request } from './fields.ts';
import { wire } from './limits.ts';

const seq = z.int().min(0).optional();
const time = z.iso.datetime({ offset: true }).optional();

/** What was said before: pages of a conversation, and which conversations there are. */
export const historyRequests = {
  history: request({
    schema: z.object({
      type: z.literal('history'),
      ref,
      channel: channelName.optional(),
      with: z.string().max(wire.field).optional(),
      before: seq,
      after: seq,
      around: seq,
      since: time,
      until: time,
      limit: z.int().min(1).max(wire.historyPage).default(50),
    }),
    example: { type: 'history', channel: '#dev', before: 412, limit: 50 },
    errors: ['not_authenticated', 'not_found', 'invalid_field', 'server_busy'],
    doc: 'A page of a channel, or with `with` of a private conversation; the latest without a cursor, always ascending.',
  }),
  conversations: request({
    schema: z.object({ type: z.literal('conversations'), ref }),
    example: { type: 'conversations' },
    errors: ['not_authenticated'],
    doc: 'Lists one’s private conversations, the latest first.',
  }),
};
