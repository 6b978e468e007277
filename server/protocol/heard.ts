import { z } from 'zod';
import { cleanWord } from './clean.ts';

/** Names, channels and states as they may be drawn: nothing in them that cannot be seen. */
const name = z.string().transform(cleanWord);
const count = z.int().min(0);
const tags = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const timestamp = z.iso.datetime({ offset: true });

const said = {
  type: z.literal('message'),
  from: name,
  content: z.string(),
  /** v1 servers give neither: nothing can be said of such a message later. */
  id: count.optional(),
  seq: count.optional(),
  timestamp,
  mentions: z.array(name).optional(),
  reply_to: count.optional(),
  tags: tags.optional(),
};
const channelMessage = z.object({ ...said, subtype: z.literal('global'), channel: name });
const privateMessage = z.object({ ...said, subtype: z.literal('private'), to: name });

/** Where a message stands: in a channel, or between two people. */
const place = { id: count, seq: count, channel: name.optional(), from: name.optional(), to: name.optional() };

/** Every line that a v2 client may hear unasked, by its type, with the keys of the wire: what clients check what they hear with. */
export const heard = {
  message: z.discriminatedUnion('subtype', [channelMessage, privateMessage]),
  status: z.object({ type: z.literal('status'), user: name, state: name, text: name.optional() }),
  joined: z.object({ type: z.literal('joined'), channel: name, username: name }),
  left: z.object({ type: z.literal('left'), channel: name, username: name }),
  channel: z.looseObject({
    type: z.literal('channel'),
    channel: name,
    by: name,
    topic: z.string().optional(),
    read_only: z.boolean().optional(),
    slow_mode_s: count.optional(),
    archived: z.boolean().optional(),
    retention_days: count.optional(),
  }),
  edited: z.object({
    type: z.literal('edited'),
    ...place,
    from: name,
    content: z.string(),
    revision: count,
    mentions: z.array(name).optional(),
    timestamp,
  }),
  deleted: z.object({ type: z.literal('deleted'), ...place, by: name, reason: z.string().optional(), timestamp }),
  reaction: z.object({ type: z.literal('reaction'), ...place, by: name, emoji: z.string(), op: z.enum(['add', 'remove']), count }),
  pinned: z.object({ type: z.literal('pinned'), channel: name, id: count, seq: count, pinned: z.boolean(), by: name }),
  typing: z.object({ type: z.literal('typing'), channel: name.optional(), from: name, to: name.optional() }),
  read: z.object({ type: z.literal('read'), channel: name.optional(), with: name.optional(), seq: count }),
  notification: z.looseObject({
    type: z.literal('notification'),
    id: count,
    kind: name,
    channel: name.optional(),
    by: name.optional(),
    message_id: count.optional(),
    seq: count.optional(),
    sanction: name.optional(),
    sanction_id: count.optional(),
    reason: z.string().optional(),
    until: timestamp.optional(),
    timestamp,
  }),
  lifted: z.object({ type: z.literal('lifted'), id: count, sanction: name, channel: name.optional(), by: name }),
  level: z.object({ type: z.literal('level'), level: z.number(), by: name, reason: z.string().optional() }),
  reported: z.object({ type: z.literal('reported'), report: count, id: count, by: name, reason: z.string(), timestamp }),
  gap: z.object({ type: z.literal('gap'), channel: name, from_seq: count, to_seq: count }),
  trace: z.object({
    type: z.literal('trace'),
    ref: z.string().optional(),
    steps: z.array(z.tuple([z.string(), z.union([z.string(), z.number()])])),
  }),
};

export type HeardType = keyof typeof heard;
export type HeardOf<T extends HeardType> = z.output<(typeof heard)[T]>;
/** What a client hears unasked, with the keys of the wire. */
export type Heard = { [T in HeardType]: HeardOf<T> }[HeardType];

export function isHeardType(type: unknown): type is HeardType {
  return typeof type === 'string' && Object.hasOwn(heard, type);
}
