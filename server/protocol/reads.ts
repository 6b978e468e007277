import { z } from 'zod';
import { channelName, ref, request } from './fields.ts';
import { wire } from './limits.ts';

const other = z.string().max(wire.field);

/** What is told without a word: that somebody writes, and how far somebody has read. */
export const readRequests = {
  typing: request({
    schema: z.object({ type: z.literal('typing'), ref, channel: channelName.optional(), to: other.optional() }),
    example: { type: 'typing', channel: '#dev' },
    errors: ['not_authenticated', 'muted', 'read_only', 'invalid_field'],
    doc: 'Tells the others that one is writing. It has no answer, and counts once in 3 s.',
  }),
  read: request({
    schema: z.object({ type: z.literal('read'), ref, channel: channelName.optional(), with: other.optional(), seq: z.int().min(0) }),
    example: { type: 'read', channel: '#dev', seq: 412 },
    errors: ['not_authenticated', 'forbidden', 'invalid_field', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'Marks a conversation as read up to a `seq`; one’s own other sessions are told. It never goes back.',
  }),
};

/** Somebody is writing (cap `typing`). */
export interface TypingEvent {
  readonly type: 'typing';
  readonly from: string;
  readonly channel?: string;
  readonly to?: string;
}
/** Another session of the same account has read so far. */
export interface ReadEvent {
  readonly type: 'read';
  readonly channel?: string;
  readonly with?: string;
  readonly seq: number;
}
