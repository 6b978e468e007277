import { isIP } from 'node:net';

/**
 * Which web pages may open a WebSocket here. A browser always names the page's origin; a program names none.
 * A page of this very server is let in where its host is an address or `localhost`. A host with a name must be listed, since any
 * page can make a name of its own point here (DNS rebinding).
 */
export function originPolicy({ allowed, needsOrigin }: { readonly allowed: readonly string[]; readonly needsOrigin: boolean }) {
  const listed = new Set(allowed.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  const isAny = listed.has('*');
  return (origin: string | undefined, host: string | undefined): boolean => {
    if (origin === undefined) return !needsOrigin;
    if (isAny || listed.has(origin.toLowerCase())) return true;
    return host !== undefined && URL.canParse(origin) && isSameAddress(new URL(origin), host);
  };
}

function isSameAddress({ protocol, host, hostname }: URL, asked: string): boolean {
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  const bare = hostname.replace(/^\[|\]$/g, '');
  return host === asked.toLowerCase() && (bare === 'localhost' || isIP(bare) !== 0);
}
