import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { ChatError } from '../protocol/errors.ts';
import { checkChannelName, foldChannel } from '../protocol/names.ts';
import type { Channel, Store } from '../store/store.ts';
import type { Caller, Person } from './people.ts';

export interface ChannelLimits {
  readonly isAutoCreated: boolean;
  readonly perAccountDay: number;
  readonly perGuestDay: number;
  /** Over all guests of one address, so that a new connection is no new allowance. */
  readonly perGuestAddressDay: number;
}

const dayMs = 24 * 3600 * 1000;

/** Channels: where people talk. One that does not exist is made, public, by joining or posting (protocol.md §2). */
export class Channels {
  readonly #store: Store['channels'];
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #limits: ChannelLimits;
  /** By the name as somebody spelled it. Channels change rarely; every message needs one. */
  readonly #known = new LRUCache<string, Channel>({ max: 10_000 });
  readonly #made: LRUCache<string, number>;

  constructor(parts: { store: Store['channels']; bus: Bus; clock: Clock; limits: ChannelLimits }) {
    this.#store = parts.store;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#limits = parts.limits;
    this.#made = new LRUCache({ max: 65_536, ttl: dayMs, noUpdateTTL: true, perf: { now: () => parts.clock.monotonic() } });
  }

  /** The channel of that name, spelled as it was when it was found, if it is in memory: no message folds its channel's name again. */
  known(name: string): Channel | undefined {
    return this.#known.get(name);
  }

  async find(name: string): Promise<Channel | null> {
    const channel = this.#known.get(name) ?? (await this.#store.find(foldChannel(name)));
    if (channel !== null) this.#known.set(name, channel);
    return channel;
  }

  /** Makes the caller hear a channel, which is made when there is none. */
  async join(caller: Caller & { person: Person }, name: string): Promise<Channel> {
    const channel = (await this.find(name)) ?? (await this.#create(caller, name));
    if (channel.visibility === 'private') throw new ChatError('forbidden');
    const { person, sessionId } = caller;
    this.#bus.publish({
      to: { session: sessionId },
      event: { type: 'joined', channelId: channel.id, channel: channel.name, username: person.name },
    });
    return channel;
  }

  leave(caller: Caller & { person: Person }, channel: Channel): void {
    const { person, sessionId } = caller;
    this.#bus.publish({
      to: { session: sessionId },
      event: { type: 'left', channelId: channel.id, channel: channel.name, username: person.name },
    });
  }

  async #create(caller: Caller & { person: Person }, name: string): Promise<Channel> {
    if (!this.#limits.isAutoCreated) throw new ChatError('not_found');
    const checked = checkChannelName(name);
    const quotas = this.#quotasOf(caller);
    for (const { key, limit } of quotas) {
      if ((this.#made.get(key) ?? 0) >= limit) throw new ChatError('quota_exceeded', { params: { limit } });
    }
    for (const { key } of quotas) this.#made.set(key, (this.#made.get(key) ?? 0) + 1);
    const { channel, isNew } = await this.#store.ensure({
      name: checked,
      fold: foldChannel(name),
      visibility: 'public',
      createdBy: caller.person.key,
      at: this.#clock.now(),
    });
    if (!isNew) for (const { key } of quotas) this.#made.set(key, (this.#made.get(key) ?? 1) - 1);
    this.#known.set(name, channel);
    return channel;
  }

  #quotasOf({ person, address, multiple }: Caller & { person: Person }): { key: string; limit: number }[] {
    if (person.accountId !== null) return [{ key: person.key, limit: this.#limits.perAccountDay }];
    return [
      { key: person.key, limit: this.#limits.perGuestDay },
      { key: address, limit: this.#limits.perGuestAddressDay * multiple },
    ];
  }
}
