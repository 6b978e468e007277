import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../base/clock.ts';
import { ChatError } from '../protocol/errors.ts';
import type { Level } from '../protocol/moderation.ts';
import { fold } from '../protocol/names.ts';
import type { TextKey } from '../protocol/texts.ts';
import type { Account } from '../store/store.ts';
import type { ActiveSanctions, Hold } from './active-sanctions.ts';
import { type Actor, accountKey, type Caller, type Named, type ServerRole } from './people.ts';
import { heldError } from './sanction-texts.ts';

export interface AdmittanceParts {
  readonly active: ActiveSanctions;
  readonly clock: Clock;
  /** So that no address of a guest stands in the database. */
  readonly cloakKey: Buffer;
}

/**
 * Who may come in, speak, join and make new things now: the sanctions in force and the emergency level in one place. Every question
 * is answered from memory; with nothing in force it is one comparison.
 */
export class Admittance {
  readonly #active: ActiveSanctions;
  readonly #clock: Clock;
  readonly #cloakKey: Buffer;
  readonly #marks = new LRUCache<string, string>({ max: 10_000 });
  level: Level = 5;
  /** Why; empty: nobody said. */
  levelReason = '';

  constructor({ active, clock, cloakKey }: AdmittanceParts) {
    this.#active = active;
    this.#clock = clock;
    this.#cloakKey = cloakKey;
  }

  /** Throws `muted`, `banned`, or `read_only` at an emergency level. `channelId` null: not in a channel. */
  speak(caller: Named, channelId: number | null): void {
    if (this.level < 4) this.#demandVoice(caller.person.role);
    if (this.#active.isEmpty) return;
    const error = this.#held(caller, 'ban', channelId) ?? this.#held(caller, 'mute', channelId);
    if (error !== null) throw error;
  }

  /** An account comes in. Throws `banned`, or `forbidden` at the last level. No ban of a network keeps the staff out. */
  enter({ remote }: Caller, { id, role }: Account): void {
    if (this.level === 1 && !isStaff(role)) throw this.#refusal('level_staff');
    if (this.#active.isEmpty) return;
    const now = this.#clock.now();
    const held = this.#active.find(accountKey(id), 'ban', { channelId: null, now });
    const found = held ?? (isStaff(role) ? undefined : this.#active.network(remote, now));
    if (found !== undefined) throw heldError(found, 'ban');
  }

  /** A guest of that name comes in. */
  enterGuest(caller: Caller, name: string): void {
    if (this.level <= 3) throw this.#refusal(this.level === 1 ? 'level_staff' : 'level_no_guests');
    this.nameless(caller);
    if (!this.#active.hasGuests) return;
    const held = this.#active.find(this.guestMark(caller, fold(name)), 'ban', { channelId: null, now: this.#clock.now() });
    if (held !== undefined) throw heldError(held, 'ban');
  }

  /** A connection without a name asks for something: not from a banned network, but to log in. */
  nameless({ remote }: Caller): void {
    if (this.#active.isEmpty) return;
    const banned = this.#active.network(remote, this.#clock.now());
    if (banned !== undefined) throw heldError(banned, 'ban');
  }

  /** Somebody comes into a channel. */
  join(caller: Named, channelId: number): void {
    if (this.isBarred(caller, channelId)) throw this.#held(caller, 'ban', channelId);
  }

  isBarred(caller: Named, channelId: number): boolean {
    return !this.#active.isEmpty && this.#held(caller, 'ban', channelId) !== null;
  }

  /** The same of an account that is only coming. */
  isBarredAccount({ id }: Account, channelId: number): boolean {
    return this.#active.find(accountKey(id), 'ban', { channelId, now: this.#clock.now() }) !== undefined;
  }

  /** New accounts and channels: at level 4 and below by the staff only. */
  make(maker: Actor | null): void {
    if (this.level < 5 && !isStaff(maker?.role ?? 'guest')) throw this.#refusal('level_no_new');
  }

  /**
   * How a guest is known again: by its address, or where many share one (a school's proxy, this machine itself) by that and its name.
   * A keyed hash, so that no address is kept.
   */
  guestMark({ address, multiple }: Pick<Caller, 'address' | 'multiple'>, folded: string): string {
    const isShared = multiple > 1 || address.startsWith('127.') || address === '0:0:0:0::/64';
    const known = isShared ? `${address} ${folded}` : address;
    const mark = this.#marks.get(known) ?? createHmac('sha256', this.#cloakKey).update(`guest ${known}`).digest('base64url').slice(0, 22);
    this.#marks.set(known, mark);
    return mark;
  }

  /** Under what somebody's sanctions stand; null: a guest, and none is held back. */
  holder(caller: Named): string | null {
    if (caller.person.accountId !== null) return caller.person.key;
    return this.#active.hasGuests ? this.guestMark(caller, caller.person.fold) : null;
  }

  #held(caller: Named, hold: Hold, channelId: number | null): ChatError | null {
    const holder = this.holder(caller);
    const found = holder === null ? undefined : this.#active.find(holder, hold, { channelId, now: this.#clock.now() });
    return found === undefined ? null : heldError(found, hold);
  }

  #demandVoice(role: ServerRole): void {
    if (isStaff(role) || (this.level === 3 && role !== 'guest')) return;
    throw this.#refusal(this.level === 3 ? 'level_no_guests' : 'level_quiet', 'read_only');
  }

  #refusal(text: TextKey, code: 'forbidden' | 'read_only' = 'forbidden'): ChatError {
    return new ChatError(code, { text, params: { reason: afterSentence(this.levelReason) } });
  }
}

export function isStaff(role: ServerRole): boolean {
  return role === 'admin' || role === 'moderator';
}

/** A reason as texts take it in, behind their sentence. */
export function afterSentence(reason: string): string {
  return reason === '' ? '' : ` ${reason}`;
}
