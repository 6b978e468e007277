import { z } from 'zod';
import { ref, request } from './fields.ts';
import { wire } from './limits.ts';

export const presenceStates = ['online', 'away', 'dnd', 'invisible'] as const;
export type PresenceState = (typeof presenceStates)[number];
const typedStates = [...presenceStates, 'busy'] as const;

/** Presence: who is here, and how. */
export const presenceRequests = {
  status: request({
    schema: z.object({
      type: z.literal('status'),
      ref,
      state: z.enum(typedStates),
      text: z.string().max(wire.state).optional(),
      until: z.iso.datetime({ offset: true }).optional(),
    }),
    example: { type: 'status', state: 'dnd', text: 'in an exam' },
    errors: ['not_authenticated', 'muted', 'read_only', 'invalid_field'],
    doc: 'Tells the others how one is, on all one’s v2 sessions: online, away, dnd (or busy) or invisible; with `until` only for a time.',
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
  /** The invisible are told as offline. */
  readonly state: PresenceState | 'offline';
  readonly text?: string | undefined;
  /** The state as v1 sessions see it. */
  readonly word: string;
}
