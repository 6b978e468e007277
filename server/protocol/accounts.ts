import { z } from 'zod';
import { totpCode } from './credentials.ts';
import { base64, oneForm, password, ref, request, typedName } from './fields.ts';
import { wire } from './limits.ts';

const loginFields = z.object({
  type: z.literal('login'),
  ref,
  username: typedName.optional(),
  password: password.optional(),
  totp: totpCode.optional(),
  token: z.string().min(1).max(wire.shownToken).optional(),
  /** A public key in OpenSSH’s form, and chance of the client’s: asks for a challenge. */
  key: z.string().max(wire.keyLine).optional(),
  nonce: base64(32).optional(),
  /** Of the challenge, by that key. */
  signature: base64(64).optional(),
});

/** Accounts: who exists, and who this connection is. */
export const accountRequests = {
  register: request({
    schema: z.object({ type: z.literal('register'), ref, username: typedName, password }),
    example: { type: 'register', username: 'alice', password: 'correct horse' },
    errors: ['already_exists', 'forbidden', 'invalid_name', 'weak_password', 'rate_limited', 'server_busy', 'storage_unavailable'],
    doc: 'Makes an account. It neither logs in nor names the connection.',
  }),
  login: request({
    schema: loginFields.superRefine(
      oneForm([['username', 'password'], ['token'], ['username', 'key', 'nonce'], ['username', 'signature']]),
    ),
    example: { type: 'login', username: 'alice', password: 'correct horse' },
    errors: [
      'login_failed',
      'totp_required',
      'totp_failed',
      'session_expired',
      'forbidden',
      'banned',
      'conflict',
      'weak_password',
      'rate_limited',
      'server_busy',
    ],
    doc: 'Names this connection after an account, by name and password (and the `totp` that some ask for) by a bearer token, or in two steps by a key.',
  }),
  whoami: request({
    schema: z.object({ type: z.literal('whoami'), ref }),
    example: { type: 'whoami' },
    errors: [],
    doc: 'Tells who this connection is.',
  }),
};
