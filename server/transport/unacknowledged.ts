import { open } from 'node:fs/promises';
import { SocketAddress } from 'node:net';
import { endianness } from 'node:os';
import { plainAddress } from './address.ts';

/** What Linux tells of its TCP sockets. */
const kernelTables = ['/proc/net/tcp', '/proc/net/tcp6'];
const chunkBytes = 65_536;
const established = '01';
/** The kernel sends again what was not acknowledged (1), or asks whether there is room for it (4). */
const line =
  /^ *\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]+):([0-9A-F]{4}) ([0-9A-F]{2}) [0-9A-F:]+ 0[14]:[0-9A-F]+ ([0-9A-F]+) +\d+ +(\d+) /gm;

/**
 * Peers of the connections to these local ports that have been sent something and do not acknowledge it, as `ADDRESS PORT`, and how often the
 * kernel has tried since. Null where the system does not tell that: it gives up by itself, after a quarter of an hour.
 */
export async function unacknowledged(localPorts: ReadonlySet<number>, tables = kernelTables): Promise<ReadonlyMap<string, number> | null> {
  const tries = new Map<string, number>();
  let areRead = 0;
  for (const table of tables) {
    try {
      for await (const text of linesOf(table)) note(text, localPorts, tries);
      areRead += 1;
    } catch {
      // Without IPv6 there is one table.
    }
  }
  return areRead === 0 ? null : tries;
}

/** Whole lines at a time; the kernel hands out a page, so that no other work waits long. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await open(path);
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let rest = '';
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, null);
      if (bytesRead === 0) break;
      const text = rest + chunk.toString('latin1', 0, bytesRead);
      const end = text.lastIndexOf('\n') + 1;
      rest = text.slice(end);
      yield text.slice(0, end);
    }
  } finally {
    await file.close();
  }
}

function note(text: string, localPorts: ReadonlySet<number>, tries: Map<string, number>): void {
  for (const [, local = '', address = '', port = '', state, again = '', probes = ''] of text.matchAll(line)) {
    if (state !== established || !localPorts.has(Number.parseInt(local, 16))) continue;
    const count = Math.max(Number.parseInt(again, 16), Number(probes));
    if (count > 0) tries.set(peerKey(addressOf(address), Number.parseInt(port, 16)), count);
  }
}

export const peerKey = (address: string, port: number) => `${address} ${port}`;

/** `0100007F` → `127.0.0.1`, and 32 digits as IPv6: words of four bytes, each as the processor keeps it. */
function addressOf(digits: string): string {
  const bytes = Buffer.from(digits, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups = bytes.toString('hex').replace(/....(?!$)/g, '$&:');
  return plainAddress(new SocketAddress({ address: groups, family: 'ipv6' }).address);
}
