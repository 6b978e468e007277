import { ChatError } from '../protocol/errors.ts';
import type { Actor, ServerRole } from './people.ts';

export const serverRoles = ['guest', 'user', 'moderator', 'admin'] as const satisfies readonly ServerRole[];
export const channelRoles = ['owner', 'moderator', 'member'] as const;
export type ChannelRole = (typeof channelRoles)[number];

/** Who may do something: by role on the server, by that role in public channels only, or by role in the channel concerned. */
export interface Rule {
  readonly anywhere: readonly ServerRole[];
  readonly inPublic?: readonly ServerRole[];
  readonly inChannel?: readonly ChannelRole[];
}

const everybody: Rule = { anywhere: ['admin', 'moderator', 'user', 'guest'] };
const accounts: Rule = { anywhere: ['admin', 'moderator', 'user'] };
const staff: Rule = { anywhere: ['admin', 'moderator'] };
const admins: Rule = { anywhere: ['admin'] };
const wardens: Rule = { anywhere: ['admin'], inPublic: ['moderator'] };
const keepers: Rule = { anywhere: ['admin'], inPublic: ['moderator'], inChannel: ['owner', 'moderator'] };
const owners: Rule = { anywhere: ['admin'], inPublic: ['moderator'], inChannel: ['owner'] };

/** THE permission table, action × role (protocol.md §7). What depends on whom it hits is `mayActOn`. */
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
  'member.warn': staff,
  'member.mute': staff,
  'member.kick': staff,
  'member.ban': staff,
  'channel.warn': wardens,
  'channel.mute': keepers,
  'channel.kick': keepers,
  'channel.ban': wardens,
  'sanction.read_own': everybody,
  'sanction.read': staff,
  'report.make': everybody,
  'report.read': staff,
  'person.block': accounts,
  'account.credentials': accounts,
  'account.role': admins,
  'server.level': admins,
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

/** Whom an act would hit; `channelRole` null: not a member, or it is about the whole server. */
export interface Hit {
  readonly key: string;
  readonly role: ServerRole;
  readonly channelRole: ChannelRole | null;
}

/**
 * Who may act on whom: nobody on oneself; a server's moderator never on moderators or administrators; who keeps a channel never on
 * the staff nor on those who keep it as well, but its owner on its moderators.
 */
export function mayActOn(actor: Pick<Actor, 'key' | 'role'>, target: Hit, actorChannelRole: ChannelRole | null): boolean {
  if (actor.key === target.key) return false;
  if (actor.role === 'admin') return true;
  if (target.role === 'admin' || target.role === 'moderator') return false;
  if (actor.role === 'moderator') return true;
  if (actorChannelRole === 'owner') return target.channelRole !== 'owner';
  return target.channelRole !== 'owner' && target.channelRole !== 'moderator';
}

/** What one role may do, as the documentation and `classcord permissions` show it. */
export type Answer = 'yes' | 'public' | 'no';

/** The table turned by roles: the server's first (outside channels, or in channels where one has no role), then those of a channel. */
export function permissionMatrix(): readonly { readonly permission: Permission; readonly roles: Readonly<Record<string, Answer>> }[] {
  return (Object.keys(permissions) as Permission[]).map((permission) => {
    const rule: Rule = permissions[permission];
    const onServer = serverRoles.map((role) => {
      const answer = rule.anywhere.includes(role) ? 'yes' : rule.inPublic?.includes(role) ? 'public' : 'no';
      return [role, answer] as const;
    });
    const inChannel = [...channelRoles].reverse().map((role) => {
      const isGranted = rule.anywhere.includes('user') || rule.inChannel?.includes(role) === true;
      return [`channel ${role}`, isGranted ? 'yes' : 'no'] as const;
    });
    return { permission, roles: Object.fromEntries([...onServer, ...inChannel]) };
  });
}
