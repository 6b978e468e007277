import { z } from 'zod';
import { password, ref, request, typedName } from './fields.ts';

/** Accounts: who exists, and who this connection is. */
export const accountRequests = {
  register: request({
    schema: z.object({ type: z.literal('register'), ref, username: typedName, password }),
    example: { type: 'register', username: 'alice', password: 'correct horse' },
    errors: ['already_exists', 'invalid_name', 'weak_password', 'rate_limited', 'server_busy', 'storage_unavailable'],
    doc: 'Makes an account. It neither logs in nor names the connection.',
  }),
  login: request({
    schema: z.object({ type: z.literal('login'), ref, username: typedName, password }),
    example: { type: 'login', username: 'alice', password: 'correct horse' },
    errors: ['login_failed', 'forbidden', 'weak_password', 'rate_limited', 'server_busy'],
    doc: 'Names this connection after an account.',
  }),
  whoami: request({
    schema: z.object({ type: z.literal('whoami'), ref }),
    example: { type: 'whoami' },
    errors: [],
    doc: 'Tells who this connection is.',
  }),
};
