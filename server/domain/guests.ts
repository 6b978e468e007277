import { LRUCache } from 'lru-cache';
import { ChatError } from '../protocol/errors.ts';
import { wire } from '../protocol/limits.ts';
import { fold, isNameAllowed } from '../protocol/names.ts';
import type { Store } from '../store/store.ts';
import type { Admittance } from './admittance.ts';
import { type Caller, guestPerson, type Person } from './people.ts';
import type { Presence, Roster } from './presence.ts';

/** What a guest is called that gives no name, or one that it may not wear. */
const defaultName = 'invité';

/** Guests: whoever talks without an account. A guest is never refused for its name; it is renamed (protocol.md §2). */
export class Guests {
  readonly #roster: Roster;
  readonly #accounts: Pick<Store['accountCare'], 'isTaken'>;
  readonly #isAllowed: boolean;
  readonly #admittance: Admittance;
  /** Where to go on looking for a free number, so that the thousandth `invité` is found at once. */
  readonly #nextNumber = new LRUCache<string, number>({ max: 4096 });

  constructor({
    roster,
    accounts,
    isAllowed,
    admittance,
  }: { roster: Roster; accounts: Pick<Store['accountCare'], 'isTaken'>; isAllowed: boolean; admittance: Admittance }) {
    this.#admittance = admittance;
    this.#roster = roster;
    this.#accounts = accounts;
    this.#isAllowed = isAllowed;
  }

  /** Makes the caller a guest called `wanted`, or as near to it as is free. Throws `not_authenticated` where guests are not allowed. */
  async enter(caller: Caller, wanted: string | undefined, presence: Presence): Promise<Person> {
    if (!this.#isAllowed) throw new ChatError('not_authenticated');
    const name = isNameAllowed(wanted) ? wanted.normalize('NFC') : defaultName;
    const { name: free, fold: freeFold } = await this.freeName(name);
    this.#admittance.enterGuest(caller, name);
    return presence.enterGuest(caller.sessionId, guestPerson(caller.sessionId, free, freeFold));
  }

  /** `name` if nobody here wears it and no account has it; else the first number that is free: `alice-2`. */
  async freeName(name: string): Promise<{ name: string; fold: string }> {
    const taken = new Set<string>();
    for (;;) {
      const isFree = (candidate: string) => this.#roster.byFold(candidate) === undefined && !taken.has(candidate);
      const folded = fold(name);
      const found = isFree(folded) ? { name, fold: folded } : this.#numbered(name, isFree);
      if (!(await this.#accounts.isTaken(found.fold)) && this.#roster.byFold(found.fold) === undefined) return found;
      taken.add(found.fold);
    }
  }

  #numbered(name: string, isFree: (fold: string) => boolean): { name: string; fold: string } {
    const base = fold(name);
    const first = this.#nextNumber.get(base) ?? 2;
    for (let number = first; ; number += 1) {
      const suffix = `-${number}`;
      const candidate =
        [...name]
          .slice(0, wire.name - suffix.length)
          .join('')
          .trimEnd() + suffix;
      const folded = fold(candidate);
      if (!isFree(folded)) continue;
      this.#nextNumber.set(base, number);
      return { name: candidate, fold: folded };
    }
  }
}
