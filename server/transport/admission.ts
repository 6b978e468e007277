import type { AddressBook, AddressEntry } from './address-book.ts';
import type { CloseReason } from './connection.ts';

export interface AdmissionLimits {
  readonly connections: number;
  readonly perAddress: number;
  readonly unnamed: number;
}

export type Refusal = 'full' | 'address' | 'rate' | 'memory';

/** What can be counted and, for lack of room, cut. */
interface Link {
  destroy(reason: CloseReason): void;
}

/** One connection as it is counted. */
export interface Admitted {
  readonly entry: AddressEntry;
  readonly connection: Link;
  /** It has said something valid; silent ones go first. */
  hasSpoken: boolean;
}

/** Who may connect, before a session exists (reliability.md §2.1: connections in all, per address, without a name). */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #book: AddressBook;
  #connections = 0;
  /** Without a name, by address, in order of arrival. */
  readonly #unnamed = new Map<string, Set<Admitted>>();
  #unnamedCount = 0;
  /** Memory is short: nobody is let in. */
  isShort = false;

  constructor(limits: AdmissionLimits, book: AddressBook) {
    this.#limits = limits;
    this.#book = book;
  }

  get connections(): number {
    return this.#connections;
  }

  get unnamed(): number {
    return this.#unnamedCount;
  }

  /** More than half of the places without a name are taken: silent newcomers get less time. */
  get isCrowded(): boolean {
    return this.#unnamedCount * 2 > this.#limits.unnamed;
  }

  /** Lets a connection from `address` in, or says why not. */
  ask(address: string, now: number): AddressEntry | Refusal {
    if (this.isShort) return 'memory';
    if (this.#connections >= this.#limits.connections) return 'full';
    const entry = this.#book.open(address, now);
    if (entry === null) return 'full';
    if (entry.connections >= this.#limits.perAddress * entry.multiple) return 'address';
    return entry.newConnections.take(1, now) > 0 ? 'rate' : entry;
  }

  /** Counts a connection in; evicts the oldest silent one of the greediest address when there are too many without a name. */
  enter(entry: AddressEntry, connection: Link): Admitted {
    if (this.#unnamedCount >= this.#limits.unnamed) this.#evict();
    const admitted: Admitted = { entry, connection, hasSpoken: false };
    this.#connections += 1;
    entry.connections += 1;
    const peers = this.#unnamed.get(entry.key) ?? new Set();
    peers.add(admitted);
    this.#unnamed.set(entry.key, peers);
    this.#unnamedCount += 1;
    return admitted;
  }

  /** It has a name now. */
  named(admitted: Admitted): void {
    const peers = this.#unnamed.get(admitted.entry.key);
    if (peers?.delete(admitted) !== true) return;
    this.#unnamedCount -= 1;
    if (peers.size === 0) this.#unnamed.delete(admitted.entry.key);
  }

  leave(admitted: Admitted): void {
    this.named(admitted);
    this.#connections -= 1;
    admitted.entry.connections -= 1;
  }

  #evict(): void {
    let greediest: Set<Admitted> | undefined;
    for (const peers of this.#unnamed.values()) if (greediest === undefined || peers.size > greediest.size) greediest = peers;
    if (greediest === undefined) return;
    const [oldest] = greediest;
    let victim = oldest;
    for (const peer of greediest) {
      if (peer.hasSpoken) continue;
      victim = peer;
      break;
    }
    if (victim === undefined) return;
    // Counted out now: its link is gone only later, and of two newcomers in one moment each must find another victim.
    this.named(victim);
    victim.connection.destroy('evicted');
  }
}
