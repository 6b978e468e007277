import { hostname, networkInterfaces } from 'node:os';
import { domainToASCII } from 'node:url';
import { generate } from 'selfsigned';

export interface SelfSignedWish {
  /** Host names; the first one is the certificate’s own. */
  readonly names: readonly string[];
  readonly ips: readonly string[];
  readonly days: number;
  readonly now: number;
}

/** A certificate that signs itself, and its key (ECDSA, P-256), as PEM. */
export async function selfSigned({ names, ips, days, now }: SelfSignedWish): Promise<{ cert: string; key: string }> {
  const ascii = names.map((name) => domainToASCII(name) || name);
  const own = ascii[0] ?? ips[0] ?? 'classcord';
  const made = await generate([{ name: 'commonName', value: own }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    // A client whose clock is a little late believes it as well.
    notBeforeDate: new Date(now - 3600_000),
    notAfterDate: new Date(now + days * 24 * 3600_000),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [...ascii.map((value) => ({ type: 2 as const, value })), ...ips.map((ip) => ({ type: 7 as const, ip }))],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** How this machine is called and reached, by itself and by others. */
export function ownPlaces(): { names: string[]; ips: string[] } {
  const ips = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses.map(({ address }) => address));
  return {
    names: [...new Set([hostname().toLowerCase(), 'localhost'])].filter((name) => /^[a-z0-9.-]+$/.test(name)),
    // Addresses of one link alone are nobody’s name for this machine.
    ips: [...new Set(ips)].filter((ip) => !ip.startsWith('fe80:')),
  };
}
