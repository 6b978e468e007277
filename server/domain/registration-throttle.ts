import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import { Gate, type Room } from './gate.ts';
import { HeldBucket, type RateSetting, rateOf } from './held-bucket.ts';
import { WaitingRoom } from './waiting-room.ts';

export interface RegistrationLimits {
  readonly registrations_per_address: RateSetting;
  /** 0: no daily cap. */
  readonly registrations_per_address_day: number;
  readonly refused_registrations_per_address: RateSetting;
  readonly registrations_total: RateSetting;
}

export interface RegistrationThrottleOptions {
  readonly limits: RegistrationLimits;
  readonly clock: Clock;
  /** Addresses remembered; past it those quiet for longest are forgotten. */
  readonly capacity: number;
}

export interface RegistrationTry {
  /** As the limits see it: an IPv6 address by its /64. */
  readonly address: string;
  /** By how much the limits of the address are multiplied (`limits.shared_addresses`). */
  readonly multiple?: number;
}

/** What is counted for one address. */
interface Place {
  readonly accepted: HeldBucket;
  readonly refused: HeldBucket;
  readonly today: DayCap;
}

const dayMs = 24 * 3600 * 1000;

/**
 * How many accounts may be made: accepted ones per address, per address and day, and in all; refused ones (name taken or invalid)
 * per address, so that names cannot be tried out one by one. Other failures cost nothing.
 */
export class RegistrationThrottle {
  readonly #options: RegistrationThrottleOptions;
  readonly #room: WaitingRoom;
  readonly #places: LRUCache<string, Place>;
  readonly #total: HeldBucket;

  constructor(options: RegistrationThrottleOptions) {
    this.#options = options;
    this.#room = new WaitingRoom(options.clock);
    this.#places = new LRUCache({ max: options.capacity });
    this.#total = new HeldBucket(rateOf(options.limits.registrations_total), options.clock.monotonic());
  }

  /** Calls `register` if there is room, and counts how it ends: `already_exists` and `invalid_name` are refusals. Throws `rate_limited` when there is none. */
  async attempt<T>(registration: RegistrationTry, register: () => Promise<T>): Promise<T> {
    const place = this.#placeOf(registration);
    const gates = [place.accepted, place.refused, place.today, this.#total];
    await this.#room.enter(gates, (retryAfterMs) => new ChatError('rate_limited', { retryAfterMs }));
    try {
      const account = await register();
      for (const accepted of [place.accepted, place.today, this.#total]) accepted.spend(this.#now());
      return account;
    } catch (error) {
      if (isRefusal(error)) place.refused.spend(this.#now());
      throw error;
    } finally {
      for (const gate of gates) gate.release();
    }
  }

  #placeOf({ address, multiple = 1 }: RegistrationTry): Place {
    const known = this.#places.get(address);
    if (known !== undefined) return known;
    const { limits } = this.#options;
    const place = {
      accepted: new HeldBucket(rateOf(limits.registrations_per_address, multiple), this.#now()),
      refused: new HeldBucket(rateOf(limits.refused_registrations_per_address, multiple), this.#now()),
      today: new DayCap(limits.registrations_per_address_day * multiple || Number.POSITIVE_INFINITY),
    };
    this.#places.set(address, place);
    return place;
  }

  #now(): number {
    return this.#options.clock.monotonic();
  }
}

/** So many in a day, which begins with the first. */
class DayCap extends Gate {
  readonly #cap: number;
  #count = 0;
  #since = 0;

  constructor(cap: number) {
    super();
    this.#cap = cap;
  }

  room(now: number): Room {
    if (now - this.#since >= dayMs) this.#count = 0;
    if (this.#count + this.held < this.#cap) return 0;
    return this.#count < this.#cap ? 'held' : this.#since + dayMs - now;
  }

  spend(now: number): void {
    if (this.#count === 0) this.#since = now;
    this.#count += 1;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ChatError && (error.code === 'already_exists' || error.code === 'invalid_name');
}
