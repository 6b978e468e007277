import { z } from 'zod';
import { ref, request } from './fields.ts';
import { langs } from './texts.ts';

/** The connection itself: which generation it speaks, whether it lives, what it may say. */
export const sessionRequests = {
  hello: request({
    schema: z.object({
      type: z.literal('hello'),
      ref,
      version: z.literal(2),
      client: z.string().max(256).optional(),
      caps: z.array(z.string().max(64)).max(64).optional(),
      lang: z.string().max(35).optional(),
    }),
    example: { type: 'hello', version: 2, client: 'my-bot/1.0', caps: ['echo'], lang: langs[0] },
    errors: ['invalid_field'],
    doc: 'Turns this connection into a v2 one.',
  }),
  ping: request({
    schema: z.object({ type: z.literal('ping'), ref }),
    example: { type: 'ping' },
    errors: [],
    doc: 'Asks whether the server lives; answered by `pong`.',
  }),
  pong: request({
    schema: z.object({ type: z.literal('pong'), ref }),
    example: { type: 'pong' },
    errors: [],
    doc: 'Answers the server’s `ping`; has no answer itself.',
  }),
  resume: request({
    schema: z.object({
      type: z.literal('resume'),
      ref,
      token: z.string().min(1).max(128),
      seen: z.record(z.string(), z.int().min(0)).default({}),
    }),
    example: { type: 'resume', token: 'q83J…', seen: { '#dev': 412, '@bob': 7 } },
    errors: ['session_expired', 'invalid_field', 'conflict', 'banned'],
    doc: 'Takes up a session after a cut: identity, channels, and what was missed. The token stands in the answer of `login`.',
  }),
  logout: request({
    schema: z.object({ type: z.literal('logout'), ref }),
    example: { type: 'logout' },
    errors: ['not_authenticated'],
    doc: 'Gives up the name of this connection, and its resume token.',
  }),
  help: request({
    schema: z.object({ type: z.literal('help'), ref, topic: z.string().max(64).optional() }),
    example: { type: 'help', topic: 'join' },
    errors: ['not_found'],
    doc: 'Lists what this session may say, with the table of who may do what, or explains one type (`permissions`: that table alone).',
  }),
};

/** What the server did with one line (cap `trace`): for those who learn the protocol. */
export interface TraceEvent {
  readonly type: 'trace';
  readonly ref?: string | undefined;
  readonly steps: readonly (readonly [step: string, value: string | number])[];
}
