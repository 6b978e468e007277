import { isIP } from 'node:net';
import { networkSet, plainAddress } from './address.ts';

/**
 * Whose address a request counts for. Only a proxy that the settings trust is believed about the client in front of it: of
 * `X-Forwarded-For` the last address that is no trusted proxy.
 */
export class Forwarded {
  readonly #isTrusted: (address: string) => boolean;

  constructor(proxies: readonly string[]) {
    this.#isTrusted = networkSet(proxies);
  }

  isProxy(address: string): boolean {
    return this.#isTrusted(address);
  }

  /** The client's address; `remote` is that of the socket. */
  clientOf(remote: string, header: string | readonly string[] | undefined): string {
    if (!this.#isTrusted(remote)) return remote;
    const hops = (typeof header === 'string' ? header : (header ?? []).join(',')).split(',').reverse();
    for (const hop of hops) {
      const address = plainAddress(hop.trim().replace(/^\[(.*)\](?::\d+)?$/, '$1'));
      if (isIP(address) === 0) return remote;
      if (!this.#isTrusted(address)) return address;
    }
    return remote;
  }
}
