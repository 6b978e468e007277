import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** The address as it is shown and logged: IPv4 addresses that came over IPv6 as IPv4. */
export function plainAddress(remote: string | undefined): string {
  const address = (remote ?? '').split('%')[0] ?? '';
  return address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address;
}

/** Whose limits an address shares: itself for IPv4, its /64 for IPv6 (reliability.md §2.1). */
export function limitKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...new Array<string>(Math.max(0, missing)).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** A set of networks, each `ADDRESS/BITS` or a single address. Throws RangeError with the one that is wrong. */
export function networkSet(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [, base = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
    const family = isIPv4(base) ? 'ipv4' : isIPv6(base) ? 'ipv6' : null;
    const most = family === 'ipv4' ? 32 : 128;
    const prefix = Number(bits ?? most);
    if (family === null || prefix > most) throw new RangeError(`“${network}” is not a network like 192.168.0.0/16`);
    list.addSubnet(base, prefix, family);
  }
  return (address) => list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
