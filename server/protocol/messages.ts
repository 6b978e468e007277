import { z } from 'zod';
import { channelName, content, ref, request } from './fields.ts';
import { wire } from './limits.ts';

const tagValue = z.union([z.string(), z.number(), z.boolean()]);
const tags = z
  .record(z.string(), tagValue)
  .refine((value) => Object.keys(value).length <= wire.tagKeys && Buffer.byteLength(JSON.stringify(value)) <= wire.tagBytes)
  .optional();

/** Messages: what people say, in a channel or to one person. */
export const messageRequests = {
  message: request({
    schema: z.object({
      type: z.literal('message'),
      ref,
      subtype: z.enum(['global', 'private']).optional(),
      channel: channelName.optional(),
      to: z.string().max(wire.field).optional(),
      /** Names a connection that has no name yet; later ones are ignored. */
      from: z.string().optional().catch(undefined),
      content,
      nonce: z.string().min(1).max(wire.ref).optional(),
      reply_to: z.int().positive().optional(),
      tags,
    }),
    example: { type: 'message', channel: '#dev', content: 'ss -tulpn ?' },
    errors: [
      'not_authenticated',
      'invalid_field',
      'too_large',
      'not_found',
      'not_member',
      'forbidden',
      'muted',
      'banned',
      'read_only',
      'gone',
      'slow_mode',
      'rate_limited',
      'quota_exceeded',
      'server_busy',
      'storage_unavailable',
    ],
    doc: 'Says something in a channel, or with `to` in private. The first one of a nameless connection makes it a guest.',
  }),
};

/**
 * A v1 message as v1 sessions get it, but for what only the server knows: `slots.from` stands where the JSON string of the
 * sender goes, `slots.content` and `slots.timestamp` likewise. All are control characters, which no JSON text contains.
 */
export type LegacyRelay = string;
export const slots = { from: '\u0001', timestamp: '\u0002', content: '\u0003' } as const;

/** What an application adds to a message. */
export type Tags = Readonly<Record<string, string | number | boolean>>;

interface Said {
  readonly type: 'message';
  readonly id: number;
  readonly seq: number;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  readonly from: string;
  /** The account of the author; missing: it has none. */
  readonly fromId?: number | undefined;
  readonly content: string;
  readonly mentions?: readonly string[] | undefined;
  readonly replyTo?: number | undefined;
  readonly tags?: Tags | undefined;
  readonly legacy?: LegacyRelay | undefined;
}
export interface ChannelMessageEvent extends Said {
  readonly subtype: 'global';
  readonly channel: string;
  /** The sender named the channel itself: v1 sessions see the key only then. */
  readonly isChannelNamed: boolean;
}
export interface PrivateMessageEvent extends Said {
  readonly subtype: 'private';
  readonly to: string;
  readonly toId?: number | undefined;
}
export type MessageEvent = ChannelMessageEvent | PrivateMessageEvent;
