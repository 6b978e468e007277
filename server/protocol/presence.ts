import { z } from 'zod';
import { ref, request } from './fields.ts';
import { wire } from './limits.ts';

export const presenceStates = ['online', 'away', 'dnd', 'invisible', 'offline'] as const;
export type PresenceState = (typeof presenceStates)[number];

/** Presence: who is here, and how. */
export const presenceRequests = {
  status: request({
    schema: z.object({
      type: z.literal('status'),
      ref,
      state: z.enum(['online', 'away', 'dnd', 'busy', 'invisible', 'offline']),
      text: z.string().max(wire.state).optional(),
    }),
    example: { type: 'status', state: 'away' },
    errors: ['not_authenticated', 'invalid_field'],
    doc: 'Tells the others how one is: online, away, dnd (busy) or invisible.',
  }),
  users: request({
    schema: z.object({ type: z.literal('users'), ref }),
    example: { type: 'users' },
    errors: [],
    doc: 'Lists who is here.',
  }),
};

/** Somebody came, went or changed state. */
export interface StatusEvent {
  readonly type: 'status';
  readonly user: string;
  readonly state: PresenceState;
  readonly text?: string | undefined;
  /** The state as v1 sessions see it. */
  readonly word: string;
}
