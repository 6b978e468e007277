import { ChatError } from '../protocol/errors.ts';
import type { ServerRole } from './people.ts';

export const channelRoles = ['owner', 'moderator', 'member'] as const;
export type ChannelRole = (typeof channelRoles)[number];

/** Who may do something: by role on the server, by that role in public channels only, or by role in the channel concerned. */
interface Rule {
  readonly anywhere: readonly ServerRole[];
  readonly inPublic?: readonly ServerRole[];
  readonly inChannel?: readonly ChannelRole[];
}

const everybody: Rule = { anywhere: ['admin', 'moderator', 'user', 'guest'] };
const accounts: Rule = { anywhere: ['admin', 'moderator', 'user'] };
const keepers: Rule = { anywhere: ['admin'], inPublic: ['moderator'], inChannel: ['owner', 'moderator'] };
const owners: Rule = { anywhere: ['admin'], inPublic: ['moderator'], inChannel: ['owner'] };

/** THE permission table, action × role (protocol.md §7). Rules about the target ("nobody bans the owner") stand with the action. */
export const permissions = {
  'channel.list': everybody,
  'channel.join': everybody,
  'channel.create': accounts,
  'channel.invite': keepers,
  'channel.slow_mode': keepers,
  'channel.update': owners,
  'channel.roles': owners,
  'message.post': everybody,
  'message.post_read_only': keepers,
  'message.edit_own': accounts,
  'message.delete_other': keepers,
  'message.revisions': keepers,
  'message.react': everybody,
  'message.pin': keepers,
  'message.mention_all': keepers,
  'history.read': everybody,
  'presence.set': everybody,
  'notifications.read': accounts,
} as const satisfies Readonly<Record<string, Rule>>;

export type Permission = keyof typeof permissions;

/** In which channel somebody wants to act, and as what. */
export interface Standing {
  readonly role: ServerRole;
  readonly channel?: { readonly visibility: 'public' | 'private'; readonly role: ChannelRole | null };
}

/** Whether the permission is theirs. Without a channel it asks whether it could be theirs in some channel. */
export function may(permission: Permission, { role, channel }: Standing): boolean {
  const rule: Rule = permissions[permission];
  if (rule.anywhere.includes(role)) return true;
  if (channel === undefined) return rule.inPublic?.includes(role) === true || (rule.inChannel !== undefined && role !== 'guest');
  if (channel.visibility === 'public' && rule.inPublic?.includes(role) === true) return true;
  return channel.role !== null && rule.inChannel?.includes(channel.role) === true;
}

/** Throws `forbidden` when the permission is not theirs. */
export function demand(permission: Permission, standing: Standing): void {
  if (!may(permission, standing)) throw new ChatError('forbidden');
}
