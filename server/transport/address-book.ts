import { type Rate, TokenBucket } from '../base/token-bucket.ts';
import { limitKey, networkSet } from './address.ts';

export interface AddressLimits {
  readonly newConnections: Rate;
  readonly messages: Rate;
  /** Network → by how much its limits are multiplied (a school behind one proxy). Never no limit. */
  readonly sharedNetworks: Readonly<Record<string, number>>;
  /** Addresses remembered. At the bound those without connections are forgotten, quiet for longest first; when all have some, newcomers are refused. */
  readonly most: number;
}

/** What is counted for one address (IPv4) or /64 (IPv6). Loopback is counted like any other. */
export interface AddressEntry {
  readonly key: string;
  readonly multiple: number;
  connections: number;
  readonly newConnections: TokenBucket;
  readonly messages: TokenBucket;
}

/** The table of addresses, itself bounded. A Map in order of last use. */
export class AddressBook {
  readonly #limits: AddressLimits;
  readonly #entries = new Map<string, AddressEntry>();
  readonly #shared: readonly { readonly has: (address: string) => boolean; readonly multiple: number }[];

  constructor(limits: AddressLimits) {
    this.#limits = limits;
    this.#shared = Object.entries(limits.sharedNetworks).map(([network, multiple]) => ({ has: networkSet([network]), multiple }));
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry of an address, or null when the table is full of addresses that are in use. */
  open(address: string, now: number): AddressEntry | null {
    const key = limitKey(address);
    const known = this.#entries.get(key);
    if (known !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return known;
    }
    if (this.#entries.size >= this.#limits.most && !this.#forgetOne()) return null;
    const multiple = this.#shared.find(({ has }) => has(address))?.multiple ?? 1;
    const scaled = ({ burst, perSecond }: Rate): Rate => ({ burst: burst * multiple, perSecond: perSecond * multiple });
    const entry: AddressEntry = {
      key,
      multiple,
      connections: 0,
      newConnections: new TokenBucket(scaled(this.#limits.newConnections), now),
      messages: new TokenBucket(scaled(this.#limits.messages), now),
    };
    this.#entries.set(key, entry);
    return entry;
  }

  #forgetOne(): boolean {
    for (const [key, entry] of this.#entries) {
      if (entry.connections > 0) continue;
      this.#entries.delete(key);
      return true;
    }
    return false;
  }
}
