/** Where a server is. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

export const defaultPort = 12345;

/** `host`, `host:port`, `[::1]:port`, each with `tls://` before it or not; null: it is none. */
export function hostAndPort(text: string): Address | null {
  const [, scheme = '', bracketed, plain, port] =
    /^(tls:\/\/)?(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s/]+))(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? defaultPort : Number(port);
  if (host === undefined || number < 1 || number > 65_535) return null;
  return { host, port: number, isTls: scheme !== '' };
}
