import { z } from 'zod';
import { channelName, messageId, ref, request } from './fields.ts';

/** Pins: the messages of a channel that are to be found at once. */
export const pinRequests = {
  pin: request({
    schema: z.object({ type: z.literal('pin'), ref, id: messageId }),
    example: { type: 'pin', id: 1412 },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'gone', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Pins a message of a channel that one keeps.',
  }),
  unpin: request({
    schema: z.object({ type: z.literal('unpin'), ref, id: messageId }),
    example: { type: 'unpin', id: 1412 },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'Takes a pin away.',
  }),
  pins: request({
    schema: z.object({ type: z.literal('pins'), ref, channel: channelName }),
    example: { type: 'pins', channel: '#dev' },
    errors: ['not_authenticated', 'not_found', 'not_member'],
    doc: 'Lists the pinned messages of a channel, in the order in which they were said.',
  }),
};

/** A message was pinned, or is pinned no more (cap `edits`). */
export interface PinnedEvent {
  readonly type: 'pinned';
  readonly channel: string;
  readonly id: number;
  readonly seq: number;
  readonly isPinned: boolean;
  readonly by: string;
}
