import { z } from 'zod';
import { channelName, messageId, ref, request, typedName } from './fields.ts';
import { wire } from './limits.ts';
import type { TextKey, TextParams } from './texts.ts';

export const sanctionKinds = ['warn', 'mute', 'kick', 'ban'] as const;
export type SanctionKind = (typeof sanctionKinds)[number];
/** From open to staff only (docs/protocol.md). */
export const levels = [5, 4, 3, 2, 1] as const;
export type Level = (typeof levels)[number];

const reason = z.string().min(1).max(wire.field);
const sanctionFields = {
  ref,
  username: typedName,
  reason,
  duration_s: z.int().min(1).max(wire.durationS).optional(),
  channel: channelName.optional(),
};
const sanctionErrors = ['not_authenticated', 'forbidden', 'not_found', 'invalid_field', 'storage_unavailable'] as const;

/** Moderation: sanctions and their ledger, reports, personal blocks, the emergency level. */
export const moderationRequests = {
  warn: request({
    schema: z.object({ type: z.literal('warn'), ...sanctionFields }),
    example: { type: 'warn', username: 'bob', reason: 'Please let others speak.' },
    errors: sanctionErrors,
    doc: 'Warns somebody; it stands in the ledger and changes nothing else.',
  }),
  mute: request({
    schema: z.object({ type: z.literal('mute'), ...sanctionFields }),
    example: { type: 'mute', username: 'bob', reason: 'flood', duration_s: 600, channel: '#dev' },
    errors: sanctionErrors,
    doc: 'Takes somebody the word, in a channel or everywhere, for a time or until it is lifted.',
  }),
  kick: request({
    schema: z.object({ type: z.literal('kick'), ...sanctionFields }),
    example: { type: 'kick', username: 'bob', reason: 'That is enough.', channel: '#dev' },
    errors: [...sanctionErrors, 'not_member'],
    doc: 'Sends somebody out of a channel, or off the server; with `duration_s` there is no way back in for so long.',
  }),
  ban: request({
    schema: z.object({
      type: z.literal('ban'),
      ...sanctionFields,
      username: typedName.optional(),
      address: z.string().min(1).max(wire.address).optional(),
    }),
    example: { type: 'ban', username: 'bob', reason: 'insults', duration_s: 86_400 },
    errors: sanctionErrors,
    doc: 'Keeps somebody, a network (`address`, as `192.0.2.0/24`), or both out of a channel or off the server.',
  }),
  lift: request({
    schema: z.object({
      type: z.literal('lift'),
      ref,
      id: z.int().positive().optional(),
      username: typedName.optional(),
      kind: z.enum(['mute', 'ban', 'kick']).optional(),
      channel: channelName.optional(),
    }),
    example: { type: 'lift', username: 'bob', kind: 'mute' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'invalid_field', 'storage_unavailable'],
    doc: 'Ends a sanction by its `id`, or those of a `username` and `kind`; nobody ends one’s own.',
  }),
  sanctions: request({
    schema: z.object({ type: z.literal('sanctions'), ref, username: typedName.optional(), active: z.boolean().optional() }),
    example: { type: 'sanctions', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'storage_unavailable'],
    doc: 'The whole ledger of a person, by default one’s own; with `active` everything that holds now, for staff.',
  }),
  reputation: request({
    schema: z.object({ type: z.literal('reputation'), ref, username: typedName.optional() }),
    example: { type: 'reputation', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'storage_unavailable'],
    doc: 'What the ledger makes of a person, by default of oneself: 100 less what each sanction still weighs, line by line.',
  }),
  report: request({
    schema: z.object({ type: z.literal('report'), ref, id: messageId, reason }),
    example: { type: 'report', id: 1412, reason: 'insults' },
    errors: ['not_authenticated', 'not_found', 'not_member', 'invalid_field', 'conflict', 'gone', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Holds a message that one can read before the moderators, a private one too.',
  }),
  reports: request({
    schema: z.object({ type: z.literal('reports'), ref, resolve: z.int().positive().optional() }),
    example: { type: 'reports' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'storage_unavailable'],
    doc: 'Lists the open reports with what was said; `resolve` first closes one by its number.',
  }),
  block: request({
    schema: z.object({ type: z.literal('block'), ref, username: typedName.optional() }),
    example: { type: 'block', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'invalid_field', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Takes no private messages, no typing and no mentions from somebody any more; answers with everybody whom one blocks.',
  }),
  unblock: request({
    schema: z.object({ type: z.literal('unblock'), ref, username: typedName }),
    example: { type: 'unblock', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'storage_unavailable'],
    doc: 'Takes somebody’s messages again.',
  }),
  level: request({
    schema: z.object({
      type: z.literal('level'),
      ref,
      level: z.literal(levels).optional(),
      reason: reason.optional(),
    }),
    example: { type: 'level', level: 3, reason: 'flood of guests' },
    errors: ['not_authenticated', 'forbidden', 'invalid_field', 'storage_unavailable'],
    doc: 'Sets the emergency level of the whole server, 5 (open) to 1 (staff only); without one it tells the present level.',
  }),
};

/** The words of the server itself to somebody: v1 sessions only, v2 has events. */
export interface NoticeEvent {
  readonly type: 'notice';
  readonly text: TextKey;
  readonly params: TextParams;
}
/** A sanction on oneself was ended by somebody (cap `notifications`). */
export interface LiftedEvent {
  readonly type: 'lifted';
  readonly id: number;
  readonly sanction: SanctionKind;
  readonly channel?: string | undefined;
  readonly by: string;
}
/** The emergency level changed (cap `notifications`). */
export interface LevelEvent {
  readonly type: 'level';
  readonly level: Level;
  readonly by: string;
  readonly reason?: string | undefined;
}
/** Told to the staff: a message was reported (cap `notifications`). */
export interface ReportedEvent {
  readonly type: 'reported';
  readonly report: number;
  readonly id: number;
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}
