import { z } from 'zod';
import { ref, request } from './fields.ts';

/** Notifications: what somebody missed. */
export const notificationRequests = {
  notifications: request({
    schema: z.object({ type: z.literal('notifications'), ref, seen: z.int().positive().optional() }),
    example: { type: 'notifications', seen: 17 },
    errors: ['not_authenticated', 'forbidden', 'storage_unavailable'],
    doc: 'Lists the mentions and invitations not seen yet and the conversations not read; `seen` first marks all up to that `id` as seen.',
  }),
};

/** Somebody was mentioned or invited (cap `notifications`). */
export interface NotificationEvent {
  readonly type: 'notification';
  readonly id: number;
  readonly kind: 'mention' | 'invitation';
  readonly channel: string;
  readonly by: string;
  readonly messageId?: number | undefined;
  readonly seq?: number | undefined;
  readonly at: number;
}
