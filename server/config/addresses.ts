import { isIP, isIPv4, isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Config } from './schema.ts';

export interface HostPort {
  /** Without the brackets of an IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT` or `[IPV6]:PORT`; null when it is neither. Port 0 means any free port. */
export function parseHostPort(text: string): HostPort | null {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/.exec(text);
  const { v6, name, port } = match?.groups ?? {};
  const host = v6 ?? name;
  if (host === undefined || Number(port) > 65_535 || (v6 !== undefined && !isIPv6(v6))) return null;
  return { host, port: Number(port) };
}

/** Four numbers as an IPv4 address has them, which are none: `300.1.1.1`. No name looks like that. */
export function isBrokenIPv4({ host }: HostPort): boolean {
  return /^\d+(?:\.\d+){3}$/.test(host) && !isIPv4(host);
}

/** `192.168.0.0/16`, `2001:db8::/32`, or a single address. */
export function isNetwork(text: string): boolean {
  const match = /^(?<address>[0-9a-fA-F.:]+)(?:\/(?<bits>\d{1,3}))?$/.exec(text);
  const { address = '', bits = '0' } = match?.groups ?? {};
  const family = isIP(address);
  return family !== 0 && Number(bits) <= (family === 4 ? 32 : 128);
}

/** Why `storage.url` cannot be used, or null. Known are: nothing, `sqlite:PATH`, and a path. */
export function databaseProblem(url: string): 'postgres' | 'database' | null {
  if (/^postgres(ql)?:/i.test(url)) return 'postgres';
  const path = url.replace(/^sqlite:/i, '');
  // `sqlite:///x` is an absolute path to some libraries and a relative one to others: not guessed.
  const isPath = !path.startsWith('//') && !/^[a-z][a-z0-9+.-]+:/i.test(path) && path !== ':memory:';
  return isPath && (path !== '' || url === '') ? null : 'database';
}

/** The SQLite file: the one that `storage.url` names, else `classcord.db` in the data folder. */
export function databasePath({ server, storage }: Pick<Config, 'server' | 'storage'>): string {
  return storage.url.replace(/^sqlite:/i, '') || join(server.data, 'classcord.db');
}
