import type { Scope } from '../protocol/credentials.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Request, RequestOf, RequestType } from '../protocol/index.ts';

/** What a session needs that came with a bearer token: a scope, nothing (`any`), or a password instead (`never`). */
export type Need = Scope | 'any' | 'never';

type Needs = { readonly [T in RequestType]: Need | ((request: RequestOf<T>) => Need) };

/** THE table of scopes: one row per request type. Sessions that came in another way are bound by their role alone. */
export const scopeTable: Needs = {
  hello: 'any',
  ping: 'any',
  pong: 'any',
  resume: 'any',
  logout: 'any',
  help: 'any',
  register: 'any',
  // What a token opened stays the token's.
  login: 'never',
  whoami: 'any',

  password: 'never',
  sessions: 'never',
  token: 'never',
  tokens: 'never',
  totp: 'never',
  keys: 'never',

  channels: 'read',
  join: 'read',
  leave: 'read',
  members: 'read',
  users: 'read',
  history: 'read',
  search: 'read',
  conversations: 'read',
  pins: 'read',
  read: 'read',
  notify: 'read',
  notifications: 'read',

  message: 'post',
  edit: 'post',
  react: 'post',
  typing: 'post',
  status: 'post',
  report: 'post',

  create: 'manage',
  update: 'manage',
  invite: 'manage',
  grant: 'manage',
  // A token takes back roles, and never another way to log in.
  revoke: ({ channel }) => (channel === undefined ? 'never' : 'manage'),
  pin: 'manage',
  unpin: 'manage',

  delete: 'moderate',
  revisions: 'moderate',
  warn: 'moderate',
  mute: 'moderate',
  kick: 'moderate',
  ban: 'moderate',
  lift: 'moderate',
  sanctions: 'moderate',
  reputation: 'moderate',
  reports: 'moderate',
  level: 'moderate',

  block: 'never',
  unblock: 'never',
};

/** What this request needs. */
export function needOf(request: Request): Need {
  const need = scopeTable[request.type] as Need | ((request: Request) => Need);
  return typeof need === 'function' ? need(request) : need;
}

/** Throws `forbidden` when the scopes do not cover it; null: no scopes bind the session. */
export function demandScope(need: Need, scopes: ReadonlySet<Scope> | null): void {
  if (covers(need, scopes)) return;
  throw need === 'never'
    ? new ChatError('forbidden', { text: 'token_never' })
    : new ChatError('forbidden', { text: 'token_scope', params: { scope: need } });
}

export function covers(need: Need, scopes: ReadonlySet<Scope> | null): boolean {
  return scopes === null || need === 'any' || (need !== 'never' && scopes.has(need));
}
