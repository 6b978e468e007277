import { z } from 'zod';
import { channelName, ref, request } from './fields.ts';

/** Channels: where people talk. */
export const channelRequests = {
  join: request({
    schema: z.object({ type: z.literal('join'), ref, channel: channelName }),
    example: { type: 'join', channel: '#dev' },
    errors: ['not_authenticated', 'invalid_field', 'forbidden', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Enters a channel; a public one that does not exist is made.',
  }),
  leave: request({
    schema: z.object({ type: z.literal('leave'), ref, channel: channelName }),
    example: { type: 'leave', channel: '#dev' },
    errors: ['not_authenticated', 'not_found', 'not_member'],
    doc: 'Leaves a channel.',
  }),
};

/** A session entered or left a channel: changes routing, and is told to those who opted in. */
export interface MembershipEvent {
  readonly type: 'joined' | 'left';
  readonly channelId: number;
  readonly channel: string;
  readonly username: string;
}
