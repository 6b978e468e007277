import { ChatError } from '../protocol/errors.ts';
import type { ServerRole } from './people.ts';

/** What a person may do at all, by role on the server (protocol.md §7). The roles inside a channel come with the channels issue. */
const roles = {
  'channel.join': ['admin', 'moderator', 'user', 'guest'],
  'message.post': ['admin', 'moderator', 'user', 'guest'],
  'presence.set': ['admin', 'moderator', 'user', 'guest'],
} as const satisfies Readonly<Record<string, readonly ServerRole[]>>;

export type Permission = keyof typeof roles;

/** Throws `forbidden` when the role does not carry the permission. */
export function demand(permission: Permission, role: ServerRole): void {
  const allowed: readonly ServerRole[] = roles[permission];
  if (!allowed.includes(role)) throw new ChatError('forbidden');
}
