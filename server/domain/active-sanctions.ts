import type { Sanction } from '../store/store.ts';

/** What holds somebody back. */
export type Hold = 'mute' | 'ban';

interface NetworkBan {
  readonly sanction: Sanction;
  readonly has: (address: string) => boolean;
}

/** Whether it holds for a time, and how: a kick with a duration is a ban for so long. */
export function holdOf({ kind, until }: Pick<Sanction, 'kind' | 'until'>): Hold | null {
  if (kind === 'mute' || kind === 'ban') return kind;
  return kind === 'kick' && until !== null ? 'ban' : null;
}

/** Whom a sanction holds back by name: `u12`, or the mark of a guest; null: a network alone. */
export function holderOf({ accountId, guest }: Pick<Sanction, 'accountId' | 'guest'>): string | null {
  return accountId === null ? guest : `u${accountId}`;
}

/**
 * The sanctions in force, in memory: filled at the start, changed after each commit. What is over by the clock is passed over and
 * forgotten when somebody looks at it, so that nothing waits for a timer.
 */
export class ActiveSanctions {
  readonly #networkSet: (networks: readonly string[]) => (address: string) => boolean;
  readonly #byHolder = new Map<string, Sanction[]>();
  readonly #networks = new Map<number, NetworkBan>();
  #guests = 0;

  constructor(networkSet: (networks: readonly string[]) => (address: string) => boolean) {
    this.#networkSet = networkSet;
  }

  /** Whether any guest is held back: else nobody needs to know where a guest comes from. */
  get hasGuests(): boolean {
    return this.#guests > 0;
  }

  get isEmpty(): boolean {
    return this.#byHolder.size === 0 && this.#networks.size === 0;
  }

  /** Takes one in that holds for a time; a warning or a mere kick is none. */
  add(sanction: Sanction): void {
    if (holdOf(sanction) === null) return;
    if (sanction.network !== null) this.#networks.set(sanction.id, { sanction, has: this.#networkSet([sanction.network]) });
    const holder = holderOf(sanction);
    if (holder === null) return;
    this.#byHolder.set(holder, [...(this.#byHolder.get(holder) ?? []), sanction]);
    if (sanction.guest !== null) this.#guests += 1;
  }

  remove(sanction: Sanction): void {
    this.#networks.delete(sanction.id);
    const holder = holderOf(sanction);
    const held = holder === null ? undefined : this.#byHolder.get(holder);
    const others = held?.filter(({ id }) => id !== sanction.id);
    if (holder === null || held === undefined || others?.length === held.length) return;
    if (others === undefined || others.length === 0) this.#byHolder.delete(holder);
    else this.#byHolder.set(holder, others);
    if (sanction.guest !== null) this.#guests -= 1;
  }

  /** The one that holds somebody back on the whole server, or in that channel; undefined: none. */
  find(holder: string, hold: Hold, { channelId, now }: { channelId: number | null; now: number }): Sanction | undefined {
    const held = this.#byHolder.get(holder);
    if (held === undefined) return undefined;
    let found: Sanction | undefined;
    for (const sanction of held) {
      if (isOver(sanction, now)) this.remove(sanction);
      else if (holdOf(sanction) === hold && (sanction.channelId === null || sanction.channelId === channelId)) found ??= sanction;
    }
    return found;
  }

  /** The ban of a network in which an address is; undefined: none. */
  network(address: string, now: number): Sanction | undefined {
    for (const { sanction, has } of this.#networks.values()) {
      if (isOver(sanction, now)) this.remove(sanction);
      else if (has(address)) return sanction;
    }
    return undefined;
  }

  /** How many hold now, by kind. */
  counts(now: number): Record<Sanction['kind'], number> {
    const counts = { warn: 0, mute: 0, kick: 0, ban: 0 };
    const all = new Map([...this.#networks.values()].map(({ sanction }) => [sanction.id, sanction]));
    for (const held of this.#byHolder.values()) for (const sanction of held) all.set(sanction.id, sanction);
    for (const sanction of all.values()) if (!isOver(sanction, now)) counts[sanction.kind] += 1;
    return counts;
  }
}

function isOver({ until }: Sanction, now: number): boolean {
  return until !== null && until <= now;
}
