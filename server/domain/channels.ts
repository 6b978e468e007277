import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkChannelName, defaultChannel, foldChannel } from '../protocol/names.ts';
import type { AuditDraft, Channel, ListedChannel, MemberRole, Membership, Store } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import { type ChannelLimits, ChannelQuota } from './channel-quota.ts';
import { ChannelRoutes } from './channel-routes.ts';
import { KnownChannels } from './known-channels.ts';
import type { Actor, Named } from './people.ts';
import { demand, type Permission, type Standing } from './permissions.ts';

/** Somebody who asks, or acts from outside. */
interface Acting {
  readonly person: Actor;
}

export interface ChannelParts {
  readonly store: Pick<Store, 'channels' | 'memberships'>;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Also how many channels and roles are kept in memory. */
  readonly limits: ChannelLimits & { readonly cachedChannels: number; readonly cachedRoles: number };
  readonly admittance: Admittance;
  /** Told of every look-up in a cache. */
  readonly onCache: (cache: 'channels' | 'roles', isHit: boolean) => void;
}

/** Channels: where people talk, and who is in them (protocol.md §2 and §6). */
export class Channels {
  readonly #parts: ChannelParts;
  readonly #quota: ChannelQuota;
  readonly #routes: ChannelRoutes;
  readonly #known: KnownChannels;
  /** Roles that were asked for lately, by channel and account. */
  readonly #roles: LRUCache<string, { role: MemberRole | null }>;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    this.#known = new KnownChannels(parts.limits.cachedChannels);
    this.#roles = new LRUCache({ max: parts.limits.cachedRoles });
    this.#routes = new ChannelRoutes(parts.bus);
    this.#quota = new ChannelQuota(parts.limits, parts.clock);
  }

  /** The channel of a name that was looked up before, if it is still in memory: no message folds its channel's name again. */
  known(name: string): Channel | undefined {
    const channel = this.#known.get(name);
    this.#parts.onCache('channels', channel !== undefined);
    return channel;
  }

  /** Memory is short: half of the channels is forgotten, and read again when needed. Roles stay: who was sent out a moment ago is known by them. */
  shrink(): void {
    this.#known.shrink();
  }

  async find(name: string): Promise<Channel | null> {
    const known = this.known(name);
    if (known !== undefined) return known;
    const channel = await this.#parts.store.channels.find(foldChannel(name));
    if (channel === null) return null;
    this.#known.set(channel, name);
    return channel;
  }

  /** The channel of an id; null when it is gone, archived, or hidden from the caller. */
  async byId(caller: Named, id: number): Promise<Channel | null> {
    const channel = await this.#parts.store.channels.byId(id);
    if (channel === null || channel.archived || this.#parts.admittance.isBarred(caller, channel.id)) return null;
    return (await this.#maySee(caller, channel)) ? channel : null;
  }

  /** The channel, if the caller may know of it: a private one that it is not in does not exist. Throws `not_found`. */
  async visible(caller: Acting, name: string): Promise<Channel> {
    const channel = await this.find(name);
    if (channel === null || !(await this.#maySee(caller, channel))) throw new ChatError('not_found');
    return channel;
  }

  /** The channel, if the caller may read what is said in it: anybody in a public one, members in a private one. Throws `not_found`, `not_member`. */
  async readable(caller: Named, name: string): Promise<Channel> {
    const channel = await this.visible(caller, name);
    if (channel.visibility === 'private' && (await this.roleOf(caller, channel)) === null) throw new ChatError('not_member');
    return channel;
  }

  /** The channel as `visible` gives it, and the permission in it. Throws `forbidden`. */
  async allowed(caller: Acting, name: string, permission: Permission): Promise<Channel> {
    const channel = await this.visible(caller, name);
    demand(permission, { role: caller.person.role, channel: { visibility: channel.visibility, role: await this.roleOf(caller, channel) } });
    return channel;
  }

  /** Null: not a member. Guests are members for as long as they are here, with no role but that. */
  async roleOf({ person }: Acting, channel: Channel): Promise<MemberRole | null> {
    if (person.accountId === null) return null;
    const key = roleKey(channel.id, person.accountId);
    const known = this.#roles.get(key);
    this.#parts.onCache('roles', known !== undefined);
    if (known !== undefined) return known.role;
    const membership = await this.#parts.store.memberships.find(channel.id, person.accountId);
    this.#roles.set(key, { role: membership?.role ?? null });
    return membership?.role ?? null;
  }

  /** As what the caller acts in a channel, if that is in memory: then no message waits for it. */
  standing({ person }: Named, channel: Channel): Standing | null {
    const known = person.accountId === null ? { role: null } : this.#roles.get(roleKey(channel.id, person.accountId));
    return known === undefined ? null : { role: person.role, channel: { visibility: channel.visibility, role: known.role } };
  }

  /** Makes the caller hear a channel; an account is a member from now on. A public channel that does not exist is made. */
  async join(caller: Named, name: string): Promise<Channel> {
    const found = await this.find(name);
    const channel = found ?? (await this.#make(caller, name));
    if (!(await this.#maySee(caller, channel))) throw new ChatError(channel.visibility === 'private' ? 'not_found' : 'forbidden');
    if (channel.archived) throw new ChatError('gone');
    this.#parts.admittance.join(caller, channel.id);
    const { person } = caller;
    if (person.accountId === null || (await this.roleOf(caller, channel)) === null) {
      if (person.accountId !== null)
        await this.setRole(channel, { accountId: person.accountId, role: found === null ? 'owner' : 'member' });
      this.#routes.joined(caller, channel);
    } else this.#routes.hears(caller, channel);
    return channel;
  }

  /** The caller hears it no more, on none of its sessions if it is an account. */
  async leave(caller: Named, channel: Channel): Promise<void> {
    const { person } = caller;
    if (person.accountId !== null && channel.name !== defaultChannel) {
      await this.#parts.store.memberships.remove(channel.id, person.accountId);
      this.#roles.delete(roleKey(channel.id, person.accountId));
    }
    this.#routes.left(caller, channel);
  }

  /** The channels of an account. Read before its session enters: what is waited for later lets others speak before the answer. */
  async homes(accountId: number | null): Promise<readonly Channel[]> {
    if (accountId === null) return [];
    return (await this.#parts.store.memberships.of(accountId)).map(({ channel }) => channel);
  }

  /** A v2 session of an account is in all channels of the account from the start, but those that it was sent out of since `homes` were read. */
  restore(caller: Named, homes: readonly Channel[]): void {
    const { accountId } = caller.person;
    for (const channel of homes) {
      // The default channel is heard from the start.
      if (channel.name === defaultChannel || channel.archived || this.#parts.admittance.isBarred(caller, channel.id)) continue;
      if (accountId !== null && this.#roles.peek(roleKey(channel.id, accountId))?.role === null) continue;
      this.remember(channel);
      this.#routes.hears(caller, channel);
    }
  }

  /** Makes a channel of which the caller is the owner. */
  async create(caller: Named, wanted: { name: string; visibility: Channel['visibility']; topic: string }): Promise<Channel> {
    const { person } = caller;
    if (person.accountId === null) throw new ChatError('forbidden');
    this.#parts.admittance.make(person);
    this.#parts.admittance.speak(caller, null);
    const name = checkChannelName(wanted.name);
    const giveBack = this.#quota.take(caller);
    const { store, clock } = this.#parts;
    const channel = await store.channels.create({ ...wanted, name, fold: foldChannel(name), owner: person.accountId, at: clock.now() });
    if (channel === null) {
      giveBack();
      throw new ChatError('already_exists', { text: 'channel_exists' });
    }
    this.#known.set(channel, wanted.name);
    this.#roles.set(roleKey(channel.id, person.accountId), { role: 'owner' });
    this.#routes.joined(caller, channel);
    return channel;
  }

  list(caller: Named): Promise<readonly ListedChannel[]> {
    return this.#parts.store.channels.listed(caller.person.accountId);
  }

  members(channel: Channel): Promise<readonly Membership[]> {
    return this.#parts.store.memberships.in(channel.id);
  }

  /** Writes a role, and knows it from then on. */
  async setRole(channel: Channel, { accountId, role }: { accountId: number; role: MemberRole }, audit?: AuditDraft): Promise<void> {
    await this.#parts.store.memberships.set({ channelId: channel.id, accountId, role, at: this.#parts.clock.now() }, audit);
    this.#roles.set(roleKey(channel.id, accountId), { role });
  }

  /** A membership was written by another way than `setRole`. */
  forgetRole(channelId: number, accountId: number): void {
    this.#roles.delete(roleKey(channelId, accountId));
  }

  /** Somebody was sent out, and in the store is a member no more: none of these sessions hears the channel any longer. */
  expel(
    channel: Channel,
    { accountId, name, sessions }: { accountId: number | null; name: string | null; sessions: readonly Named[] },
  ): void {
    if (accountId !== null) this.#roles.set(roleKey(channel.id, accountId), { role: null });
    this.#routes.expelled(channel, { name: name ?? '', sessions });
  }

  /** Keeps a channel as it is now. */
  remember(channel: Channel): void {
    this.#known.set(channel);
  }

  async #maySee(caller: Acting, channel: Channel): Promise<boolean> {
    if (channel.visibility === 'public' || caller.person.role === 'admin') return true;
    if (caller.person.accountId === null) return false;
    return (await this.roleOf(caller, channel)) !== null || this.#parts.store.memberships.isInvited(channel.id, caller.person.accountId);
  }

  async #make(caller: Named, name: string): Promise<Channel> {
    const { store, clock, limits } = this.#parts;
    if (!limits.isAutoCreated) throw new ChatError('not_found');
    this.#parts.admittance.make(caller.person);
    this.#parts.admittance.speak(caller, null);
    const checked = checkChannelName(name);
    const giveBack = this.#quota.take(caller);
    const { channel, isNew } = await store.channels.ensure({
      name: checked,
      fold: foldChannel(name),
      visibility: 'public',
      createdBy: caller.person.key,
      at: clock.now(),
    });
    if (!isNew) giveBack();
    this.#known.set(channel, name);
    return channel;
  }
}

function roleKey(channelId: number, accountId: number): string {
  return `${channelId}:${accountId}`;
}
