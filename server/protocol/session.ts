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
  help: request({
    schema: z.object({ type: z.literal('help'), ref, topic: z.string().max(64).optional() }),
    example: { type: 'help', topic: 'join' },
    errors: ['not_found'],
    doc: 'Lists what this session may say, or explains one type.',
  }),
};
