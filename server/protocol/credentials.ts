import { z } from 'zod';
import { password, ref, request } from './fields.ts';
import { wire } from './limits.ts';

/** What a bearer token may be allowed to do (which requests each covers: `commands/scopes.ts`). */
export const scopes = ['read', 'post', 'manage', 'moderate'] as const;
export type Scope = (typeof scopes)[number];

/** A login, or a bearer token, by what `sessions` and `tokens` call it. */
export const sessionId = z.string().min(1).max(64);
export const tokenId = z.int().positive();
const daysS = 24 * 3600;
export const tokenLifetimeS = z
  .int()
  .min(60)
  .max(366 * daysS)
  .default(90 * daysS);
export const tokenName = z.string().trim().min(1).max(wire.tokenName);
export const tokenScopes = z.array(z.enum(scopes)).min(1).max(scopes.length);

/** Six digits of an authenticator, or a recovery code. */
export const totpCode = z.string().max(64);
export const totpOps = ['status', 'enrol', 'confirm', 'disable'] as const;

/** What proves who somebody is, beside logging in itself. */
export const credentialRequests = {
  password: request({
    schema: z.object({ type: z.literal('password'), ref, old: password, new: password, keep_tokens: z.boolean().default(false) }),
    example: { type: 'password', old: 'correct horse', new: 'battery staple', keep_tokens: false },
    errors: ['not_authenticated', 'forbidden', 'login_failed', 'weak_password', 'rate_limited', 'server_busy', 'storage_unavailable'],
    doc: 'Changes one’s password. One’s other sessions end, and one’s bearer tokens and keys unless `keep_tokens`.',
  }),
  sessions: request({
    schema: z.object({ type: z.literal('sessions'), ref }),
    example: { type: 'sessions' },
    errors: ['not_authenticated', 'forbidden'],
    doc: 'Lists where one is logged in, and which of them this is.',
  }),
  token: request({
    schema: z.object({ type: z.literal('token'), ref, name: tokenName, scopes: tokenScopes, duration_s: tokenLifetimeS }),
    example: { type: 'token', name: 'build bot', scopes: ['post'], duration_s: 2_592_000 },
    errors: ['not_authenticated', 'forbidden', 'invalid_field', 'quota_exceeded', 'storage_unavailable'],
    doc: 'Makes a bearer token with which a bot logs in; it is shown this once.',
  }),
  keys: request({
    schema: z
      .object({
        type: z.literal('keys'),
        ref,
        op: z.enum(['list', 'add', 'remove']).default('list'),
        key: z.string().max(wire.keyLine).optional(),
        password: password.optional(),
      })
      .superRefine(({ op, key, password: given }, context) => {
        const missing = op === 'list' ? undefined : key === undefined ? 'key' : given === undefined ? 'password' : undefined;
        if (missing !== undefined) context.addIssue({ code: 'custom', path: [missing], message: 'missing' });
      }),
    example: { type: 'keys', op: 'add', key: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… alice@home', password: 'correct horse' },
    errors: [
      'not_authenticated',
      'forbidden',
      'invalid_field',
      'login_failed',
      'conflict',
      'not_found',
      'quota_exceeded',
      'rate_limited',
      'server_busy',
      'storage_unavailable',
    ],
    doc: 'Lists, adds or removes (by fingerprint) the public keys with which one logs in; changes ask for the password.',
  }),
  tokens: request({
    schema: z.object({ type: z.literal('tokens'), ref }),
    example: { type: 'tokens' },
    errors: ['not_authenticated', 'forbidden'],
    doc: 'Lists one’s bearer tokens, not what they are.',
  }),
  totp: request({
    schema: z.object({
      type: z.literal('totp'),
      ref,
      op: z.enum(totpOps).default('status'),
      password: password.optional(),
      code: totpCode.optional(),
    }),
    example: { type: 'totp', op: 'confirm', code: '123456' },
    errors: [
      'not_authenticated',
      'forbidden',
      'invalid_field',
      'login_failed',
      'totp_required',
      'totp_failed',
      'conflict',
      'not_found',
      'rate_limited',
      'storage_unavailable',
    ],
    doc: 'One-time codes as a second thing to log in with: `enrol` (password), `confirm` (code), `disable` (password and code), or how it stands.',
  }),
};
