import { z } from 'zod';
import { channelName, ref, request, typedName } from './fields.ts';
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
    errors: ['not_authenticated', 'not_found', 'not_member', 'invalid_field', 'server_busy'],
    doc: 'A page of a channel, or with `with` of a private conversation; the latest without a cursor, always ascending.',
  }),
  search: request({
    schema: z.object({
      type: z.literal('search'),
      ref,
      query: z.string().min(1).max(wire.field),
      channel: channelName.optional(),
      from: typedName.optional(),
      since: time,
      until: time,
      limit: z.int().min(1).max(wire.searchPage).default(20),
    }),
    example: { type: 'search', query: 'ss "listening ports"', channel: '#dev', limit: 20 },
    errors: ['not_authenticated', 'invalid_field', 'not_found', 'not_member', 'server_busy'],
    doc: 'Finds the messages that hold every word, or the phrase in quotes, in all that one may read; the best match first, accents and case ignored.',
  }),
  conversations: request({
    schema: z.object({ type: z.literal('conversations'), ref }),
    example: { type: 'conversations' },
    errors: ['not_authenticated'],
    doc: 'Lists one’s private conversations, the latest first.',
  }),
};
