import { z } from 'zod';
import { ChatError } from './errors.ts';
import { content, password, typedName } from './fields.ts';
import { wire } from './limits.ts';

/** A room is a channel without its `#`: letters and digits of any script. */
const room = z.string().regex(new RegExp(`^[\\p{L}\\p{M}\\p{Nd}]{1,${wire.name}}$`, 'u'));
/** An account by its number. */
const userId = z.int().positive();
const limit = z.int().min(1).max(wire.historyPage).default(50);

/** What clients of the second seed say (protocol.md §9), each with an example; the fields may also stand in a `data` object. */
export const roomchatFrames = {
  auth: {
    schema: z.object({ type: z.literal('auth'), token: z.string().min(1) }),
    example: { type: 'auth', token: 'eyJhbGciOiJIUzI1NiJ9…' },
  },
  login: {
    schema: z.object({ type: z.literal('login'), username: typedName, password, totp: z.string().optional() }),
    example: { type: 'login', username: 'alice', password: 'correct horse' },
  },
  join_room: { schema: z.object({ type: z.literal('join_room'), room }), example: { type: 'join_room', room: 'dev' } },
  room_message: {
    schema: z.object({ type: z.literal('room_message'), room, content }),
    example: { type: 'room_message', room: 'dev', content: 'ss -tulpn ?' },
  },
  direct_message: {
    schema: z.object({ type: z.literal('direct_message'), to_user_id: userId, content }),
    example: { type: 'direct_message', to_user_id: 2, content: 'psst' },
  },
  room_history: {
    schema: z.object({ type: z.literal('room_history'), room, limit }),
    example: { type: 'room_history', room: 'dev', limit: 50 },
  },
  dm_history: {
    schema: z.object({ type: z.literal('dm_history'), with: userId, limit }),
    example: { type: 'dm_history', with: 2, limit: 50 },
  },
} as const;

type FrameType = keyof typeof roomchatFrames;
/** One frame from a client. */
export type RoomchatFrame = { [T in FrameType]: z.output<(typeof roomchatFrames)[T]['schema']> }[FrameType];

/** Checks one object. Throws `unknown_type` or `invalid_field` (with the field named). */
export function parseRoomchat(object: Readonly<Record<string, unknown>>): RoomchatFrame {
  const { type, data } = object;
  if (typeof type !== 'string') throw new ChatError('invalid_field', { field: 'type' });
  if (!Object.hasOwn(roomchatFrames, type)) throw new ChatError('unknown_type', { text: 'unknown_frame' });
  const isWrapped = typeof data === 'object' && data !== null;
  const parsed = roomchatFrames[type as FrameType].schema.safeParse(isWrapped ? { ...data, type } : object);
  if (!parsed.success) throw new ChatError('invalid_field', { field: String(parsed.error.issues[0]?.path[0] ?? 'type') });
  return parsed.data;
}

/** A message as the second seed has it. `fromUser` is the number of the author’s account; 0: somebody without one. */
export interface RoomchatMessage {
  readonly id: number;
  readonly fromUser: number;
  readonly username: string;
  readonly content: string;
  readonly timestamp: string;
}
