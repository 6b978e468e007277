import { z } from 'zod';
import { cleanWord } from './clean.ts';
import type { RequestType } from './index.ts';
import type { Result } from './result.ts';

const name = z.string().transform(cleanWord);
const count = z.int().min(0);
const tags = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** A message in a page of history or search. A deleted one has no content any more. */
const storedMessage = z.looseObject({
  id: count,
  seq: count,
  from: name,
  content: z.string(),
  timestamp: z.string(),
  channel: name.optional(),
  /** The other person of a private conversation. */
  with: name.optional(),
  mentions: z.array(name).optional(),
  reply_to: count.optional(),
  tags: tags.optional(),
  revision: count.optional(),
  reactions: z.record(z.string(), count).optional(),
  deleted: z.boolean().optional(),
});
export type StoredMessage = z.output<typeof storedMessage>;

const personDetails = z.looseObject({
  username: name,
  state: name,
  text: name.optional(),
  role: name.optional(),
  guest: z.boolean().optional(),
  since: z.string().optional(),
});

/** The data of answers that clients build upon, by request type; unknown keys stay. Other answers are passed on as they came. */
export const answered = {
  hello: z.looseObject({
    version: z.literal(2),
    server: z.string().optional(),
    caps: z.array(z.string()).default([]),
    auth: z.array(z.string()).optional(),
    limits: z
      .looseObject({ line_bytes: count.optional(), content_bytes: count.optional(), ping_seconds: z.number().optional() })
      .optional(),
    default_channel: name.optional(),
  }),
  login: z.looseObject({ username: name, role: name.optional(), resume_token: z.string().optional() }),
  resume: z.looseObject({ username: name, replayed: count.optional(), resume_token: z.string().optional() }),
  whoami: z.looseObject({ username: name.nullable(), role: name.nullable(), guest: z.boolean() }),
  message: z.looseObject({
    id: count.optional(),
    seq: count.optional(),
    channel: name.optional(),
    to: name.optional(),
    timestamp: z.string().optional(),
    duplicate: z.boolean().optional(),
    username: name.optional(),
  }),
  join: z.looseObject({ channel: name }),
  leave: z.looseObject({ channel: name }),
  channels: z.looseObject({
    channels: z.array(
      z.looseObject({
        name,
        topic: z.string().optional(),
        visibility: name.optional(),
        members: count.optional(),
        last_seq: count,
        joined: z.boolean(),
        unread: z.number().optional(),
        mentions: z.number().optional(),
        role: name.optional(),
        notify: name.optional(),
        read_only: z.boolean().optional(),
        slow_mode_s: count.optional(),
        archived: z.boolean().optional(),
      }),
    ),
  }),
  members: z.looseObject({
    channel: name,
    members: z.array(z.looseObject({ username: name, role: name.optional(), state: name.optional(), text: name.optional() })),
  }),
  users: z.looseObject({ users: z.array(name), details: z.array(personDetails).default([]) }),
  history: z.looseObject({
    channel: name.optional(),
    with: name.optional(),
    messages: z.array(storedMessage),
    first_seq: count.nullish(),
    last_seq: count.nullish(),
    complete: z.boolean().optional(),
  }),
  search: z.looseObject({ messages: z.array(storedMessage), complete: z.boolean().optional() }),
  conversations: z.looseObject({
    conversations: z.array(z.looseObject({ with: name, last_seq: count, unread: z.number().optional() })),
  }),
  pins: z.looseObject({ channel: name, pins: z.array(storedMessage) }),
} satisfies Partial<Record<RequestType, z.ZodType>>;

type AnsweredType = keyof typeof answered;
/** The answer to a request of that type. */
export type AnswerOf<T extends RequestType> = T extends AnsweredType ? z.output<(typeof answered)[T]> : Result;
