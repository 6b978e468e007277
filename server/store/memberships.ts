import type { AuditDraft } from './moderation.ts';
import type { Channel, PersonKey } from './store.ts';

export type MemberRole = 'owner' | 'moderator' | 'member';
export type NotifyLevel = 'all' | 'mentions' | 'none';

/** An account in a channel. */
export interface Membership {
  readonly channelId: number;
  readonly accountId: number;
  readonly username: string;
  readonly role: MemberRole;
  readonly readSeq: number;
  readonly notify: NotifyLevel;
}

/** Who is in which channel, as what, and who may come in. */
export interface MembershipStore {
  /** Adds a member, or changes its role. An invitation is used up. */
  set(membership: { channelId: number; accountId: number; role: MemberRole; at: number }, audit?: AuditDraft): Promise<void>;
  remove(channelId: number, accountId: number): Promise<void>;
  /** Null: not a member. */
  find(channelId: number, accountId: number): Promise<Membership | null>;
  of(accountId: number): Promise<readonly (Membership & { channel: Channel })[]>;
  in(channelId: number): Promise<readonly Membership[]>;
  setNotify(channelId: number, accountId: number, level: NotifyLevel): Promise<void>;
  /** The id of the notification; null: it was invited before. */
  invite(
    invitation: { channelId: number; accountId: number; by: PersonKey; name: string; at: number },
    audit?: AuditDraft,
  ): Promise<number | null>;
  isInvited(channelId: number, accountId: number): Promise<boolean>;
}
