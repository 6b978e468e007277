import { z } from 'zod';
import { sessionId, tokenId } from './credentials.ts';
import { channelName, oneForm, ref, request, typedName } from './fields.ts';
import { wire } from './limits.ts';

export const visibilities = ['public', 'private'] as const;
export const notifyLevels = ['all', 'mentions', 'none'] as const;
const topic = z.string().max(wire.topic);

/** Channels: where people talk. */
export const channelRequests = {
  channels: request({
    schema: z.object({ type: z.literal('channels'), ref }),
    example: { type: 'channels' },
    errors: ['not_authenticated'],
    doc: 'Lists the channels that one may see, with unread and mention counts.',
  }),
  join: request({
    schema: z.object({ type: z.literal('join'), ref, channel: channelName, code: z.string().max(wire.joinCode).optional() }),
    example: { type: 'join', channel: '#dev' },
    errors: [
      'not_authenticated',
      'invalid_field',
      'forbidden',
      'muted',
      'banned',
      'not_found',
      'gone',
      'quota_exceeded',
      'storage_unavailable',
    ],
    doc: 'Enters a channel; a public one that does not exist is made. With the `code` of a class, an account enters its private ones.',
  }),
  leave: request({
    schema: z.object({ type: z.literal('leave'), ref, channel: channelName }),
    example: { type: 'leave', channel: '#dev' },
    errors: ['not_authenticated', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'Leaves a channel.',
  }),
  members: request({
    schema: z.object({ type: z.literal('members'), ref, channel: channelName }),
    example: { type: 'members', channel: '#dev' },
    errors: ['not_authenticated', 'not_found'],
    doc: 'Lists the members of a channel, with their roles in it and how they are.',
  }),
  create: request({
    schema: z.object({
      type: z.literal('create'),
      ref,
      channel: channelName,
      visibility: z.enum(visibilities).default('public'),
      topic: topic.default(''),
    }),
    example: { type: 'create', channel: '#dev', visibility: 'private', topic: 'How things are made' },
    errors: ['not_authenticated', 'forbidden', 'muted', 'invalid_field', 'already_exists', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Makes a channel; its maker owns it and is in it.',
  }),
  update: request({
    schema: z.object({
      type: z.literal('update'),
      ref,
      channel: channelName,
      topic: topic.optional(),
      read_only: z.boolean().optional(),
      slow_mode_s: z.int().min(0).max(86_400).optional(),
      archived: z.boolean().optional(),
      retention_days: z.int().min(0).max(36_500).optional(),
    }),
    example: { type: 'update', channel: '#dev', topic: 'Exercise 4', slow_mode_s: 10 },
    errors: ['not_authenticated', 'forbidden', 'muted', 'read_only', 'not_found', 'invalid_field', 'storage_unavailable'],
    doc: 'Changes the settings of a channel.',
  }),
  invite: request({
    schema: z.object({ type: z.literal('invite'), ref, channel: channelName, username: typedName }),
    example: { type: 'invite', channel: '#dev', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'muted', 'read_only', 'not_found', 'conflict', 'storage_unavailable'],
    doc: 'Lets somebody into a private channel.',
  }),
  grant: request({
    schema: z.object({ type: z.literal('grant'), ref, channel: channelName, username: typedName, role: z.enum(['owner', 'moderator']) }),
    example: { type: 'grant', channel: '#dev', username: 'bob', role: 'moderator' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'Gives a member a role in a channel.',
  }),
  revoke: request({
    schema: z
      .object({
        type: z.literal('revoke'),
        ref,
        channel: channelName.optional(),
        username: typedName.optional(),
        session: sessionId.optional(),
        token: tokenId.optional(),
      })
      .superRefine(oneForm([['channel', 'username'], ['session'], ['token']])),
    example: { type: 'revoke', channel: '#dev', username: 'bob' },
    errors: ['not_authenticated', 'forbidden', 'not_found', 'not_member', 'conflict', 'storage_unavailable'],
    doc: 'Takes back: somebody’s role in a channel, which keeps at least one owner; one’s own `session`; one’s own bearer `token`.',
  }),
  notify: request({
    schema: z.object({ type: z.literal('notify'), ref, channel: channelName, level: z.enum(notifyLevels) }),
    example: { type: 'notify', channel: '#dev', level: 'mentions' },
    errors: ['not_authenticated', 'not_found', 'not_member', 'storage_unavailable'],
    doc: 'Chooses what of a channel is told as a notification.',
  }),
};

/** A session entered or left a channel: changes routing. Told to the members as `MemberEvent`. */
export interface MembershipEvent {
  readonly type: 'joined' | 'left';
  readonly channelId: number;
  readonly channel: string;
  readonly username: string;
  /** The session was sent the channel up to this `seq` already (after a resume). */
  readonly heardUpTo?: number;
}

/** Lines that a session was not sent; `history` fills them. */
export interface GapEvent {
  readonly type: 'gap';
  readonly channel: string;
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** Somebody became or ceased to be a member, or a channel changed (cap `members`). */
export interface MemberEvent {
  readonly type: 'member';
  readonly what: 'joined' | 'left';
  readonly channel: string;
  readonly username: string;
}
export interface ChannelEvent {
  readonly type: 'channel';
  readonly channel: string;
  readonly by: string;
  readonly changes: Readonly<Record<string, unknown>>;
}
