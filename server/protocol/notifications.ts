import { z } from 'zod';
import { ref, request } from './fields.ts';
import type { SanctionKind } from './moderation.ts';

/** Notifications: what somebody missed. */
export const notificationRequests = {
  notifications: request({
    schema: z.object({ type: z.literal('notifications'), ref, seen: z.int().positive().optional() }),
    example: { type: 'notifications', seen: 17 },
    errors: ['not_authenticated', 'forbidden', 'storage_unavailable'],
    doc: 'Lists the mentions, invitations and sanctions not seen yet and the conversations not read; `seen` first marks all up to that `id` as seen.',
  }),
};

/** Somebody was mentioned, invited or sanctioned (cap `notifications`). */
export interface NotificationEvent {
  readonly type: 'notification';
  readonly id: number;
  readonly kind: 'mention' | 'invitation' | 'sanction';
  /** A sanction on the whole server has none. */
  readonly channel?: string | undefined;
  readonly sanction?:
    | { readonly id: number; readonly kind: SanctionKind; readonly reason: string; readonly until: number | null }
    | undefined;
  readonly by: string;
  readonly messageId?: number | undefined;
  readonly seq?: number | undefined;
  readonly at: number;
}
